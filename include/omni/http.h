/// \file
/// HTTP as values: what came in, what goes out, what to answer. No sockets.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "omni/export.h"
#include "omni/text_pairs.h"

namespace omni::inline v0_1 {

enum class HttpMethod { kUnknown, kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions };

/// `POST` for kPost, and so on; `UNKNOWN` for kUnknown.
[[nodiscard]] OMNI_EXPORT std::string_view HttpMethodName(HttpMethod method);

/// Method names are case-sensitive (RFC 9110); anything else is kUnknown.
[[nodiscard]] OMNI_EXPORT HttpMethod ParseHttpMethod(std::string_view name);

/// An ordered multimap of header fields: wire order and duplicates are kept, names are found
/// without regard to case. Equal are those whose fields are the same, byte for byte and in order.
///
/// Thread safety: thread-compatible.
class OMNI_EXPORT HttpHeaders {
 public:
  /// A name and its value. Lifetime: until the headers change or are moved.
  using Field = TextPair;
  using Fields = std::vector<Field>;
  using Iterator = TextPairIterator;

  HttpHeaders() = default;
  HttpHeaders(std::initializer_list<Field> fields);

  /// Of a name or value of more than 4 GB, what is beyond is left out.
  void Add(std::string_view name, std::string_view value);
  /// Removes every field of that name, then adds one.
  void Set(std::string_view name, std::string_view value);

  /// The first value of that name. Lifetime: until the headers change or are moved.
  [[nodiscard]] std::optional<std::string_view> Find(std::string_view name) const;
  /// Every value of that name, in wire order. Lifetime: as Find.
  [[nodiscard]] std::vector<std::string_view> FindAll(std::string_view name) const;

  /// The fields in wire order. Lifetime: as Find.
  [[nodiscard]] Iterator begin() const { return Iterator(text().data()); }
  [[nodiscard]] Iterator end() const { return Iterator(text().data() + text().size()); }
  /// The same as a container that can be indexed and compared. Lifetime: as Find.
  [[nodiscard]] Fields items() const;
  /// Counts them.
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool empty() const { return text().empty(); }
  friend bool operator==(const HttpHeaders& a, const HttpHeaders& b) {
    return a.text() == b.text();
  }

 private:
  static constexpr std::size_t kRoom = 120;

  [[nodiscard]] std::string_view text() const {
    return many_.empty() ? std::string_view(few_.data(), few_size_) : std::string_view(many_);
  }

  // All fields in one piece of memory, because each request brings a dozen of small ones. As many
  // as an answer has take none of their own.
  std::array<char, kRoom> few_ = {};
  std::size_t few_size_ = 0;
  std::string many_ = {};  ///< in their place, when that is not enough
};

/// A webhook as the host's HTTP server received it. Everything in it is a stranger's claim until an
/// adapter has verified it.
struct WebhookRequest {
  HttpMethod method = HttpMethod::kUnknown;
  std::string target = {};        ///< path and query, byte for byte as in the request line
  std::string external_url = {};  ///< the URL the carrier requested, where the host knows it; else
                                  ///< the gateway works it out from `publicUrl` or the headers
  HttpHeaders headers = {};
  std::string body = {};  ///< raw bytes after transfer decoding, never altered
  std::string peer = {};  ///< IP address of the connection's other end, no port
  bool tls = false;       ///< whether that connection was TLS
  absl::Time received_at = absl::InfinitePast();  ///< the gateway's clock fills it when unset
};

/// A request that omni wants the host to make.
struct HttpRequest {
  HttpMethod method = HttpMethod::kGet;
  std::string url = {};
  HttpHeaders headers = {};
  std::string body = {};
  absl::Duration timeout = absl::Seconds(10);
  std::vector<std::string> sensitive_headers = {};  ///< names whose values must never be logged
  /// The client refuses to connect to a private, loopback, link-local, multicast or otherwise
  /// special address, checked on the address that the name resolved to (`IsPublicAddress`).
  bool public_address_only = false;
};

struct OMNI_EXPORT HttpResponse {
  int status = 200;
  HttpHeaders headers = {};
  std::string body = {};

  /// A body with its content type.
  [[nodiscard]] static HttpResponse Text(int status, std::string body);
  [[nodiscard]] static HttpResponse Json(int status, std::string body);
  [[nodiscard]] static HttpResponse Xml(int status, std::string body);
  /// No body and no content type.
  [[nodiscard]] static HttpResponse Empty(int status);
};

/// Compares as HTTP compares header names: ASCII, without regard to case.
[[nodiscard]] OMNI_EXPORT bool EqualsIgnoreCase(std::string_view a, std::string_view b);

/// The media type of a `Content-Type` value: lower case, without parameters.
[[nodiscard]] OMNI_EXPORT std::string MediaType(std::string_view content_type);

/// Whether that media type is `type`, which is in lower case.
[[nodiscard]] OMNI_EXPORT bool IsMediaType(std::string_view content_type, std::string_view type);

/// The path of a request target: everything before `?`.
[[nodiscard]] OMNI_EXPORT std::string_view TargetPath(std::string_view target);
/// The query of a request target: everything after the first `?`, or empty.
[[nodiscard]] OMNI_EXPORT std::string_view TargetQuery(std::string_view target);

}  // namespace omni::inline v0_1
