/// \file
/// ChannelAdapter: what omni has to know about a carrier.
///
/// An adapter is a set of pure functions over values. It does no I/O, reads no clock, keeps no
/// state; what it needs from the world it asks for in its result.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "omni/event.h"
#include "omni/explanation.h"
#include "omni/export.h"
#include "omni/http.h"
#include "omni/inquiry.h"
#include "omni/key_ring.h"
#include "omni/provenance.h"
#include "omni/short_text.h"

namespace omni::inline v0_1 {

class PathParams;

/// One endpoint of an adapter.
struct MountSpec {
  std::string name = {};  ///< what Normalize is told: `receive`
  std::string path =
      {};  ///< default path; a segment may be a parameter: `/bandwidth/{destination}`
  std::vector<HttpMethod> methods = {HttpMethod::kPost};  ///< OPTIONS is answered by itself
  std::string cors_headers = "Content-Type";              ///< `Access-Control-Allow-Headers`
  absl::Duration cors_max_age = absl::ZeroDuration();     ///< sent when positive
  bool cors_any_origin = true;  ///< answer `*`, unless the channel lists its allowed origins
  /// What a preflight answers as allowed, where that is less than `methods`.
  std::vector<HttpMethod> cors_methods = {};
  /// Refuses a preflight for the parameters of its path; null: none is refused. The answer must not
  /// depend on which of them are known.
  absl::Status (*check_preflight)(const PathParams& params) = nullptr;
  /// Only channels that have this secret are mounted here; empty: all are.
  std::string needs_secret = {};
};

/// A purpose for which an adapter needs secrets; also the name of the channel's configuration key.
struct SecretSpec {
  std::string name = {};  ///< `authToken`
  bool required = false;  ///< refuse a channel without it
  std::string description = {};
};

/// What an adapter says of itself.
struct AdapterInfo {
  std::string name = {};  ///< the event's `carrier` and the configuration's `adapter`
  std::vector<std::string> aliases = {};
  std::string display_name = {};
  std::vector<MountSpec> mounts = {};
  std::vector<SecretSpec> secrets = {};
  std::string account_option = {};    ///< configuration key that selects one account: `accountSid`
  bool origin_authenticates = false;  ///< an allowed origin proves a request by itself
  /// Accounts may be mapped to other environments, to which BuildForward sends their requests.
  bool forwards_accounts = false;
  /// The host's conversation store is told of its events, as HistoryEntryFor says.
  bool keeps_history = false;
  absl::Duration ack_deadline = absl::Seconds(10);  ///< the carrier gives up after this
};

/// What an adapter wants to be told of a mount's path: `{destination}` and its value.
class OMNI_EXPORT PathParams {
 public:
  void Add(std::string name, std::string value);
  /// Percent-decoded. Part of the path, so a claim unless the signature covers the URL.
  [[nodiscard]] Claimed<std::string_view> Get(std::string_view name) const;

 private:
  /// As a rule a path has one at the most.
  absl::InlinedVector<std::pair<std::string, std::string>, 1> values_;
};

/// What an adapter has read of a request in order to verify it, in whatever form suits Normalize.
class OMNI_EXPORT Reading {
 public:
  Reading() = default;
  virtual ~Reading();
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;
};

/// A verdict of acceptance. Rejection is a status that is not OK.
struct VerifyResult {
  Coverage coverage = {};  ///< what the signature covers
  ShortText key_id = {};   ///< which key proved it
  /// What the carrier signed to be used once (a token's `jti`); empty when there is nothing such.
  /// One that came with an acknowledged request is refused with any event that is new; with none it
  /// is a redelivery whose answer was lost.
  ShortText nonce = {};
  absl::Time nonce_expires = absl::InfiniteFuture();  ///< from then on the proof is refused anyway
  /// False: a client of the host's sent it (an administrator, an agent's desk). What is wrong with
  /// it is theirs to mend, and it is not quarantined.
  bool from_carrier = true;
  /// What Normalize need not read again; made of nothing but what the signature covers. May be
  /// null.
  std::unique_ptr<const Reading> reading = {};
};

/// Marks an event as one part of a longer message, to be joined with the others before it goes out.
/// Reference, number and total are in the event's `message.fragment`.
struct MessagePart {
  int reference_bits = 0;  ///< width of the reference, 8 or 16; 0 where it is not told
  /// The text, where the cut went through a character outside the basic plane: as WTF-8, so that
  /// the halves find each other again. Empty: the message's text is all there is.
  std::string text = {};
};

/// An event on its way out of an adapter.
struct InboundEvent {
  Signed<Event> event;
  /// The `{carrier's id}` of the dedupe key, where `carrier_message_id` alone does not tell two
  /// events apart. Empty: the carrier_message_id, or a hash of the event where there is none.
  std::string identity = {};
  std::optional<MessagePart> part = {};  ///< set on a part of a longer message
};

namespace internal {

/// Memory for one InboundEvent.
[[nodiscard]] OMNI_EXPORT void* TakeEventBlock();
OMNI_EXPORT void PutEventBlock(void* block) noexcept;

/// Memory for events: as a rule a request has one, which is larger than what allocators keep at
/// hand, so the blocks of the last ones are kept for it.
///
/// Thread safety: thread-safe.
template <class T>
struct EventAllocator {
  using value_type = T;

