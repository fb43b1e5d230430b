/// \file
/// What the events of one request have in common, and the batch that they go to.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "livechat_identifier.h"
#include "livechat_people.h"
#include "omni/adapter.h"
#include "omni/event.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace livechat {

inline constexpr std::string_view kCarrier = "livechat";

/// Where an event belongs.
///
/// Lifetime: the document's.
struct Scope {
  const Identifier* identifier = nullptr;
  const People* people = nullptr;
  std::string_view account = {};
  std::string_view chat_id = {};
  std::string_view thread_id = {};
  std::string_view action = {};      ///< LiveChat's word for what has happened
  std::string_view webhook_id = {};  ///< names the registration, not the delivery
};

/// Collects the events of one request.
///
/// Thread safety: confined.
class Batch {
 public:
  /// Lifetime: the params outlive the batch.
  explicit Batch(const ChannelAdapter::NormalizeParams& params) : params_(params) {}

  /// What the request says beside its items; goes to the first event.
  [[nodiscard]] Metadata& extras() { return extras_; }
  /// Adds an event. `item` is what it was made from, `identity` as in InboundEvent.
  void Add(Event event, JsonValue item, std::string identity);
  [[nodiscard]] absl::Time received_at() const { return params_.received_at; }
  /// The id of the first message; nothing when there is none.
  [[nodiscard]] const std::optional<std::string>& message_id() const { return message_id_; }

  /// Errors: ResourceExhausted (413) when there were more events than allowed.
  [[nodiscard]] absl::StatusOr<InboundResult> Finish(HttpResponse ack) &&;

 private:
  const ChannelAdapter::NormalizeParams& params_;
  InboundResult result_;
  Metadata extras_;
  std::optional<std::string> message_id_;
  std::size_t size_ = 0;  // events that were left out included
};

/// An event of that kind in the scope's conversation.
[[nodiscard]] Event NewEvent(const Scope& scope, EventKind kind);

/// A notice about `detail`.
[[nodiscard]] Event NewNotice(const Scope& scope, std::string_view type, std::string_view subject,
                              JsonValue detail);

/// Adds a notice of type `unknown`.
void AddUnknown(const Scope& scope, std::string_view subject, JsonValue item, Batch& batch);

/// Sets direction, `from` and `to` by who wrote the event. An author whose role nobody knows counts
/// as a customer: every agent and bot can be told.
void SetParties(const Scope& scope, const Person& author, Event& event);

/// Sets the time, and keeps its spelling: LiveChat counts microseconds.
void SetTime(JsonValue time, Event& event);

/// `{chat}/{thread}/{event}`, behind it `suffix`; empty where chat or event is not told.
[[nodiscard]] std::string EventIdentity(const Scope& scope, std::string_view event_id,
                                        std::string_view suffix);

/// A hash of a value as it stands in the body.
[[nodiscard]] std::string HashOf(JsonValue content);

/// For what has neither id nor time: the same content is the same news for a minute, in which
/// LiveChat's retries come. Later it has happened again.
[[nodiscard]] std::string ContentIdentity(const Scope& scope, JsonValue content,
                                          const Batch& batch);

}  // namespace livechat
}  // namespace omni::inline v0_1
