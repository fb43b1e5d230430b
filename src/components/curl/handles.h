/// \file
/// libcurl's handles, owned.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <type_traits>

namespace omni::inline v0_1 {
namespace internal {

struct CurlDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct CurlMultiDeleter {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
struct CurlListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

using CurlHandle = std::unique_ptr<CURL, CurlDeleter>;
using CurlMultiHandle = std::unique_ptr<CURLM, CurlMultiDeleter>;
using CurlList = std::unique_ptr<curl_slist, CurlListDeleter>;

/// What libcurl's numeric options are read as.
using CurlLong = decltype(0L);

/// Sets options one after the other and remembers the first failure.
///
/// Thread safety: confined.
class CurlSetup {
 public:
  explicit CurlSetup(CURL* handle) : handle_(handle) {}

  template <class T>
  void Set(CURLoption option, T value) {
    // NOLINTNEXTLINE(bugprone-sizeof-expression): of a pointer, the pointer is meant
    static_assert(std::is_pointer_v<T> || sizeof(T) >= sizeof(CurlLong));
    // The macro of this name wants the option as a literal.
    const CURLcode code = (curl_easy_setopt)(handle_, option, value);
    if (error_ == CURLE_OK) error_ = code;
  }

  [[nodiscard]] CURLcode error() const { return error_; }

 private:
  CURL* handle_;
  CURLcode error_ = CURLE_OK;
};

}  // namespace internal
}  // namespace omni::inline v0_1
