#include "omni/support/basic_auth.h"

#include <openssl/crypto.h>

#include <algorithm>

#include "omni/http.h"
#include "omni/support/encoding.h"
#include "support/header_text.h"

namespace omni::inline v0_1 {
namespace {

// What follows the scheme in `authorization`; nothing when the scheme is another one.
std::optional<std::string_view> CredentialsOf(std::string_view authorization,
                                              std::string_view scheme) {
  authorization = internal::Trim(authorization);
  const std::size_t end = authorization.find(' ');
  if (end == authorization.npos || !EqualsIgnoreCase(authorization.substr(0, end), scheme)) {
    return std::nullopt;
  }
  return internal::Trim(authorization.substr(end));
}

bool HasControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(), internal::IsControl);
}

}  // namespace

std::optional<BasicCredentials> ParseBasic(std::string_view authorization) {
  const std::optional<std::string_view> encoded = CredentialsOf(authorization, "Basic");
  if (!encoded) return std::nullopt;
  std::optional<std::string> pair = Base64Decode(*encoded);
  if (!pair) return std::nullopt;

  std::optional<BasicCredentials> credentials;
  if (const std::size_t colon = pair->find(':'); colon != pair->npos && !HasControl(*pair)) {
    credentials.emplace();
    credentials->username = pair->substr(0, colon);
    credentials->password = Secret(std::string_view(*pair).substr(colon + 1));
  }
  OPENSSL_cleanse(pair->data(), pair->size());
  return credentials;
}

std::optional<std::string_view> ParseBearer(std::string_view authorization) {
  const std::optional<std::string_view> token = CredentialsOf(authorization, "Bearer");
  if (!token || token->empty() || HasControl(*token) || token->find(' ') != token->npos) {
    return std::nullopt;
  }
  return token;
}

std::string BasicChallenge(std::string_view realm) {
  std::string challenge = "Basic realm=\"";
  for (char c : realm) {
    if (internal::IsControl(c)) continue;
    if (c == '"' || c == '\\') challenge.push_back('\\');
    challenge.push_back(c);
  }
  challenge.append("\", charset=\"UTF-8\"");
  return challenge;
}

}  // namespace omni::inline v0_1
