#include "whatsapp_scope.h"

#include <algorithm>

#include "base/in_place.h"
#include "omni/error.h"
#include "omni/support/phone.h"

namespace omni::inline v0_1 {
namespace whatsapp {
namespace {

Person ReadContact(JsonValue contact) {
  const JsonValue profile = contact["profile"];
  return {.id = contact["wa_id"].scalar(),
          .user_id = contact["user_id"].scalar(),
          .parent_user_id = contact["parent_user_id"].scalar(),
          .name = profile["name"].text(),
          .username = StripAt(profile["username"].text()),
          .identity_key_hash = contact["identity_key_hash"].scalar()};
}

// `GB.7392…`: two letters for the country, a dot, then the id.
bool IsBusinessScoped(std::string_view id) {
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  return id.size() > 3 && is_upper(id[0]) && is_upper(id[1]) && id[2] == '.';
}

// Fills what `person` lacks from the contact. The ids stay as the item has them.
void Complete(const Person& contact, Person& person) {
  if (person.user_id.empty()) person.user_id = contact.user_id;
  if (person.parent_user_id.empty()) person.parent_user_id = contact.parent_user_id;
  if (person.name.empty()) person.name = contact.name;
  if (person.username.empty()) person.username = contact.username;
  if (person.identity_key_hash.empty()) person.identity_key_hash = contact.identity_key_hash;
}

const Person* FindContact(const Scope& scope, const Person& person) {
  if (scope.contacts != nullptr) {
    if (const Person* found = scope.contacts->Find(person.id, person.user_id)) return found;
  }
  if (scope.thread == nullptr) return nullptr;
  const bool same = (!person.id.empty() && person.id == scope.thread->id) ||
                    (!person.user_id.empty() && person.user_id == scope.thread->user_id);
  return same ? scope.thread : nullptr;
}

}  // namespace

std::string_view StripAt(std::string_view username) {
  if (username.starts_with('@')) username.remove_prefix(1);
  return username;
}

ContactBook::ContactBook(JsonValue contacts) {
  const std::size_t count = contacts.is_array() ? contacts.size() : 0;
  contacts_.reserve(count);
  index_.reserve(2 * count);
  for (JsonValue contact : contacts.elements()) {
    const Person& person = contacts_.emplace_back(ReadContact(contact));
    for (std::string_view id : {person.id, person.user_id}) {
      if (!id.empty()) index_.emplace_back(id, contacts_.size() - 1);
    }
  }
  std::sort(index_.begin(), index_.end());
}

const Person* ContactBook::Find(std::string_view id, std::string_view user_id) const {
  const Person* const found = FindId(id);
  return found != nullptr ? found : FindId(user_id);
}

const Person* ContactBook::FindId(std::string_view id) const {
  if (id.empty()) return nullptr;
  const auto it = std::lower_bound(index_.begin(), index_.end(), std::pair(id, std::size_t{0}));
  return it != index_.end() && it->first == id ? &contacts_[it->second] : nullptr;
}

void Batch::Expect(std::size_t count) {
  constexpr std::size_t kMostAtOnce = 1000;
  const std::size_t most = params_.max_events == 0 ? kMostAtOnce : params_.max_events;
  const std::size_t all = std::min(result_.events.size() + count, most);
  // Where there are many small lists, growing by itself is cheaper.
  if (all > 2 * result_.events.capacity()) result_.events.reserve(all);
}

void Batch::Add(Event&& event, JsonValue item, std::string identity) {
  ++size_;
  if (params_.max_events != 0 && size_ > params_.max_events) return;
  if (params_.keep_raw) event.raw = RawJson::From(item);
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
  event.occurred_at = scope.time;
  event.metadata.Set("phoneNumberId", scope.phone_number_id);
  if (scope.entry_id != scope.account) event.metadata.Set("entryId", scope.entry_id);
  if (scope.standby) event.metadata.Set("standby", "true");
  if (scope.history) event.metadata.Set("history", "true");
  event.metadata.Set("historyPhase", scope.history_chunk.phase);
  event.metadata.Set("historyChunkOrder", scope.history_chunk.chunk_order);
  event.metadata.Set("historyProgress", scope.history_chunk.progress);
  return event;
}

void SetNotice(const Scope& scope, std::string_view type, std::string_view subject,
               JsonValue detail, Event& event) {
  event.kind = EventKind::kNotice;
  event.notice = Notice{
      .type = std::string(type), .subject = std::string(subject), .detail = RawJson::From(detail)};
  event.metadata.Set("field", scope.field);
}

void AddUnknown(const Scope& scope, std::string_view subject, JsonValue item, Batch& batch) {
  Event event = NewEvent(scope, EventKind::kNotice);
  if (scope.business) event.to.push_back(*scope.business);
  SetNotice(scope, "unknown", subject, item, event);
  batch.Add(std::move(event), item, {});
}

Address CustomerAddress(const Scope& scope, Person customer, Metadata& metadata) {
  const Person* const contact = FindContact(scope, customer);
  Address address = MakeAddress(customer.id.empty() ? customer.user_id : customer.id);
  if (contact != nullptr) {
    Complete(*contact, customer);
    // Near the sender's number, yet not always the same: some countries have two spellings.
    if (contact->id != customer.id) metadata.Set("waId", contact->id);
  }
  // Some senders of webhooks put the business-scoped id where the number was.
  if (customer.user_id.empty() && IsBusinessScoped(customer.id)) customer.user_id = customer.id;
  address.name = customer.name;
  metadata.Set("userId", customer.user_id);
  metadata.Set("parentUserId", customer.parent_user_id);
  metadata.Set("username", customer.username);
  metadata.Set("identityKeyHash", customer.identity_key_hash);
  return address;
}

void SetParties(const Scope& scope, Direction direction, Address customer, std::string_view group,
                Event& event) {
  const std::string_view business =
      scope.business ? std::string_view(scope.business->address) : scope.account;
  const std::string_view other = group.empty() ? std::string_view(customer.address) : group;
  event.conversation = ConversationId(kCarrier, business, other);
  event.metadata.Set("groupId", group);
  event.direction = direction;
  if (direction == Direction::kOutbound) {
    if (customer.address.empty()) customer.address = group;
    event.from = scope.business;
    if (!customer.address.empty()) event.to.push_back(std::move(customer));
  } else {
    if (!customer.address.empty()) event.from = std::move(customer);
    if (scope.business) event.to.push_back(*scope.business);
  }
}

}  // namespace whatsapp
}  // namespace omni::inline v0_1
