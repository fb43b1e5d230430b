#include "explain/other_carrier.h"

#include <algorithm>
#include <string>

#include "explain/path_match.h"
#include "omni/support/phone.h"

namespace host {
namespace {

struct HeaderFeature {
  std::string_view adapter;
  std::string_view header;
  std::string_view begins = {};  ///< its value; empty: any
};
constexpr HeaderFeature kHeaders[] = {
    {"twilio", "X-Twilio-Signature"},
    {"whatsapp", "X-Hub-Signature-256"},
    {"whatsapp", "X-Hub-Signature"},
    {"messagebird", "MessageBird-Signature-JWT"},
    {"messagebird", "MessageBird-Signature"},
    {"messagebird", "webhook-signature"},
    {"inteliquent", "verificationToken"},
    {"bandwidth", "X-Bandwidth-Signature"},
    {"bandwidth", "X-Bandwidth-Signature-Hmac-Sha256"},
    {"bandwidth", "User-Agent", "BandwidthAPI"},
    {"twilio", "User-Agent", "TwilioProxy"},
    {"whatsapp", "User-Agent", "facebookexternalua"},
};
struct BodyFeature {
  std::string_view adapter;
  std::string_view first;
  std::string_view second;
};
constexpr BodyFeature kBodies[] = {
    {"whatsapp", "\"whatsapp_business_account\"", "\"entry\""},
    {"livechat", "\"secret_key\"", "\"webhook_id\""},
    {"bandwidth", "\"applicationId\"", "\"segmentCount\""},
    {"inteliquent", "\"referenceId\"", "\"deliveryReceipt\""},
    {"twilio", "AccountSid=AC", "MessageSid="},
};

bool Has(const omni::WebhookRequest& request, const HeaderFeature& feature) {
  const auto value = request.headers.Find(feature.header);
  return value && value->starts_with(feature.begins);
}

bool Has(const omni::WebhookRequest& request, const BodyFeature& feature) {
  return request.body.find(feature.first) != request.body.npos &&
         request.body.find(feature.second) != request.body.npos;
}

bool LooksLike(const omni::WebhookRequest& request, std::string_view adapter) {
  const auto fits = [&](const auto& feature) {
    return feature.adapter == adapter && Has(request, feature);
  };
  return std::any_of(std::begin(kHeaders), std::end(kHeaders), fits) ||
         std::any_of(std::begin(kBodies), std::end(kBodies), fits);
}

std::string PathsOf(std::string_view adapter, std::span<const CarrierChannel> channels) {
  for (const CarrierChannel& channel : channels) {
    if (channel.adapter == adapter && !channel.endpoints.empty()) {
      return channel.endpoints.front().path;
    }
  }
  return {};
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// What is wrong with a path that nearly is that of the endpoint.
std::string_view Slip(std::string_view path, std::string_view endpoint) {
  const std::string bare(path.ends_with('/') ? path.substr(0, path.size() - 1) : path);
  omni::PathParams params;
  if (MatchPath(endpoint, bare, params)) return "trailing_slash";
  if (endpoint.find('{') == endpoint.npos && Lower(endpoint) == Lower(bare)) return "path_case";
  for (std::size_t at = bare.find('/', 1); at != bare.npos; at = bare.find('/', at + 1)) {
    if (MatchPath(endpoint, std::string_view(bare).substr(at), params))
      return "prefix_not_stripped";
  }
  return {};
}

}  // namespace

std::string_view GuessCarrier(const omni::WebhookRequest& request) {
  for (const HeaderFeature& feature : kHeaders) {
    if (Has(request, feature)) return feature.adapter;
  }
  for (const BodyFeature& feature : kBodies) {
    if (Has(request, feature)) return feature.adapter;
  }
  return {};
}

void DiagnoseOtherCarrier(const Suspect& suspect, Findings& findings) {
  const std::string_view guess = GuessCarrier(suspect.request);
  const std::string& own = suspect.channel.adapter;
  if (guess.empty() || guess == own || LooksLike(suspect.request, own)) return;
  const std::string path = PathsOf(guess, suspect.all);
  findings.causes.insert(
      findings.causes.begin(),
      {.cause = "other_carrier",
       .what = "The request is one of " + std::string(guess) + ", and came to a channel of " + own +
               ".",
       .evidence = "its headers and body are those of " + std::string(guess),
       .fix = path.empty() ? "Configure a channel for it, and enter that one's URL at the carrier."
                           : "Enter the URL with the path " + path + " at the carrier."});
}

Findings DiagnoseOwnPath(const OwnPath& own) {
  Findings findings;
  findings.causes.push_back(
      {.cause = "own_path",
       .what = "The host answers this path itself; no channel is asked.",
       .evidence = std::string(own.path) + ": " + std::string(own.what),
       .fix = "Where this should be a webhook, enter the path of a channel at the carrier."});
  return findings;
}

Findings DiagnoseNoEndpoint(const omni::WebhookRequest& request,
                            std::span<const CarrierChannel> channels) {
  Findings findings;
  const std::string_view path = omni::TargetPath(request.target);
  for (const CarrierChannel& channel : channels) {
    for (const CarrierChannel::Endpoint& endpoint : channel.endpoints) {
      omni::PathParams params;
      if (MatchPath(endpoint.path, path, params)) {
        findings.causes.push_back(
            {.cause = "wrong_method",
             .what = "The path is right, and the method is not.",
             .evidence = std::string(omni::HttpMethodName(request.method)) + " is not served at " +
                         endpoint.path,
             .fix =
                 channel.adapter == "twilio" && request.method == omni::HttpMethod::kGet
                     ? "Set the webhook to POST at Twilio, or acceptGet here."
                     : "Set the method at the carrier; a redirect may also turn POST into GET."});
        return findings;
      }
      const std::string_view slip = Slip(path, endpoint.path);
      if (slip.empty()) continue;
      findings.causes.push_back(
          {.cause = std::string(slip),
           .what =
               "Nothing listens at this path, and it is nearly that of channel " + channel.id + ".",
           .evidence = omni::MaskDigits(path) + " against " + endpoint.path,
           .fix = "Enter the path exactly at the carrier, or let the proxy pass it on so."});
      return findings;
    }
  }
  const std::string_view guess = GuessCarrier(request);
  const std::string own_path = PathsOf(guess, channels);
  findings.causes.push_back(
      {.cause = "wrong_path",
       .what = "Nothing listens at this path.",
       .evidence = guess.empty()
                       ? "no channel has it"
                       : "no channel has it; the request looks like one of " + std::string(guess),
       .fix = own_path.empty() ? "Enter the path of a channel at the carrier."
                               : "Enter the URL with the path " + own_path + " at the carrier."});
  return findings;
}

}  // namespace host
