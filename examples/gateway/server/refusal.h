// Why a request never reaches a handler.
#pragma once

#include <string_view>

namespace host::internal {

struct Refusal {
  int status = 400;
  std::string_view code = "INVALID_PAYLOAD";
  std::string_view message = "the request is malformed";
};

inline constexpr Refusal kTimeout = {408, "TIMEOUT", "the request took too long to arrive"};
inline constexpr Refusal kBodyTooLarge = {413, "PAYLOAD_TOO_LARGE", "the body is too large"};
inline constexpr Refusal kTargetTooLong = {414, "URI_TOO_LONG", "the request's target is too long"};
inline constexpr Refusal kHeadersTooLarge = {431, "HEADERS_TOO_LARGE",
                                             "the header fields are too large or too many"};
inline constexpr Refusal kOverloaded = {503, "QUEUE_UNAVAILABLE",
                                        "too many requests are under way; try again"};

constexpr Refusal Malformed(std::string_view message) { return {.message = message}; }

}  // namespace host::internal
