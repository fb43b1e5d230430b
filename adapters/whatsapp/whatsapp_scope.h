/// \file
/// What the items of one change have in common, and the batch that their events go to.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "omni/adapter.h"
#include "omni/event.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace whatsapp {

inline constexpr std::string_view kCarrier = "whatsapp";

/// A person as far as the carrier describes them.
///
/// Lifetime: the document's.
struct Person {
  std::string_view id = {};       ///< the phone number, where the carrier tells it
  std::string_view user_id = {};  ///< business-scoped
  std::string_view parent_user_id = {};
  std::string_view name = {};
  std::string_view username = {};  ///< without `@`
  std::string_view identity_key_hash = {};
};

/// `username` as it is stored: samples have it both with and without `@`.
[[nodiscard]] std::string_view StripAt(std::string_view username);

/// The contacts of a value, found by id: they are not in the order of its messages.
///
/// Thread safety: immutable.
class ContactBook {
 public:
  explicit ContactBook(JsonValue contacts);

  /// The contact that has one of these ids; null when there is none. Logarithmic.
  [[nodiscard]] const Person* Find(std::string_view id, std::string_view user_id) const;

 private:
  [[nodiscard]] const Person* FindId(std::string_view id) const;

  // As a rule there is one.
  absl::InlinedVector<Person, 1> contacts_;
  absl::InlinedVector<std::pair<std::string_view, std::size_t>, 2> index_;
};

/// Which part of the history a message comes with, in the carrier's spelling.
struct HistoryChunk {
  std::string_view phase = {};
  std::string_view chunk_order = {};
  std::string_view progress = {};
};

/// What the items of one change have in common.
///
/// Lifetime: the document's.
struct Scope {
  std::string_view account = {};
  std::string_view entry_id = {};
  absl::Time time = absl::InfinitePast();  ///< the entry's
  JsonValue change = {};
  std::string_view field = {};
  std::optional<Address> business = {};
  std::string_view phone_number_id = {};
  const ContactBook* contacts = nullptr;
  bool standby = false;  ///< another app answers this customer
  bool history = false;  ///< synchronized from the phone, not new
  HistoryChunk history_chunk = {};
  const Person* thread = nullptr;  ///< the customer of the thread of history
};

/// Collects the events of one request.
///
/// Thread safety: confined.
class Batch {
 public:
  /// Lifetime: `params` outlives the batch.
  explicit Batch(const ChannelAdapter::NormalizeParams& params) : params_(params) {}

  /// Makes room for so many more events, as far as they are allowed.
  void Expect(std::size_t count);
  /// Adds the event that `item` has become. `identity` as in InboundEvent.
  void Add(Event&& event, JsonValue item, std::string identity);
  /// Notes that there was something to skip, and why.
  void Ignore(std::string_view reason) { result_.ignored.emplace_back(reason); }

  [[nodiscard]] absl::Time received_at() const { return params_.received_at; }
  /// How many events were added, those beyond the limit included.
  [[nodiscard]] std::size_t size() const { return size_; }
  /// Errors: ResourceExhausted when there were more events than allowed.
  [[nodiscard]] absl::StatusOr<InboundResult> Finish(HttpResponse ack) &&;

 private:
  const ChannelAdapter::NormalizeParams& params_;
  InboundResult result_;
  std::size_t size_ = 0;
};

/// An event with what the scope tells of it.
[[nodiscard]] Event NewEvent(const Scope& scope, EventKind kind);
/// Makes `event` a notice. `detail` is kept verbatim.
void SetNotice(const Scope& scope, std::string_view type, std::string_view subject,
               JsonValue detail, Event& event);
/// Adds `item` as it is, as a notice of type `unknown`.
void AddUnknown(const Scope& scope, std::string_view subject, JsonValue item, Batch& batch);

/// The customer's address and name, completed from the contacts; what else is known of them goes to
/// the metadata. Empty when the carrier does not say who it is.
[[nodiscard]] Address CustomerAddress(const Scope& scope, Person customer, Metadata& metadata);

/// Sets `from`, `to` and the conversation. `group` is the group's id or empty; what is sent to the
/// group as a whole has it for its recipient.
void SetParties(const Scope& scope, Direction direction, Address customer, std::string_view group,
                Event& event);

}  // namespace whatsapp
}  // namespace omni::inline v0_1
