/// \file
/// What a C++ user would write in an afternoon: nlohmann's JSON, HMAC(), strings everywhere.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "omni/http.h"

namespace omni::bench {

/// Thread safety: confined.
class Naive {
 public:
  [[nodiscard]] static std::unique_ptr<Naive> Make(std::string_view carrier);
  virtual ~Naive() = default;
  /// The JSON of each event; none when the request is refused.
  [[nodiscard]] virtual std::vector<std::string> Handle(const WebhookRequest& request) = 0;
};

}  // namespace omni::bench
