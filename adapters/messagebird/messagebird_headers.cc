#include "messagebird_headers.h"

#include <cstddef>
#include <optional>
#include <string>

#include "base/status_macros.h"
#include "omni/error.h"
#include "omni/http.h"
#include "omni/support/time_parse.h"

namespace omni::inline v0_1 {
namespace messagebird {

void Explain(const ChannelAdapter::VerifyParams& params, std::string_view step, bool passed,
             std::string_view detail) {
  if (params.explanation != nullptr) params.explanation->Add(step, passed, std::string(detail));
}

absl::StatusOr<std::string_view> OnlyHeader(const ChannelAdapter::VerifyParams& params,
                                            std::string_view name) {
  std::size_t count = 0;
  std::string_view only;
  for (const auto& [key, value] : params.request.headers) {
    if (!EqualsIgnoreCase(key, name)) continue;
    ++count;
    only = value;
  }
  Explain(params, "header", count == 1, name);
  if (count == 0) {
    return InvalidSignatureError("a header of the signature is missing", "signature_missing");
  }
  if (count > 1) {
    return InvalidSignatureError("a header of the signature is repeated", "signature_repeated");
  }
  return only;
}

absl::StatusOr<Timestamp> ReadTimestamp(const ChannelAdapter::VerifyParams& params,
                                        std::string_view header) {
  if (!params.request.headers.Find(header).has_value()) {
    Explain(params, "header", false, header);
    return InvalidSignatureError("the timestamp is missing", "timestamp_missing");
  }
  OMNI_ASSIGN_OR_RETURN(const std::string_view text, OnlyHeader(params, header));
  const std::optional<absl::Time> time = ParseUnixTime(text);
  if (!time.has_value()) {
    return InvalidSignatureError("the timestamp is malformed", "timestamp_malformed");
  }
  return Timestamp{.text = text, .time = *time};
}

absl::Status CheckWindow(const ChannelAdapter::VerifyParams& params, const Timestamp& timestamp,
                         const Window& window) {
  const absl::Duration age = params.now - timestamp.time;
  const bool within = age <= window.past && -age <= window.future;
  if (params.explanation != nullptr) {
    params.explanation->Add("timestamp", within,
                            std::to_string(absl::ToInt64Seconds(age)) + " s ago, at most " +
                                std::to_string(absl::ToInt64Seconds(window.past)));
  }
  if (within) return absl::OkStatus();
  return InvalidSignatureError("the timestamp is too old or ahead of time",
                               "timestamp_out_of_window");
}

}  // namespace messagebird
}  // namespace omni::inline v0_1
