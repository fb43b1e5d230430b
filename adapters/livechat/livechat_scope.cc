#include "livechat_scope.h"

#include <cstdint>
#include <utility>

#include "base/in_place.h"
#include "livechat_errors.h"
#include "livechat_fields.h"
#include "livechat_private.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace {

constexpr std::size_t kHashLength = 32;
constexpr std::int64_t kSameNews = 60;  // seconds

Address BusinessOf(const Scope& scope) { return {.address = scope.identifier->livechat}; }

}  // namespace

void Batch::Add(Event event, JsonValue item, std::string identity) {
  ++size_;
  if (params_.max_events != 0 && size_ > params_.max_events) return;
  if (size_ == 1) {
    for (const auto& [key, value] : extras_.entries()) {
      if (event.metadata.Get(key).empty()) event.metadata.Set(key, value);
    }
  }
  if (params_.keep_raw) event.raw = IsPrivate(item) ? RawJson{OutlineJson(item)} : PublicRaw(item);
  if (event.kind == EventKind::kMessage && !message_id_ && !event.carrier_message_id.empty()) {
    message_id_ = event.carrier_message_id;
  }
  result_.events.emplace_back(internal::InPlace([&] {
    return InboundEvent{.event = params_.request.Prove(std::move(event)),
                        .identity = std::move(identity)};
  }));
}

absl::StatusOr<InboundResult> Batch::Finish(HttpResponse ack) && {
  if (size_ > result_.events.size()) {
    return TooManyEventsError();
  }
  result_.ack = std::move(ack);
  return std::move(result_);
}

Event NewEvent(const Scope& scope, EventKind kind) {
  Event event;
  event.kind = kind;
  event.carrier = kCarrier;
  event.channel = kCarrier;
  event.account = scope.account;
  event.direction = Direction::kInbound;
  event.conversation = ConversationId(kCarrier, scope.identifier->livechat, scope.chat_id);
  event.metadata.Set("orgId", scope.identifier->org);
  event.metadata.Set("userId", scope.identifier->user);
  event.metadata.Set("chatId", scope.chat_id);
  event.metadata.Set("threadId", scope.thread_id);
  event.metadata.Set("webhookId", scope.webhook_id);
  return event;
}

Event NewNotice(const Scope& scope, std::string_view type, std::string_view subject,
                JsonValue detail) {
  Event event = NewEvent(scope, EventKind::kNotice);
  event.to.push_back(BusinessOf(scope));
  event.metadata.Set("action", scope.action);
  event.notice = Notice{
      .type = std::string(type), .subject = std::string(subject), .detail = PublicRaw(detail)};
  return event;
}

void AddUnknown(const Scope& scope, std::string_view subject, JsonValue item, Batch& batch) {
  batch.Add(NewNotice(scope, "unknown", subject, item), item, ContentIdentity(scope, item, batch));
}

void SetParties(const Scope& scope, const Person& author, Event& event) {
  Address business = BusinessOf(scope);
  event.to.clear();
  if (author.role == Role::kAgent || author.role == Role::kBot) {
    business.name = author.name;
    business.carrier_id = author.id;
    event.direction = Direction::kOutbound;
    event.from = std::move(business);
    event.metadata.Set("authorType", RoleName(author.role));
    if (const Person* customer = scope.people->customer()) {
      event.to.push_back(
          {.address = std::string(customer->id), .name = std::string(customer->name)});
    }
    return;
  }
  event.direction = Direction::kInbound;
  event.to.push_back(std::move(business));
  event.metadata.Set("email", author.email);
  if (author.id.empty()) return;
  event.from = Address{.address = std::string(author.id), .name = std::string(author.name)};
}

void SetTime(JsonValue time, Event& event) {
  event.occurred_at = ReadTime(time);
  event.metadata.Set("createdAt", time.scalar());
}

std::string EventIdentity(const Scope& scope, std::string_view event_id, std::string_view suffix) {
  std::string identity;
  if (scope.chat_id.empty() || event_id.empty()) return identity;
  identity.append(scope.chat_id).append("/");
  if (!scope.thread_id.empty()) identity.append(scope.thread_id).append("/");
  return identity.append(event_id).append(suffix);
}

std::string HashOf(JsonValue content) {
  return HexEncode(AsView(Sha256(content.raw()))).substr(0, kHashLength);
}

std::string ContentIdentity(const Scope& scope, JsonValue content, const Batch& batch) {
  std::string identity(scope.action);
  identity.append(":").append(HashOf(content)).append("@");
  return identity.append(std::to_string(absl::ToUnixSeconds(batch.received_at()) / kSameNews));
}

}  // namespace livechat
}  // namespace omni::inline v0_1
