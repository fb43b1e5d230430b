#include "explain/messagebird_token.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "explain/body_variants.h"
#include "explain/key_variants.h"
#include "explain/mac_search.h"
#include "explain/url_variants.h"
#include "omni/error.h"
#include "omni/support/encoding.h"
#include "omni/support/jwt.h"
#include "omni/support/signature.h"
#include "omni/support/time_parse.h"

namespace host {
namespace {

constexpr std::string_view kHeader = "MessageBird-Signature-JWT";
constexpr omni::JwtAlgorithm kAlgorithms[] = {
    omni::JwtAlgorithm::kHs256, omni::JwtAlgorithm::kHs384, omni::JwtAlgorithm::kHs512};
constexpr std::string_view kNames[] = {"HS256", "HS384", "HS512"};
constexpr absl::Duration kSkew = absl::Seconds(5);

void Add(Findings& findings, const char* cause, std::string what, std::string evidence,
         std::string fix) {
  findings.causes.push_back({cause, std::move(what), std::move(evidence), std::move(fix)});
}

// Whether the token is signed with that secret, whatever it says.
bool Signs(std::string_view secret, std::string_view token) {
  const omni::JwtRules rules = {.algorithms = kAlgorithms};
  const auto jwt = omni::VerifyJwt({.token = token,
                                    .keys = omni::KeyRing::Of("key", {secret}),
                                    .rules = rules,
                                    .now = absl::UnixEpoch()});
  if (jwt.ok()) return true;
  const std::string reason = omni::GetErrorDetail(jwt.status()).reason;
  return reason == "jwt_expired" || reason == "jwt_not_yet_valid" || reason == "jwt_issuer";
}

std::optional<omni::JsonDocument> Part(std::string_view token, int number) {
  for (; number > 0; --number) {
    const std::size_t dot = token.find('.');
    if (dot == token.npos) return std::nullopt;
    token.remove_prefix(dot + 1);
  }
  const auto text = omni::Base64UrlDecode(token.substr(0, token.find('.')));
  auto document = omni::JsonDocument::Parse(text.value_or(""));
  if (!document.ok()) return std::nullopt;
  return *std::move(document);
}

std::string HashOf(std::string_view text) {
  return omni::HexEncode(omni::AsView(omni::Sha256(text)));
}

bool DiagnoseForm(std::string_view token, Findings& findings) {
  const auto header = Part(token, 0);
  if (std::count(token.begin(), token.end(), '.') != 2 || !header || !Part(token, 1)) {
    Add(findings, "token_malformed", "The token is none: it was cut or changed.",
        "it has " + std::to_string(token.size()) + " characters and " +
            std::to_string(std::count(token.begin(), token.end(), '.') + 1) + " parts",
        "Pass the header on as it comes; look for what limits the length of headers.");
    return true;
  }
  const std::string_view algorithm = header->root()["alg"].text();
  if (std::find(std::begin(kNames), std::end(kNames), algorithm) != std::end(kNames)) return false;
  Add(findings, "token_algorithm", "The token names an algorithm that is never accepted.",
      "it is not HS256, HS384 or HS512",
      "Only MessageBird makes these tokens; this one is not theirs.");
  return true;
}

bool DiagnoseKey(const Suspect& suspect, std::string_view token, Findings& findings) {
  const std::vector<Variant> tokens = {{.text = std::string(token)}};
  const std::size_t before = findings.causes.size();
  const bool found =
      FindMac(suspect, {.purpose = "signingKey", .what = "token", .texts = tokens, .holds = Signs},
              findings);
  if (found) return findings.causes.size() > before;
  findings.ruled_out.erase(findings.ruled_out.begin());  // a token has no other forms
  Add(findings, "key_wrong", "The token was signed with another key.",
      "no secret of the configuration signs it",
      "Configure the account's signing key, from the developer settings; it is not the access "
      "key.");
  return true;
}

void DiagnoseTimes(const Suspect& suspect, omni::JsonValue claims, Findings& findings) {
  const auto expires = omni::ParseUnixTime(claims["exp"]);
  const auto begins = omni::ParseUnixTime(claims["nbf"]);
  constexpr char kClock[] =
      "Set the clock of this machine by NTP. For a capture, explain it at the time when it came, "
      "with --at.";
  if (!expires) {
    Add(findings, "token_without_expiry", "The token does not say when it expires.",
        "there is no exp", "Only MessageBird makes these tokens, and theirs do.");
  } else if (suspect.now > *expires + kSkew) {
    Add(findings, "clock",
        "The token has expired: the clock is ahead, or the request is an old one.",
        "it expired " + InWords(suspect.now - *expires) + " ago; it was good for " +
            (begins ? InWords(*expires - *begins) : std::string("an unknown time")),
        kClock);
  }
  if (begins && suspect.now < *begins - kSkew) {
    Add(findings, "clock", "The token is not valid yet: the clock is behind.",
        "it begins in " + InWords(*begins - suspect.now), kClock);
  }
  if (claims["iss"].text() != "MessageBird") {
    Add(findings, "token_issuer", "The token is not from MessageBird.", "iss is something else",
        "Only MessageBird makes these tokens.");
  }
  if (claims["jti"].text().empty()) {
    Add(findings, "token_without_id", "The token has no id.", "jti is missing or empty",
        "Only MessageBird makes these tokens, and theirs do.");
  }
}

void DiagnoseUrl(const Suspect& suspect, omni::JsonValue claims, Findings& findings) {
  const std::string hash(claims["url_hash"].text());
  for (const Variant& url : UrlVariants(suspect)) {
    if (HashOf(url.text) != hash) continue;
    return AddChanges(url.changes, "url_hash tells; " + CompareUrls(suspect, url), findings);
  }
  // An empty path is a slash.
  Add(findings, "url_hash_mismatch", "The token was made for another URL.",
      "url_hash is none of the URLs that a proxy may have hidden",
      "Set publicUrl to what MessageBird calls, to the byte: scheme, host, port, path.");
  findings.ruled_out.emplace_back(
      "another scheme, host, port, path or query, as far as they can be guessed");
}

void DiagnoseBody(const Suspect& suspect, omni::JsonValue claims, Findings& findings) {
  const std::string& body = suspect.request.body;
  const omni::JsonValue claim = claims["payload_hash"];
  if (!claim.exists()) {
    if (body.empty()) return;
    return Add(findings, "body_added", "The token covers no body, and there is one.",
               std::to_string(body.size()) + " bytes without payload_hash",
               "A GET was made a POST on the way, or the body was added.");
  }
  const std::string hash(claim.text());
  for (const Variant& variant : BodyVariants(body)) {
    if (HashOf(variant.text) != hash) continue;
    return AddChanges(variant.changes, "payload_hash is that of the body before", findings);
  }
  if (body.empty()) {
    return Add(findings, "body_lost", "The token covers a body, and there is none.",
               "payload_hash is there",
               "The body was lost on the way, or had been read before: by a redirect, a filter.");
  }
  Add(findings, "payload_hash_mismatch", "The body is not the one that the token covers.",
      "payload_hash is of another body than these " + std::to_string(body.size()) + " bytes",
      "Verify over the bytes as they arrive.");
  findings.ruled_out.emplace_back(
      "the body in other white space, escapes, line breaks and encodings");
  InspectBody(suspect, findings);
}

}  // namespace

std::string InWords(absl::Duration duration) {
  const std::int64_t seconds = absl::ToInt64Seconds(absl::AbsDuration(duration));
  if (seconds < 120) return std::to_string(seconds) + " s";
  if (seconds < 7'200) return std::to_string(seconds / 60) + " min";
  if (seconds < 172'800) return std::to_string(seconds / 3'600) + " h";
  return std::to_string(seconds / 86'400) + " days";
}

void DiagnoseToken(const Suspect& suspect, Findings& findings) {
  const auto tokens = suspect.request.headers.FindAll(kHeader);
  if (tokens.size() > 1) {
    return Add(findings, "signature_repeated", "The token is there more than once.",
               std::to_string(tokens.size()) + " headers of that name",
               "Let the proxy pass the header on once.");
  }
  const std::string_view token = tokens.front();
  if (DiagnoseForm(token, findings) || DiagnoseKey(suspect, token, findings)) return;
  const auto claims = Part(token, 1);
  DiagnoseTimes(suspect, claims->root(), findings);
  DiagnoseUrl(suspect, claims->root(), findings);
  DiagnoseBody(suspect, claims->root(), findings);
  if (findings.empty()) {
    Add(findings, "replayed", "The token was used before, with another webhook.",
        "everything else of it holds", "Whoever sends this repeats an overheard token.");
  }
}

}  // namespace host
