#include "omni/support/basic_auth.h"

#include <openssl/crypto.h>

#include <utility>

#include "omni/http.h"
#include "support/base64.h"
#include "support/basic_pair.h"
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

}  // namespace

internal::BasicPair::BasicPair(std::string_view authorization) {
  const std::optional<std::string_view> encoded = CredentialsOf(authorization, "Basic");
  if (!encoded) return;
  char* room = short_.data();
  if (encoded->size() > short_.size()) {
    long_.resize(encoded->size());
    room = long_.data();
  }
  used_ = encoded->size();
  const std::optional<std::string_view> decoded = DecodeBase64(*encoded, room);
  if (!decoded) return;
  const std::size_t colon = decoded->find(':');
  if (colon == decoded->npos || internal::HasControl(*decoded)) return;
  valid_ = true;
  username_ = decoded->substr(0, colon);
  password_ = decoded->substr(colon + 1);
}

internal::BasicPair::~BasicPair() {
  OPENSSL_cleanse(long_.empty() ? short_.data() : long_.data(), used_);
}

std::optional<BasicCredentials> ParseBasic(std::string_view authorization) {
  const internal::BasicPair pair(authorization);
  if (!pair) return std::nullopt;
  std::optional<BasicCredentials> credentials(std::in_place);
  credentials->username = pair.username();
  credentials->password = Secret(pair.password());
  return credentials;
}

std::optional<std::string_view> ParseBearer(std::string_view authorization) {
  const std::optional<std::string_view> token = CredentialsOf(authorization, "Bearer");
  if (!token || token->empty() || internal::HasControl(*token) || token->find(' ') != token->npos) {
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
