/// \file
/// What goes over the control socket: one JSON object a line, a question and then its answer.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "omni/ports/queue_source.h"

namespace host {

/// Where the process that serves `state_path` listens.
[[nodiscard]] std::string ControlSocketPath(std::string_view state_path);

/// Does what a question asks for, and gives the answer. Neither has its line break.
[[nodiscard]] std::string AnswerControl(std::string_view question, omni::QueueSource& source);

// The questions.
[[nodiscard]] std::string AskLease(const omni::QueueSource::LeaseParams& params);
[[nodiscard]] std::string AskAck(const omni::QueueSource::AckParams& params);
[[nodiscard]] std::string AskNack(const omni::QueueSource::NackParams& params);
[[nodiscard]] std::string AskExtend(const omni::QueueSource::ExtendParams& params);
[[nodiscard]] std::string AskRedrive(const omni::QueueSource::RedriveParams& params);

// What an answer says. Errors: those of the source; Unavailable when it cannot be understood.
[[nodiscard]] absl::Status ReadDone(std::string_view answer);
[[nodiscard]] absl::StatusOr<std::size_t> ReadCount(std::string_view answer);
[[nodiscard]] absl::StatusOr<std::vector<omni::Delivery>> ReadDeliveries(std::string_view answer);

}  // namespace host
