// Bugs of verification: what is let in that should not be, and the other way about.

#include <algorithm>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "conformance/planted_bugs.h"
#include "omni/error.h"
#include "omni/support/encoding.h"
#include "omni/support/url.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using Verdict = absl::StatusOr<VerifyResult>;
using Params = ChannelAdapter::VerifyParams;

VerifyResult LetIn() { return {.coverage = {.body = true}, .key_id = "key[0]"}; }

std::string HeaderOf(const Params& params, std::string_view name) {
  return std::string(params.request.headers.Find(name).value_or(""));
}

std::string ProofOf(const Params& params) {
  return HeaderOf(params, "X-Toy-Signature") + HeaderOf(params, "Authorization") +
         HeaderOf(params, "X-Toy-Token");
}

/// A bug that lets in, besides what is genuine, what `also` says.
std::function<ToyHooks()> LetsInAlso(std::function<bool(const Params&)> also) {
  return [also = std::move(also)] {
    return ToyHooks{.verdict = [also](Verdict& verdict, const Params& params) {
      if (!verdict.ok() && also(params)) verdict = LetIn();
    }};
  };
}

std::function<ToyHooks()> Compares(bool (*matches)(std::string_view, std::string_view)) {
  return [matches] { return ToyHooks{.matches = matches}; };
}

std::string SevenBits(const Params& params) {
  std::string body = params.request.body;
  for (char& c : body) c = static_cast<char>(c & 0x7F);
  return body;
}

std::string Trimmed(const Params& params) {
  const std::string& body = params.request.body;
  const std::size_t end = body.find_last_not_of(" \n");
  return end == body.npos ? std::string() : body.substr(0, end + 1);
}

std::string UrlWithoutQuery(const Params& params) {
  return std::string(params.external_url.substr(0, params.external_url.find('?')));
}

std::string UrlByHost(const Params& params) {
  const auto host = params.request.headers.Find("Host");
  if (!host) return std::string(params.external_url);
  return "https://" + std::string(*host) + params.request.target;
}

std::string JoinedHeaders(const Params& params) {
  std::string joined;
  for (std::string_view value : params.request.headers.FindAll("X-Toy-Signature")) joined += value;
  return joined;
}

std::string LastHeader(const Params& params) {
  const auto& headers = params.request.headers;
  return std::string(headers.empty() ? std::string_view() : headers.items().back().second);
}

std::string HeaderAsSpelled(const Params& params) {
  for (const auto& [name, value] : params.request.headers) {
    if (name == "X-Toy-Signature") return std::string(value);
  }
  return {};
}

bool SaysNone(const Params& params) {
  const std::string token = HeaderOf(params, "X-Toy-Token");
  const auto header = Base64UrlDecode(token.substr(0, token.find('.')));
  return header && header->find("\"none\"") != header->npos;
}

/// Lets in again whatever proof it has let in once.
ToyHooks RemembersProofs() {
  struct Seen {
    std::mutex mutex;
    std::set<std::string> proofs;
  };
  auto seen = std::make_shared<Seen>();
  return {.verdict = [seen](Verdict& verdict, const Params& params) {
    const std::string proof = ProofOf(params);
    const std::lock_guard lock(seen->mutex);
    if (verdict.ok()) seen->proofs.insert(proof);
    if (!verdict.ok() && seen->proofs.contains(proof)) verdict = LetIn();
  }};
}

KeyRing::Keys OnlyFirst(const KeyRing::Keys& keys) {
  return keys.empty() ? keys : KeyRing::Keys{keys.front()};
}

void ClaimsNothing(Verdict& verdict, const Params&) {
  if (!verdict.ok()) verdict = LetIn();
  verdict->coverage = {};
}

void HidesTheUrl(Verdict& verdict, const Params&) {
  if (verdict.ok()) verdict->coverage.url = false;
}

void ReportsTheFirst(Verdict& verdict, const Params&) {
  if (!verdict.ok()) return;
  const std::string_view id = verdict->key_id;
  verdict->key_id = std::string(id.substr(0, id.find('['))) + "[0]";
}

void Answers400(Verdict& verdict, const Params&) {
  if (!verdict.ok()) verdict = InvalidPayloadError("the proof is malformed", "");
}

void WantsAContentType(Verdict& verdict, const Params& params) {
  if (verdict.ok() && !params.request.headers.Find("Content-Type")) {
    verdict = InvalidSignatureError("there is no content type", "content_type");
  }
}

void Expires(Verdict& verdict, const Params& params) {
  if (verdict.ok() && params.now > absl::FromUnixSeconds(1'800'000'000)) {
    verdict = InvalidSignatureError("this is too late", "expired");
  }
}

}  // namespace

