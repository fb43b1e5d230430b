/// \file
/// Envelopes as the broker's messages.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "components/rabbitmq/amqp.h"
#include "omni/ports/queue_sink.h"

namespace omni::inline v0_1 {
namespace internal::amqp {

/// Whether the envelope fits into a message. Errors: InvalidArgument.
absl::Status CheckEnvelope(const Envelope& envelope);

/// The properties of the message that carries an envelope. Its headers go by their own names, as
/// far as the broker keeps those as they are; others go together into one of ours.
///
/// Lifetime: refers to what it is made of. Thread safety: confined.
class MessageHead {
 public:
  MessageHead(const Envelope& envelope, absl::Time enqueued_at, std::string_view dead_reason = {});
  MessageHead(const MessageHead&) = delete;
  MessageHead& operator=(const MessageHead&) = delete;

  [[nodiscard]] const amqp_basic_properties_t& properties() const { return properties_; }

 private:
  void AddText(std::string_view name, std::string_view text);
  void AddHeaders(const Envelope& envelope);

  std::vector<amqp_table_entry_t> entries_;
  std::vector<amqp_field_value_t> packed_;
  amqp_basic_properties_t properties_ = {};
};

/// What a message says.
struct Message {
  Envelope envelope = {};  ///< without its queue
  absl::Time enqueued_at = absl::InfinitePast();
  std::int64_t returns = 0;  ///< how often it was delivered before, as a quorum queue counts
  std::string dead_reason = {};
};

[[nodiscard]] Message ReadMessage(const amqp_basic_properties_t& properties, std::string body);

}  // namespace internal::amqp
}  // namespace omni::inline v0_1
