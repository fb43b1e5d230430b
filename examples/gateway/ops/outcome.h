/// \file
/// One word for what became of a request, for counters and for people.
#pragma once

#include <string_view>

#include "omni/ports/observer.h"

namespace host {

/// `ok`, `rejected` (it could not prove itself), `limited`, `refused` (it was malformed, or found
/// no endpoint) or `failed` (the carrier comes again).
[[nodiscard]] inline std::string_view OutcomeOf(const omni::RequestReport& report) {
  if (report.http_status < 400) return "ok";
  if (report.authentication == omni::Authentication::kRejected) return "rejected";
  if (report.http_status == 429) return "limited";
  return report.http_status >= 500 ? "failed" : "refused";
}

}  // namespace host
