/// \file
/// Why a proof does not hold: what was found, and what was ruled out.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "omni/http.h"
#include "simulate/carrier_channel.h"

namespace host {

/// One likely cause. Never holds a secret, an expected signature, a body or a full phone number.
struct Diagnosis {
  std::string cause = {};     ///< stable, for machines: `scheme_changed`
  std::string what = {};      ///< one sentence
  std::string evidence = {};  ///< what was seen or tried
  std::string fix = {};
};

struct Findings {
  std::vector<Diagnosis> causes = {};       ///< those that hold together
  std::vector<std::string> ruled_out = {};  ///< what was tried and does not explain it

  [[nodiscard]] bool empty() const { return causes.empty(); }
};

/// A request that was refused, and everything that is known around it.
struct Suspect {
  const omni::WebhookRequest& request;
  const CarrierChannel& channel;
  std::string_view endpoint = {};            ///< its name, of the channel's endpoints
  std::span<const CarrierChannel> all = {};  ///< every channel of the configuration
  std::string_view external_url = {};        ///< the URL that the carrier is taken to have called
  std::string_view client = {};              ///< the client's address, where it is known
  std::optional<std::uint64_t> content_length = {};
  absl::Time now = absl::InfinitePast();
};

// The usual mistakes of each scheme, tried one after another.
[[nodiscard]] Findings DiagnoseWhatsApp(const Suspect& suspect);
[[nodiscard]] Findings DiagnoseTwilio(const Suspect& suspect);
[[nodiscard]] Findings DiagnoseBandwidth(const Suspect& suspect);
[[nodiscard]] Findings DiagnoseLiveChat(const Suspect& suspect);
[[nodiscard]] Findings DiagnoseMessageBird(const Suspect& suspect);
[[nodiscard]] Findings DiagnoseInteliquent(const Suspect& suspect);

/// By the channel's adapter; what has no scheme of its own here is only looked at as a request.
[[nodiscard]] Findings Diagnose(const Suspect& suspect);

}  // namespace host
