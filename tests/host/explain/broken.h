/// \file
/// Genuine requests, broken in one way, and what is made of them.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "explain/trace.h"
#include "omni/http.h"

namespace host {
namespace testing {

inline constexpr std::string_view kPublicUrl = "https://hooks.example.com";

/// What the receiving side is like. Requests are made by what it was at first.
struct Receiver {
  std::vector<std::string> channels = {};
  std::string public_url = std::string(kPublicUrl);
  std::vector<std::string> trusted_proxies = {};
  absl::Time now = absl::FromUnixSeconds(1'790'000'000);
};
/// One channel of each carrier; for Twilio and WhatsApp two, of different accounts.
[[nodiscard]] Receiver MakeReceiver();

/// The last request of a case, as a server gets it.
[[nodiscard]] omni::WebhookRequest Genuine(const Receiver& receiver, std::string_view carrier,
                                           std::string_view name);

[[nodiscard]] Trace Explain(const Receiver& receiver, const omni::WebhookRequest& request);

struct Broken {
  std::string_view name;
  std::string_view carrier;
  std::string_view of;  ///< the case
  std::function<void(omni::WebhookRequest& request, Receiver& receiver)> how;
  std::vector<std::string> causes;
};
inline std::ostream& operator<<(std::ostream& out, const Broken& broken) {
  return out << broken.name;
}

/// Checks that the genuine request is accepted, the broken one is not, that these are the causes,
/// and that nothing secret is told.
void ExpectCauses(const Broken& broken);

/// The header with another value.
void Change(omni::WebhookRequest& request, std::string_view header,
            const std::function<std::string(std::string)>& change);
/// Without that header.
void Drop(omni::WebhookRequest& request, std::string_view header);
[[nodiscard]] std::string Replaced(std::string text, std::string_view what, std::string_view with);

}  // namespace testing
}  // namespace host