  EventAllocator() = default;
  template <class U>
  explicit EventAllocator(const EventAllocator<U>&) {}

  [[nodiscard]] T* allocate(std::size_t count) {
    static_assert(sizeof(T) <= sizeof(InboundEvent) &&
                  alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
    return count == 1 ? static_cast<T*>(TakeEventBlock()) : std::allocator<T>().allocate(count);
  }
  void deallocate(T* memory, std::size_t count) noexcept {
    count == 1 ? PutEventBlock(memory) : std::allocator<T>().deallocate(memory, count);
  }
  friend bool operator==(const EventAllocator&, const EventAllocator&) { return true; }
};

}  // namespace internal

using InboundEvents = std::vector<InboundEvent, internal::EventAllocator<InboundEvent>>;

/// What an adapter makes of a verified request.
struct InboundResult {
  InboundEvents events = {};
  HttpResponse ack = {};  ///< what the carrier must hear once the events are committed
  std::vector<std::string> ignored = {};  ///< why an item was skipped, one reason an item
  /// Requests to make once the events are committed. The ack waits for them: when one fails, the
  /// carrier is asked to retry.
  std::vector<HttpRequest> follow_ups = {};
  /// A question to the host's stores, asked once the events are committed. Answer words the answer,
  /// and `ack` is not used.
  std::optional<Signed<Inquiry>> inquiry = {};
};

/// The queue and the ordering key of an event. Built from signed data only.
class OMNI_EXPORT RouteKey {
 public:
  RouteKey(Signed<std::string> queue, Signed<std::string> group)
      : queue_(*std::move(queue)), group_(*std::move(group)) {}
  /// The group is the conversation of the event that is routed.
  explicit RouteKey(Signed<std::string> queue)
      : queue_(*std::move(queue)), groups_by_conversation_(true) {}

  [[nodiscard]] const std::string& queue() const { return queue_; }
  /// The group of `event`, which is the one that is routed. Lifetime: the shorter of theirs.
  [[nodiscard]] const std::string& group(const Event& event) const {
    return groups_by_conversation_ ? event.conversation : group_;
  }
  [[nodiscard]] bool groups_by_conversation() const { return groups_by_conversation_; }

  [[nodiscard]] std::string TakeQueue() && { return std::move(queue_); }
  /// Empty where groups_by_conversation.
  [[nodiscard]] std::string TakeGroup() && { return std::move(group_); }

 private:
  std::string queue_;
  std::string group_;
  bool groups_by_conversation_ = false;
};

/// The interface between omni and a carrier. One immutable instance serves a configured channel, or
/// several where its factory allows (`AdapterFactory::ReadsOptionsAlone`).
///
/// Every argument comes in one struct, so that one can be added without breaking anyone's adapter.
/// References and views in these structs are valid for the call only.
///
/// Thread safety: immutable; every method may be called concurrently.
class OMNI_EXPORT ChannelAdapter {
 public:
  ChannelAdapter() = default;
  virtual ~ChannelAdapter();
  ChannelAdapter(const ChannelAdapter&) = delete;
  ChannelAdapter& operator=(const ChannelAdapter&) = delete;

  /// Lifetime: the adapter's.
  [[nodiscard]] virtual const AdapterInfo& info() const = 0;

  struct ClaimParams {
    const WebhookRequest& request;
  };
  /// The account that the request says it is from, where that can be read before verification and
  /// picks the key (Twilio's AccountSid). Empty when it cannot; bounded work. The claim only
  /// chooses which key to try: the account that counts is the event's.
  [[nodiscard]] virtual Claimed<std::string> ClaimAccount(const ClaimParams& params) const;

