/// \file
/// The event: what every adapter produces and every queue carries.
///
/// These structs are the schema. The JSON names are the camelCase of the member names, in the order
/// of declaration; a member at its default is left out. Renaming or moving a member is a wire break
/// and the golden tests say so.
#pragma once

#include <boost/describe.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/time/time.h"
#include "omni/export.h"
#include "omni/json.h"
#include "omni/text_pairs.h"

namespace omni::inline v0_1 {

inline constexpr std::string_view kEventSchema = "omni.event.v1";

/// A JSON value of the carrier's, kept verbatim but for insignificant white space.
struct OMNI_EXPORT RawJson {
  std::string text = {};  ///< empty: absent

  [[nodiscard]] static RawJson From(JsonValue value);
  /// `text` parsed as JSON; a JSON string holding it when it is not JSON; absent when it is empty.
  [[nodiscard]] static RawJson FromText(std::string_view text);
  [[nodiscard]] bool empty() const { return text.empty(); }
  friend bool operator==(const RawJson&, const RawJson&) = default;
};

/// What a carrier says beyond the event's own members: flat, string to string, in insertion order.
class OMNI_EXPORT Metadata {
 public:
  /// A key and its value. Lifetime: until the metadata change.
  using Entry = TextPair;
  using Iterator = TextPairIterator;
  class Entries;

  /// Sets a value; an empty one removes the entry. A key that is not UTF-8 is repaired with U+FFFD.
  void Set(std::string_view key, std::string_view value);
  [[nodiscard]] std::string_view Get(std::string_view key) const;
  /// Lifetime: this object's.
  [[nodiscard]] Entries entries() const;
  [[nodiscard]] bool empty() const { return text_.empty(); }
  /// The bytes of its keys and values, or a few more.
  [[nodiscard]] std::size_t bytes() const { return text_.size(); }
  friend bool operator==(const Metadata& a, const Metadata& b) { return a.text_ == b.text_; }

 private:
  /// The bit that a key sets in `seen_`.
  [[nodiscard]] static std::uint64_t BitOf(std::string_view key);

  /// All entries in one piece of memory, because a webhook may have many small ones.
  std::string text_;
  std::uint64_t seen_ = 0;  ///< whose bit is not set was never among the keys
};

/// The entries of metadata, in insertion order.
///
/// Lifetime: until the metadata change.
class OMNI_EXPORT Metadata::Entries {
 public:
  using value_type = Entry;
  using iterator = Iterator;
  using const_iterator = Iterator;
  Entries(Iterator begin, Iterator end) : begin_(begin), end_(end) {}
  [[nodiscard]] Iterator begin() const { return begin_; }
  [[nodiscard]] Iterator end() const { return end_; }
  [[nodiscard]] bool empty() const { return begin_ == end_; }
  [[nodiscard]] std::size_t size() const;

