/// \file
/// HTTP Basic and bearer credentials.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "omni/export.h"
#include "omni/secret.h"

namespace omni::inline v0_1 {

struct BasicCredentials {
  std::string username = {};
  Secret password = {};
};

/// The credentials of an `Authorization: Basic …` value; nothing when it is not one.
[[nodiscard]] OMNI_EXPORT std::optional<BasicCredentials> ParseBasic(
    std::string_view authorization);

/// The token of an `Authorization: Bearer …` value. Lifetime: the value's.
[[nodiscard]] OMNI_EXPORT std::optional<std::string_view> ParseBearer(
    std::string_view authorization);

/// A `WWW-Authenticate` value that asks for Basic credentials.
[[nodiscard]] OMNI_EXPORT std::string BasicChallenge(std::string_view realm);

}  // namespace omni::inline v0_1