  struct VerifyParams {
    const WebhookRequest& request;
    std::string_view mount;  ///< MountSpec::name
    const PathParams& path_params;
    std::string_view external_url;  ///< the URL the carrier requested, as well as it is known
    const KeySet& keys;
    bool origin_allowed = false;  ///< the client's address is on the channel's allow-list
    absl::Time now = absl::InfinitePast();
    Explanation* explanation = nullptr;  ///< add the steps when not null; otherwise do not bother
  };
  /// Whether the request is genuine. Parses nothing of the body but what the signature needs.
  ///
  /// Errors: Unauthenticated (401) for a missing or wrong proof, PermissionDenied (403) where the
  /// carrier's contract says so.
  [[nodiscard]] virtual absl::StatusOr<VerifyResult> Verify(const VerifyParams& params) const = 0;

  struct NormalizeParams {
    const SignedRequest& request;
    std::string_view mount;
    const PathParams& path_params;
    bool keep_raw = false;       ///< fill Event::raw
    std::size_t max_events = 0;  ///< more than this is ResourceExhausted
    absl::Time received_at = absl::InfinitePast();
    /// Of this adapter's Verify of this request. Null where Verify left none, or was not asked just
    /// now: a request that is replayed, or let through without a proof. Then the request says all.
    const Reading* reading = nullptr;
  };
  /// The events of a verified request. One odd element never fails the rest: what is not understood
  /// becomes a notice of type `unknown` with the carrier's object.
  ///
  /// Errors: InvalidArgument (400) for a body that is not JSON, or not a form, where one is due.
  [[nodiscard]] virtual absl::StatusOr<InboundResult> Normalize(
      const NormalizeParams& params) const = 0;

  struct RouteParams {
    const Signed<Event>& event;
  };
  /// Where an event goes. Default: `{tenant}:{channel}:inbound` for messages, `:status` for
  /// statuses, `:notice` for notices; the group is the conversation.
  [[nodiscard]] virtual RouteKey Route(const RouteParams& params) const;

  struct HistoryParams {
    const Event& event;  ///< stamped, as it goes to the queue
  };
  /// What an event brings to the history of its conversation; nothing where it is no part of it.
  /// Called only for an adapter that keeps one. Default: messages are appended as they are.
  [[nodiscard]] virtual std::optional<HistoryEntry> HistoryEntryFor(
      const HistoryParams& params) const;

  struct AnswerParams {
    const Inquiry& inquiry;
    const InquiryResult& result;  ///< of the kind that the inquiry asks for
    std::string_view mount;
  };
  /// How the carrier, or whoever asked, hears what the stores said. Called only for an adapter that
  /// asks. Default: 200 without a body.
  [[nodiscard]] virtual HttpResponse Answer(const AnswerParams& params) const;

  struct ForwardParams {
    const WebhookRequest& request;
    const AccountMapping& mapping;
  };
  /// The request that passes a verified webhook on to the environment that an account is mapped to:
  /// the body byte for byte, and what proves it. Default: a POST of body and content type to the
  /// mapping's target, at public addresses only.
  [[nodiscard]] virtual HttpRequest BuildForward(const ForwardParams& params) const;

  /// The body with every secret in it blanked, for what is kept. Default: the body as it is.
  [[nodiscard]] virtual std::string BodyWithoutSecrets(std::string_view body) const;

  struct RejectionParams {
    const absl::Status& status;
    std::string_view mount;
    std::string_view request_id;
  };
  /// The answer to a request that failed. Default: the contract's JSON error body with the status
  /// and headers of the error's detail. Override where a carrier needs a challenge header or a code
  /// of its own.
  [[nodiscard]] virtual HttpResponse RejectionFor(const RejectionParams& params) const;
};

/// What Normalize says of a request with more than `max_events`: ResourceExhausted, answered 413.
[[nodiscard]] OMNI_EXPORT absl::Status TooManyEventsError();

/// `{"error":…,"code":…,"requestId":…}` with `X-Request-Id`, and `Retry-After` where the error says
/// so. What is inside an internal error (5xx that is not retryable) is not told.
[[nodiscard]] OMNI_EXPORT HttpResponse ErrorResponse(const absl::Status& status,
                                                     std::string_view request_id);

}  // namespace omni::inline v0_1
