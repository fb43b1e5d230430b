/// \file
/// URLs as text: split without changing a byte, because signatures cover the very bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "omni/export.h"

namespace omni::inline v0_1 {

/// An absolute http or https URL, cut into views. Lifetime: the text's.
struct UrlView {
  std::string_view scheme = {};
  std::string_view userinfo = {};  ///< without `@`
  std::string_view host = {};      ///< brackets of an IPv6 literal included
  std::string_view port = {};      ///< digits; empty when none is given
  std::string_view path = {};      ///< from the first `/`; empty when there is none
  std::string_view query = {};     ///< with its leading `?`; empty when there is none
  std::string_view fragment = {};  ///< with its leading `#`
};

/// Nothing when `url` is not an absolute http(s) URL with a host.
[[nodiscard]] OMNI_EXPORT std::optional<UrlView> SplitUrl(std::string_view url);

/// `%XX` decoded; an escape that is none is kept. `+` is left alone.
[[nodiscard]] OMNI_EXPORT std::string PercentDecode(std::string_view text);
/// Everything but `A-Z a-z 0-9 - . _ ~` escaped, upper-case hex.
[[nodiscard]] OMNI_EXPORT std::string PercentEncode(std::string_view text);

/// A URL or request target that may be shown: without user-info and fragment, and with each query
/// value replaced by its length (`?token=[32]`).
[[nodiscard]] OMNI_EXPORT std::string RedactUrl(std::string_view url);

}  // namespace omni::inline v0_1
