#include "explain/credential.h"

#include <string>
#include <utility>
#include <vector>

#include "explain/key_variants.h"
#include "omni/secret.h"
#include "omni/support/encoding.h"
#include "omni/support/url.h"

namespace host {
namespace {

constexpr std::size_t kMinPart = 6;

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
}

// What the sender may have done to the right one.
std::vector<std::pair<std::string, Change>> Restored(std::string_view presented) {
  const std::string text(presented);
  std::vector<std::pair<std::string, Change>> restored = {
      {std::string(Trimmed(text)),
       {"credential_whitespace", "White space was sent around the credential.",
        "Enter it at the carrier once more, without a space or line break."}},
      {omni::PercentDecode(text),
       {"credential_escaped", "The credential was sent percent-encoded.",
        "Send it as it is: only in a URL is it escaped."}}};
  for (std::string_view scheme : {"Bearer ", "bearer ", "Basic ", "Token "}) {
    if (!text.starts_with(scheme)) continue;
    restored.push_back({text.substr(scheme.size()),
                        {"scheme_repeated", "The scheme stands before the credential twice.",
                         "Enter the credential without its scheme where the carrier adds one."}});
  }
  if (text.size() > 2 && text.front() == '"' && text.back() == '"') {
    restored.push_back({text.substr(1, text.size() - 2),
                        {"credential_quotes", "The credential was sent in quotes.",
                         "Enter it at the carrier without quotes."}});
  }
  if (auto decoded = omni::Base64Decode(text)) {
    restored.push_back(
        {*std::move(decoded),
         {"credential_encoded", "The credential was sent in base64.", "Send it as it is."}});
  }
  return restored;
}

bool AddMatch(const std::vector<CandidateKey>& keys, std::string_view presented,
              const std::string& evidence, Findings& findings) {
  for (const CandidateKey& key : keys) {
    if (!omni::ConstantTimeEquals(key.secret.Reveal(), presented)) continue;
    AddChanges(key.changes, evidence + " is " + key.name, findings);
    return true;
  }
  return false;
}

// `Bearer x` as the configured token, where x was sent.
bool HasScheme(const Suspect& suspect, std::string_view purpose, std::string_view presented) {
  for (const CandidateKey& key : OwnKeys(suspect, purpose)) {
    for (const char* scheme : {"Bearer ", "bearer ", "Basic "}) {
      if (omni::ConstantTimeEquals(key.secret.Reveal(), scheme + std::string(presented)))
        return true;
    }
  }
  return false;
}

bool IsPart(const Suspect& suspect, std::string_view purpose, std::string_view presented) {
  if (presented.size() < kMinPart) return false;
  for (const CandidateKey& key : OwnKeys(suspect, purpose)) {
    if (key.secret.Reveal().starts_with(presented)) return true;
  }
  return false;
}

}  // namespace

bool IsOwnSecret(const Suspect& suspect, std::string_view purpose, std::string_view presented) {
  for (const CandidateKey& key : OwnKeys(suspect, purpose)) {
    if (omni::ConstantTimeEquals(key.secret.Reveal(), presented)) return true;
  }
  return false;
}

void DiagnoseCredential(const Suspect& suspect, std::string_view purpose,
                        std::string_view presented, std::string_view where, Findings& findings) {
  const std::string evidence = "what stands in " + std::string(where);
  for (const auto& [text, change] : Restored(presented)) {
    if (text == presented || !IsOwnSecret(suspect, purpose, text)) continue;
    return AddChanges({change}, evidence + " is otherwise the channel's " + std::string(purpose),
                      findings);
  }
  if (HasScheme(suspect, purpose, presented)) {
    findings.causes.push_back(
        {.cause = "scheme_in_secret",
         .what = "The configured " + std::string(purpose) + " begins with the scheme, Bearer.",
         .evidence = evidence + " is the rest of it",
         .fix = "Configure the credential without its scheme."});
    return;
  }
  if (AddMatch(AlteredKeys(suspect, purpose), presented, evidence, findings)) return;
  if (AddMatch(ForeignKeys(suspect, purpose), presented, evidence, findings)) return;
  if (IsPart(suspect, purpose, presented)) {
    findings.causes.push_back(
        {.cause = "credential_truncated",
         .what = "The credential was cut short.",
         .evidence = evidence + " is the beginning of the channel's " + std::string(purpose),
         .fix = "Enter all of it at the carrier: some forms cut long values."});
    return;
  }
  findings.causes.push_back(
      {.cause = "credential_wrong",
       .what = "The credential is none of the configuration's.",
       .evidence = evidence + " has " + std::to_string(presented.size()) +
                   " bytes and is no secret of any channel",
       .fix = "Enter the channel's " + std::string(purpose) +
              " at the carrier once more; during a rotation, configure both, newest first."});
  findings.ruled_out.emplace_back("white space, quotes, escapes and encodings of the right one");
  findings.ruled_out.emplace_back("every other secret of the configuration");
}

}  // namespace host
