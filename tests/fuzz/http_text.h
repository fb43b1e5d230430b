/// \file
/// Requests as text, which a fuzzer can mutate: `POST /path`, header lines, an empty line, the
/// body.
#pragma once

#include <string>
#include <string_view>

#include "omni/http.h"

namespace omni::fuzz {

[[nodiscard]] WebhookRequest ParseHttpText(std::string_view text);

[[nodiscard]] std::string ToHttpText(const WebhookRequest& request);

}  // namespace omni::fuzz