std::vector<PlantedBug> BugsOfForgery() {
  return {
      {"lets in what is not signed", "forgery.unsigned",
       LetsInAlso([](const Params& params) { return ProofOf(params).empty(); })},
      {"compares as many bytes as were presented", "forgery.partial_signature",
       Compares([](std::string_view expected, std::string_view presented) {
         return expected.starts_with(presented);
       })},
      {"compares the first eight bytes", "forgery.flipped_signature",
       Compares([](std::string_view expected, std::string_view presented) {
         return expected.substr(0, 8) == presented.substr(0, 8);
       })},
      {"looks whether the signature has the right length", "forgery.other_key",
       Compares([](std::string_view expected, std::string_view presented) {
         return expected.size() == presented.size();
       })},
      {"lets everything in while it has no key", "forgery.no_key",
       LetsInAlso([](const Params& params) { return params.keys.empty(); })},
      {"reads the body as seven-bit text", "forgery.flipped_body",
       [] { return ToyHooks{.body = SevenBits}; }},
      {"trims the body before it is verified", "forgery.cut_body",
       [] { return ToyHooks{.body = Trimmed}; }},
      {"verifies the URL without its query", "forgery.flipped_url",
       [] { return ToyHooks{.url = UrlWithoutQuery}; }},
      {"trusts the Host header", "forgery.host_header", [] { return ToyHooks{.url = UrlByHost}; }},
      {"lets in what claims to come from 127.0.0.1", "forgery.stranger_header",
       LetsInAlso([](const Params& params) {
         return HeaderOf(params, "X-Forwarded-For") == "127.0.0.1";
       })},
      {"lets in what has a peer on the same machine", "forgery.stranger_header",
       LetsInAlso([](const Params& params) { return params.request.peer == "127.0.0.1"; })},
      {"lets in what comes from an allowed address", "forgery.allowed_address",
       LetsInAlso([](const Params& params) { return params.origin_allowed; })},
      {"needs no proof of a multipart body", "forgery.other_form",
       LetsInAlso([](const Params& params) {
         return HeaderOf(params, "Content-Type").starts_with("multipart/");
       })},
      {"needs no proof of a GET", "forgery.other_form",
       LetsInAlso([](const Params& params) { return params.request.method == HttpMethod::kGet; })},
      {"lets in once more the proof that it has let in", "forgery.proof_of_another",
       RemembersProofs},
      {"joins repeated headers", "forgery.repeated_header",
       [] { return ToyHooks{.presented = JoinedHeaders}; }},
      {"believes a token that needs no signature", "forgery.unsigned_token", LetsInAlso(SaysNone)},
      {"reads a body that its signature does not cover", "coverage.uncovered_body",
       [] { return ToyHooks{.verdict = ClaimsNothing}; }},
  };
}

std::vector<PlantedBug> BugsOfJudgement() {
  return {
      {"tries only the newest key", "keys.rotation", [] { return ToyHooks{.keys = OnlyFirst}; }},
      {"reports the first key, whichever proved", "keys.key_id",
       [] { return ToyHooks{.verdict = ReportsTheFirst}; }},
      {"tries the oldest key first", "keys.newest_first",
       [] {
         return ToyHooks{.keys = [](const KeyRing::Keys& keys) {
           return KeyRing::Keys(keys.rbegin(), keys.rend());
         }};
       }},
      {"reads header names with regard to case", "headers.case",
       [] { return ToyHooks{.presented = HeaderAsSpelled}; }},
      {"takes the last header for the signature", "headers.order",
       [] { return ToyHooks{.presented = LastHeader}; }},
      {"has a window that is too narrow", "window.accepted",
       [] {
         return ToyHooks{.in_window = [](absl::Time now, absl::Time at) {
           return absl::AbsDuration(now - at) < absl::Minutes(1);
         }};
       }},
      {"does not look at the time", "window.rejected",
       [] { return ToyHooks{.in_window = [](absl::Time, absl::Time) { return true; }}; }},
      {"looks at the time in one direction only", "window.rejected",
       [] {
         return ToyHooks{.in_window = [](absl::Time now, absl::Time at) {
           return now - at <= absl::Minutes(5);
         }};
       }},
      {"refuses a proof that has no time in it after some years", "window.undeclared",
       [] { return ToyHooks{.verdict = Expires}; }},
      {"does not say that the URL is covered", "vector.proof",
       [] { return ToyHooks{.verdict = HidesTheUrl}; }},
      {"answers a wrong proof with 400", "vector.refused",
       [] { return ToyHooks{.verdict = Answers400}; }},
      {"refuses what comes without a content type", "vector.accepted",
       [] { return ToyHooks{.verdict = WantsAContentType}; }},
  };
}

}  // namespace testing
}  // namespace omni::inline v0_1