 private:
  Iterator begin_;
  Iterator end_;
};

enum class EventKind { kUnknown, kMessage, kStatus, kNotice };
BOOST_DESCRIBE_ENUM(EventKind, kUnknown, kMessage, kStatus, kNotice)

enum class Direction { kUnknown, kInbound, kOutbound };
BOOST_DESCRIBE_ENUM(Direction, kUnknown, kInbound, kOutbound)

/// One party of a conversation.
struct Address {
  std::string address = {};  ///< E.164 with `+` when it is a phone number, else as the carrier says
  std::string name = {};     ///< display name
  std::string carrier_id = {};  ///< the carrier's own spelling, where it differs from `address`
  friend bool operator==(const Address&, const Address&) = default;
};
BOOST_DESCRIBE_STRUCT(Address, (), (address, name, carrier_id))
/// As a rule there is one, which takes no memory of its own, so that moving the list moves it.
using Addresses = absl::InlinedVector<Address, 1>;

enum class MessageType {
  kUnknown,
  kText,
  kImage,
  kVideo,
  kAudio,
  kDocument,
  kSticker,
  kLocation,
  kContacts,
  kInteractive,
  kReaction,
  kOrder,
  kEmail,
  kSystem,
  kUnsupported
};
BOOST_DESCRIBE_ENUM(MessageType, kUnknown, kText, kImage, kVideo, kAudio, kDocument, kSticker,
                    kLocation, kContacts, kInteractive, kReaction, kOrder, kEmail, kSystem,
                    kUnsupported)

struct Media {
  std::string url = {};
  std::string id = {};
  std::string mime_type = {};
  std::string filename = {};
  std::string caption = {};
  std::optional<std::int64_t> size = {};
  std::string sha256 = {};
  std::optional<bool> voice = {};
  std::optional<bool> animated = {};
  friend bool operator==(const Media&, const Media&) = default;
};
BOOST_DESCRIBE_STRUCT(Media, (),
                      (url, id, mime_type, filename, caption, size, sha256, voice, animated))

struct Location {
  double latitude = 0;
  double longitude = 0;
  std::string name = {};
  std::string address = {};
  std::string url = {};
  friend bool operator==(const Location&, const Location&) = default;
};
BOOST_DESCRIBE_STRUCT(Location, (), (latitude, longitude, name, address, url))

struct Contact {
  std::string name = {};
  std::vector<std::string> phones = {};
  std::vector<std::string> emails = {};
  std::string organization = {};
  std::string vcard = {};
  friend bool operator==(const Contact&, const Contact&) = default;
};
BOOST_DESCRIBE_STRUCT(Contact, (), (name, phones, emails, organization, vcard))

enum class InteractiveKind { kUnknown, kButton, kList, kFlow, kQuickReply, kPostback, kForm };
BOOST_DESCRIBE_ENUM(InteractiveKind, kUnknown, kButton, kList, kFlow, kQuickReply, kPostback, kForm)

struct Interactive {
  InteractiveKind kind = InteractiveKind::kUnknown;
  std::string id = {};
  std::string title = {};
  std::string description = {};
  RawJson payload = {};  ///< the flow's or form's JSON
  friend bool operator==(const Interactive&, const Interactive&) = default;
};
BOOST_DESCRIBE_STRUCT(Interactive, (), (kind, id, title, description, payload))

struct Reaction {
  std::string emoji = {};  ///< absent: the reaction was taken back
  std::string message_id = {};
  friend bool operator==(const Reaction&, const Reaction&) = default;
};
BOOST_DESCRIBE_STRUCT(Reaction, (), (emoji, message_id))

struct ReplyTo {
  std::string message_id = {};
  std::string from = {};
  friend bool operator==(const ReplyTo&, const ReplyTo&) = default;
};
BOOST_DESCRIBE_STRUCT(ReplyTo, (), (message_id, from))

/// The advertisement or post that led the customer here.
struct Referral {
  std::string source = {};
  std::string source_id = {};
  std::string source_url = {};
  std::string headline = {};
  std::string body = {};
  std::string click_id = {};
  friend bool operator==(const Referral&, const Referral&) = default;
};
BOOST_DESCRIBE_STRUCT(Referral, (), (source, source_id, source_url, headline, body, click_id))

/// Written as `true` or `"frequently"`; absent for kNo.
enum class Forwarded { kNo, kOnce, kFrequently };

/// On a part of a long message that was released incomplete.
struct Fragment {
  std::string reference = {};
  std::int64_t number = 0;
  std::int64_t total = 0;
  friend bool operator==(const Fragment&, const Fragment&) = default;
};
BOOST_DESCRIBE_STRUCT(Fragment, (), (reference, number, total))

enum class Keyword { kUnknown, kStop, kHelp, kStart };
BOOST_DESCRIBE_ENUM(Keyword, kUnknown, kStop, kHelp, kStart)

struct Message {
  MessageType type = MessageType::kUnknown;
  std::string text = {};
  std::vector<Media> media = {};
  std::optional<Location> location = {};
  std::vector<Contact> contacts = {};
  std::optional<Interactive> interactive = {};
  std::optional<Reaction> reaction = {};
  std::optional<ReplyTo> reply_to = {};
  std::optional<Referral> referral = {};
  Forwarded forwarded = Forwarded::kNo;
  std::optional<Fragment> fragment = {};
  std::optional<Keyword> keyword = {};
  friend bool operator==(const Message&, const Message&) = default;
};
BOOST_DESCRIBE_STRUCT(Message, (),
                      (type, text, media, location, contacts, interactive, reaction, reply_to,
                       referral, forwarded, fragment, keyword))

enum class StatusValue {
  kUnknown,
  kAccepted,
  kScheduled,
  kQueued,
  kSending,
  kSent,
  kDelivered,
  kRead,
  kUndelivered,
  kFailed,
  kRejected,
  kExpired,
  kCanceled,
  kDeleted
};
BOOST_DESCRIBE_ENUM(StatusValue, kUnknown, kAccepted, kScheduled, kQueued, kSending, kSent,
                    kDelivered, kRead, kUndelivered, kFailed, kRejected, kExpired, kCanceled,
                    kDeleted)

enum class ErrorClass {
  kUnknown,
  kInvalidRecipient,
  kUnreachable,
  kBlocked,
  kOptedOut,
  kSpam,
  kContentRejected,
  kRateLimited,
  kWindowClosed,
  kAuthentication,
  kPayment,
  kCarrierFault
};
BOOST_DESCRIBE_ENUM(ErrorClass, kUnknown, kInvalidRecipient, kUnreachable, kBlocked, kOptedOut,
                    kSpam, kContentRejected, kRateLimited, kWindowClosed, kAuthentication, kPayment,
                    kCarrierFault)

/// Why a message could not be delivered.
struct DeliveryError {
  std::string code = {};  ///< the carrier's, as a string
  std::string message = {};
  ErrorClass class_ = ErrorClass::kUnknown;
  bool retryable = false;
  friend bool operator==(const DeliveryError&, const DeliveryError&) = default;
};
BOOST_DESCRIBE_STRUCT(DeliveryError, (), (code, message, class_, retryable))

struct DeliveryStatus {
  StatusValue value = StatusValue::kUnknown;
  std::string carrier_value = {};
  std::optional<DeliveryError> error = {};
  friend bool operator==(const DeliveryStatus&, const DeliveryStatus&) = default;
};
BOOST_DESCRIBE_STRUCT(DeliveryStatus, (), (value, carrier_value, error))

/// Anything else a carrier tells. `type` is an open set; `unknown` when the adapter knows no
/// better.
struct Notice {
  std::string type = {};
  std::string subject = {};
  RawJson detail = {};  ///< the carrier's object
  friend bool operator==(const Notice&, const Notice&) = default;
};
BOOST_DESCRIBE_STRUCT(Notice, (), (type, subject, detail))

/// One thing that a carrier told: a message, a status or a notice.
///
/// An adapter fills what the carrier says. The gateway stamps `id`, `tenant`, `received_at`,
/// `dedupe_key` and, where the carrier gave no time, `occurred_at`.
///
/// Thread safety: thread-compatible.
struct Event {
  std::string schema = std::string(kEventSchema);
  std::string id = {};
  EventKind kind = EventKind::kUnknown;
  std::string carrier = {};
  std::string channel = {};
  std::string tenant = {};
  std::string account = {};
  Direction direction = Direction::kUnknown;
  std::optional<Address> from = {};
  Addresses to = {};
  std::string conversation = {};
  std::string carrier_message_id = {};
  absl::Time occurred_at = absl::InfinitePast();
  absl::Time received_at = absl::InfinitePast();
  std::string dedupe_key = {};
  std::optional<Message> message = {};
  std::optional<DeliveryStatus> status = {};
  std::optional<Notice> notice = {};
  Metadata metadata = {};
  RawJson raw = {};
  friend bool operator==(const Event&, const Event&) = default;
};
BOOST_DESCRIBE_STRUCT(Event, (),
                      (schema, id, kind, carrier, channel, tenant, account, direction, from, to,
                       conversation, carrier_message_id, occurred_at, received_at, dedupe_key,
                       message, status, notice, metadata, raw))

/// The states of a message to one recipient, each outlasting those before it. A failure outlasts
/// everything on the way; but what has arrived has not failed, whichever was told first.
inline constexpr StatusValue kStatusOrder[] = {
    StatusValue::kUnknown,     StatusValue::kAccepted, StatusValue::kScheduled,
    StatusValue::kQueued,      StatusValue::kSending,  StatusValue::kSent,
    StatusValue::kUndelivered, StatusValue::kExpired,  StatusValue::kFailed,
    StatusValue::kRejected,    StatusValue::kCanceled, StatusValue::kDelivered,
    StatusValue::kRead,        StatusValue::kDeleted,
};

/// The state of a message of which both were told: the one further on in kStatusOrder.
///
/// Commutative, associative and idempotent: the statuses of a message merge to the same state in
/// whatever order and however often they come.
[[nodiscard]] constexpr StatusValue Merge(StatusValue a, StatusValue b) {
  for (const StatusValue value : kStatusOrder) {
    if (value == a) return b;
    if (value == b) return a;
  }
  return a;
}

/// Whether `next` is news to a message of the state `current`: whether their merge is another
/// state. Late and repeated webhooks are none.
[[nodiscard]] constexpr bool MayReplace(StatusValue current, StatusValue next) {
  return Merge(current, next) != current;
}

/// `{carrier}:{business}:{customer}`: the same whichever way a message goes. Empty where no
/// customer is known: such events are ordered within their account.
[[nodiscard]] OMNI_EXPORT std::string ConversationId(std::string_view carrier,
                                                     std::string_view business,
                                                     std::string_view customer);

/// The keyword that a whole SMS text is, in any case and with space around it; nothing otherwise.
[[nodiscard]] OMNI_EXPORT std::optional<Keyword> FindKeyword(std::string_view text);

}  // namespace omni::inline v0_1
