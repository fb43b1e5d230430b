#include "components/curl/exchange.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/status_macros.h"
#include "components/curl/failure.h"
#include "components/curl/request_head.h"
#include "components/curl/retry.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

// Longer ones overflow the clock; nobody waits so long for an answer.
constexpr absl::Duration kMaxTimeout = absl::Hours(24);

Exchange::Clock::time_point After(absl::Duration timeout) {
  const absl::Duration bounded = std::clamp(timeout, absl::ZeroDuration(), kMaxTimeout);
  return Exchange::Clock::now() + absl::ToChronoNanoseconds(bounded);
}

}  // namespace

Exchange::Exchange(HttpRequest request, Done done, const CurlHttpClientOptions& options)
    : options_(options),
      request_(std::move(request)),
      deadline_(After(request_.timeout)),
      done_(std::move(done)),
      guard_(request_.public_address_only) {}

absl::Status Exchange::Prepare() {
  OMNI_RETURN_IF_ERROR(CheckRequest(request_));
  OMNI_ASSIGN_OR_RETURN(headers_, HeaderList(request_.headers));
  handle_.reset(curl_easy_init());
  if (handle_ == nullptr) return CurlError(CURLE_OUT_OF_MEMORY);

  CurlSetup setup(handle_.get());
  SetRequest(request_, setup);
  setup.Set(CURLOPT_HTTPHEADER, headers_.get());
  guard_.Install(setup);
  SetBounds(setup);
  SetTls(setup);
  return setup.error() == CURLE_OK ? absl::OkStatus() : CurlError(setup.error());
}

void Exchange::SetBounds(CurlSetup& setup) {
  setup.Set(CURLOPT_HTTP_VERSION, static_cast<CurlLong>(CURL_HTTP_VERSION_1_1));
  setup.Set(CURLOPT_PROTOCOLS_STR, "http,https");
  setup.Set(CURLOPT_FOLLOWLOCATION, 0L);
  setup.Set(CURLOPT_PROXY, "");  // the environment names none; the guard could not see behind one
  setup.Set(CURLOPT_NOSIGNAL, 1L);
  setup.Set(CURLOPT_QUICK_EXIT, 1L);  // a name that never resolves must not hold up the others
  setup.Set(CURLOPT_CONNECTTIMEOUT_MS,
            static_cast<CurlLong>(absl::ToInt64Milliseconds(options_.connect_timeout)));
  setup.Set(CURLOPT_HEADERFUNCTION, &OnHeader);
  setup.Set(CURLOPT_HEADERDATA, static_cast<void*>(this));
  setup.Set(CURLOPT_WRITEFUNCTION, &OnBody);
  setup.Set(CURLOPT_WRITEDATA, static_cast<void*>(this));
}

void Exchange::SetTls(CurlSetup& setup) const {
  setup.Set(CURLOPT_SSLVERSION, static_cast<CurlLong>(CURL_SSLVERSION_TLSv1_2));
  setup.Set(CURLOPT_SSL_VERIFYPEER, 1L);
  setup.Set(CURLOPT_SSL_VERIFYHOST, 2L);
  if (options_.ca_file.empty()) return;
  setup.Set(CURLOPT_CAINFO, options_.ca_file.c_str());
  setup.Set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));  // not the system's as well
}

void Exchange::BeginAttempt() {
  ++attempts_;
  guard_.Reset();
  header_bytes_ = 0;
  is_too_large_ = false;
  body_.clear();
}

Exchange::Outcome Exchange::EndAttempt(CURLcode code) {
  if (is_too_large_) return {ResponseTooLargeError()};
  if (code != CURLE_OK && guard_.refused()) return {AddressNotPublicError()};
  if (code != CURLE_OK) return {CurlError(code), IsTransientFailure(code)};
  HttpResponse response = TakeResponse();
  const bool is_transient = IsTransientStatus(response.status);
  curl_off_t seconds = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_RETRY_AFTER, &seconds);
  return {std::move(response), is_transient, absl::Seconds(std::max<curl_off_t>(seconds, 0))};
}

HttpResponse Exchange::TakeResponse() {
  CurlLong status = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
  HttpResponse response = {static_cast<int>(status), {}, std::move(body_)};
  constexpr int kLastRequest = -1;
  curl_header* header = nullptr;
  while ((header = curl_easy_nextheader(handle_.get(), CURLH_HEADER, kLastRequest, header)) !=
         nullptr) {
    std::string_view value = header->value;
    if (value == "\r") value = "";  // libcurl 7.88's reading of an empty one
    response.headers.Add(header->name, value);
  }
  return response;
}

// Returning less than was given makes libcurl give up.
std::size_t Exchange::OnHeader(const char* /*data*/, std::size_t size, std::size_t count,
                               void* self) {
  auto& exchange = *static_cast<Exchange*>(self);
  const std::size_t bytes = size * count;
  exchange.header_bytes_ += bytes;
  exchange.is_too_large_ = exchange.header_bytes_ > exchange.options_.max_response_header_bytes;
  return exchange.is_too_large_ ? 0 : bytes;
}

std::size_t Exchange::OnBody(const char* data, std::size_t size, std::size_t count, void* self) {
  auto& exchange = *static_cast<Exchange*>(self);
  const std::size_t bytes = size * count;
  exchange.is_too_large_ = bytes > exchange.options_.max_response_bytes - exchange.body_.size();
  if (exchange.is_too_large_) return 0;
  exchange.body_.append(data, bytes);
  return bytes;
}

}  // namespace internal
}  // namespace omni::inline v0_1
