/// \file
/// The floor: for each carrier the fewest steps that give the same answer and the same event with
/// the same safety as omni. One text message is all that it understands; a webhook of any other
/// kind it refuses. It shares the type of a request with omni, and no code.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "omni/http.h"

namespace omni::bench {

/// One carrier's endpoint with its secrets, keyed ahead; its table of keys that were seen; its
/// buffers.
///
/// Thread safety: confined.
class Floor {
 public:
  /// `carrier`: bandwidth, messagebird, twilio or whatsapp.
  [[nodiscard]] static std::unique_ptr<Floor> Make(std::string_view carrier);
  virtual ~Floor() = default;

  /// Verifies, parses, deduplicates, routes and encodes. The events, a line each; empty when the
  /// request is refused. Lifetime: until the next call.
  [[nodiscard]] virtual std::string_view Handle(const WebhookRequest& request) = 0;

  /// A context that was keyed ahead is copied and finished: the least that an HMAC costs.
  static void Mac(std::string_view message, unsigned char* digest);
};

}  // namespace omni::bench
