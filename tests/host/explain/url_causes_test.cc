/// \file
/// Signatures over the URL: Twilio, and MessageBird's tokens.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "host/explain/broken.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"
#include "omni/support/url.h"

namespace host {
namespace testing {
namespace {

using omni::WebhookRequest;

/// The receiver takes another URL for the one that was called.
auto PublicUrl(std::string url) {
  return [url](WebhookRequest&, Receiver& receiver) { receiver.public_url = url; };
}
/// The carrier calls another URL than it seems; `request` is signed for it.
auto Called(std::string base, std::function<void(WebhookRequest&)> change_on_the_way,
            std::string carrier, std::string of) {
  return [=](WebhookRequest& request, Receiver& receiver) {
    Receiver there = receiver;
    there.public_url = base;
    request = Genuine(there, carrier, of);
    change_on_the_way(request);
  };
}
void Nothing(WebhookRequest&) {}

class UrlCausesTest : public ::testing::TestWithParam<Broken> {};
TEST_P(UrlCausesTest, AreNamed) { ExpectCauses(GetParam()); }

const Broken kCases[] = {
    {"TwilioScheme", "twilio", "sms", PublicUrl("http://hooks.example.com"), {"scheme_changed"}},
    {"TwilioHost",
     "twilio",
     "sms",
     [](WebhookRequest&, Receiver& receiver) { receiver.public_url = "https://10.0.0.5"; },
     {"host_changed"}},
    {"TwilioSchemeAndHost",
     "twilio",
     "sms",
     PublicUrl("http://10.0.0.5:3000"),
     {"scheme_changed", "host_changed"}},
    {"TwilioPortMissing",
     "twilio",
     "sms",
     Called("https://hooks.example.com:8443", Nothing, "twilio", "sms"),
     {"port_missing"}},
    {"TwilioPortOfTheForwardedHeader",
     "twilio",
     "sms",
     Called(
         "https://hooks.example.com:9999",
         [](WebhookRequest& r) { r.headers.Add("X-Forwarded-Port", "9999"); }, "twilio", "sms"),
     {"port_missing"}},
    {"TwilioPrefixStripped",
     "twilio",
     "sms",
     Called("https://hooks.example.com/api", Nothing, "twilio", "sms"),
     {"prefix_stripped"}},
    {"TwilioPrefixOfTheForwardedHeader",
     "twilio",
     "sms",
     Called(
         "https://hooks.example.com/tenants/7",
         [](WebhookRequest& r) { r.headers.Add("X-Forwarded-Prefix", "/tenants/7"); }, "twilio",
         "sms"),
     {"prefix_stripped"}},
    {"TwilioOriginalUri",
     "twilio",
     "sms",
     Called(
         "https://hooks.example.com/odd/place",
         [](WebhookRequest& r) { r.headers.Add("X-Original-URI", "/odd/place/twilio"); }, "twilio",
         "sms"),
     {"path_rewritten"}},
    {"TwilioPrefixAdded",
     "twilio",
     "sms",
     PublicUrl("https://hooks.example.com/extra"),
     {"prefix_added"}},
    {"TwilioQueryAdded",
     "twilio",
     "sms",
     [](WebhookRequest& request, Receiver&) { request.target += "?utm=1"; },
     {"query_added"}},
    {"TwilioOtherAccount",
     "twilio",
     "sms",
     [](WebhookRequest&, Receiver& receiver) {
       receiver.channels[1] =
           Replaced(receiver.channels[1], R"(["canary-tw-new","canary-tw-old"])", R"("canary-x")");
       receiver.channels[6] = Replaced(receiver.channels[6], "canary-tw-second", "canary-tw-new");
     },
     {"other_channels_key"}},
    {"TwilioOtherAccountAndScheme",
     "twilio",
     "sms",
     [](WebhookRequest&, Receiver& receiver) {
       receiver.channels[1] =
           Replaced(receiver.channels[1], R"(["canary-tw-new","canary-tw-old"])", R"("canary-x")");
       receiver.channels[6] = Replaced(receiver.channels[6], "canary-tw-second", "canary-tw-new");
       receiver.public_url = "http://hooks.example.com";
     },
     {"other_channels_key", "scheme_changed"}},
    {"TwilioParameterAdded",
     "twilio",
     "sms",
     [](WebhookRequest& request, Receiver&) { request.body += "&_csrf=1"; },
     {"parameter_added"}},
    {"TwilioEmptyOnesDropped",
     "twilio",
     "whatsapp-location",
     [](WebhookRequest& request, Receiver&) {
       request.body = Replaced(request.body, "Body=&", "");
     },
     {"empty_parameters_dropped"}},
    {"TwilioValueTrimmed",
     "twilio",
     "sms",
     [](WebhookRequest& request, Receiver& receiver) {
       request = Genuine(receiver, "twilio", "sms");
       // As the carrier signs a value that ends with a space.
       std::string spaced = Replaced(request.body, "ToZip=94965", "ToZip=94965+");
       const std::string body = request.body;
       request.body = spaced;
       std::string text = std::string(kPublicUrl) + request.target;
       std::vector<std::pair<std::string, std::string>> fields;
       for (std::size_t at = 0; at < spaced.size();) {
         const std::size_t end = std::min(spaced.find('&', at), spaced.size());
         const std::string field = Replaced(spaced.substr(at, end - at), "+", " ");
         fields.emplace_back(field.substr(0, field.find('=')),
                             omni::PercentDecode(field.substr(field.find('=') + 1)));
         at = end + 1;
       }
       std::sort(fields.begin(), fields.end());
       for (const auto& [name, value] : fields) text += name + value;
       request.headers.Set(
           "X-Twilio-Signature",
           omni::Base64Encode(omni::AsView(omni::HmacSha1Key("canary-tw-new").Sign(text))));
       request.body = body;
     },
     {"values_trimmed"}},
    {"TwilioEncodedTwice",
     "twilio",
     "sms",
     [](WebhookRequest& request, Receiver&) { request.body = Replaced(request.body, "%", "%25"); },
     {"form_encoded_twice"}},
    {"TwilioJsonBodyChanged",
     "twilio",
     "batch",
     [](WebhookRequest& request, Receiver&) { request.body += "\n"; },
     {"trailing_newline"}},
    {"TwilioJsonBodyLost",
     "twilio",
     "batch",
     [](WebhookRequest& request, Receiver&) { request.body = "[]"; },
     {"body_changed"}},
    {"TwilioTurnedIntoJson",
     "twilio",
     "sms",
     [](WebhookRequest& request, Receiver&) {
       request.body = R"({"From":"x"})";
       request.headers.Set("Content-Type", "application/json");
     },
     {"body_not_covered"}},
    {"TwilioNoSignature",
     "twilio",
     "sms",
     [](WebhookRequest& request, Receiver&) { Drop(request, "X-Twilio-Signature"); },
     {"signature_missing"}},
    {"TwilioCutSignature",
     "twilio",
     "sms",
     [](WebhookRequest& request, Receiver&) {
       Change(request, "X-Twilio-Signature", [](const std::string& s) { return s.substr(0, 20); });
     },
     {"signature_malformed"}},

    {"TokenScheme",
     "messagebird",
     "sms",
     PublicUrl("http://hooks.example.com"),
     {"scheme_changed"}},
    {"TokenPort",
     "messagebird",
     "sms",
     PublicUrl("https://hooks.example.com:8080"),
     {"port_present"}},
    {"TokenPrefix",
     "messagebird",
     "sms",
     PublicUrl("https://hooks.example.com/api"),
     {"prefix_added"}},
    {"TokenQueryReordered",
     "messagebird",
     "delivered",
     [](WebhookRequest& request, Receiver&) {
       const std::size_t mark = request.target.find('?');
       const std::size_t amp = request.target.find('&');
       request.target = request.target.substr(0, mark + 1) + request.target.substr(amp + 1) + "&" +
                        request.target.substr(mark + 1, amp - mark - 1);
     },
     {"query_reordered"}},
    {"TokenQueryEscapes",
     "messagebird",
     "delivered",
     [](WebhookRequest& request, Receiver&) {
       request.target = Replaced(request.target, "%3A", ":");
     },
     {"query_escapes"}},
    {"TokenSpacesEscapedOtherwise",
     "messagebird",
     "failed",
     [](WebhookRequest& request, Receiver&) {
       request.target = Replaced(request.target, "opted+out", "opted%20out");
     },
     {"query_escapes"}},
    {"TokenParameterAdded",
     "messagebird",
     "delivered",
     [](WebhookRequest& request, Receiver&) { request.target += "&from=proxy"; },
     {"query_added"}},
    {"TokenUrlUnknown",
     "messagebird",
     "sms",
     Called("https://elsewhere.example.org/a/b", Nothing, "messagebird", "sms"),
     {"url_hash_mismatch"}},
    {"TokenBodyPretty",
     "messagebird",
     "sms",
     [](WebhookRequest& request, Receiver&) { request.body = Replaced(request.body, ",", ", "); },
     {"json_whitespace"}},
    {"TokenBodyLost",
     "messagebird",
     "sms",
     [](WebhookRequest& request, Receiver&) { request.body.clear(); },
     {"body_lost"}},
    {"TokenBodyAdded",
     "messagebird",
     "delivered",
     [](WebhookRequest& request, Receiver&) { request.body = "{}"; },
     {"body_added"}},
    {"TokenFormEscapes",
     "messagebird",
     "sms-form",
     [](WebhookRequest& request, Receiver&) { request.body = Replaced(request.body, "+", "%20"); },
     {"form_escapes"}},
    {"TokenExpired",
     "messagebird",
     "sms",
     [](WebhookRequest&, Receiver& receiver) { receiver.now += absl::Hours(3); },
     {"clock"}},
    {"TokenOfTheFuture",
     "messagebird",
     "sms",
     [](WebhookRequest&, Receiver& receiver) { receiver.now -= absl::Minutes(10); },
     {"clock"}},
    {"TokenExpiredAndScheme",
     "messagebird",
     "sms",
     [](WebhookRequest&, Receiver& receiver) {
       receiver.now += absl::Hours(3);
       receiver.public_url = "http://hooks.example.com";
     },
     {"clock", "scheme_changed"}},
    {"TokenCut",
     "messagebird",
     "sms",
     [](WebhookRequest& request, Receiver&) {
       Change(request, "MessageBird-Signature-JWT",
              [](const std::string& s) { return s.substr(0, 100); });
     },
     {"token_malformed"}},
    {"TokenAlgorithm",
     "messagebird",
     "sms",
     [](WebhookRequest& request, Receiver&) {
       Change(request, "MessageBird-Signature-JWT", [](const std::string& s) {
         return omni::Base64UrlEncode(R"({"alg":"none"})") + s.substr(s.find('.'));
       });
     },
     {"token_algorithm"}},
    {"TokenOfAnotherKey",
     "messagebird",
     "sms",
     [](WebhookRequest&, Receiver& receiver) {
       receiver.channels[4] = Replaced(receiver.channels[4], "\"canary-mb\"", "\"canary-x\"");
     },
     {"key_wrong"}},
    {"TokenOfAnotherChannel",
     "messagebird",
     "sms",
     [](WebhookRequest&, Receiver& receiver) {
       receiver.channels[4] = Replaced(receiver.channels[4], "\"canary-mb\"", "\"canary-x\"");
       receiver.channels.push_back(
           R"({"adapter":"messagebird","id":"mb2","path":"/mb2","signingKey":"canary-mb"})");
     },
     {"other_channels_key"}},
    {"TokenTwice",
     "messagebird",
     "sms",
     [](WebhookRequest& request, Receiver&) {
       const std::string token(*request.headers.Find("MessageBird-Signature-JWT"));
       request.headers.Add("MessageBird-Signature-JWT", token);
     },
     {"signature_repeated"}},
    {"ChannelsScheme",
     "messagebird",
     "channels",
     PublicUrl("http://hooks.example.com"),
     {"scheme_changed"}},
    {"ChannelsTooOld",
     "messagebird",
     "channels",
     [](WebhookRequest&, Receiver& receiver) { receiver.now += absl::Hours(30); },
     {"clock"}},
    {"OlderTooOld",
     "messagebird",
     "older",
     [](WebhookRequest&, Receiver& receiver) { receiver.now += absl::Minutes(30); },
     {"clock"}},
    {"OlderWithoutTimestamp",
     "messagebird",
     "older",
     [](WebhookRequest& request, Receiver&) { Drop(request, "MessageBird-Request-Timestamp"); },
     {"timestamp_missing"}},
    {"OlderInHexadecimal",
     "messagebird",
     "older",
     [](WebhookRequest& request, Receiver&) {
       Change(request, "MessageBird-Signature",
              [](const std::string& s) { return omni::HexEncode(omni::Base64Decode(s).value()); });
     },
     {"signature_hex"}},
    {"OlderBodyChanged",
     "messagebird",
     "older",
     [](WebhookRequest& request, Receiver&) { request.body += "\r\n"; },
     {"trailing_newline"}},
    {"NewestBodyChanged",
     "messagebird",
     "newest",
     [](WebhookRequest& request, Receiver&) { request.body += "\n"; },
     {"trailing_newline"}},
    {"NewestWithoutItsPrefix",
     "messagebird",
     "newest",
     [](WebhookRequest&, Receiver& receiver) {
       receiver.channels[4] = Replaced(receiver.channels[4], "whsec_", "");
     },
     {"key_prefix"}},
    {"NewestTooOld",
     "messagebird",
     "newest",
     [](WebhookRequest&, Receiver& receiver) { receiver.now += absl::Minutes(30); },
     {"clock"}},
    {"NothingSigned",
     "messagebird",
     "sms",
     [](WebhookRequest& request, Receiver&) { Drop(request, "MessageBird-Signature-JWT"); },
     {"signature_missing"}},
};

INSTANTIATE_TEST_SUITE_P(All, UrlCausesTest, ::testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace testing
}  // namespace host
