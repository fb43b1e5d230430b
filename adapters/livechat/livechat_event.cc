#include "livechat_event.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "livechat_content.h"
#include "livechat_fields.h"
#include "livechat_private.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace {

constexpr KnownMember kEventMembers[] = {{"id"},        {"type"},       {"created_at"},
                                         {"author_id"}, {"visibility"}, {"recipients"}};

/// Events that are no messages.
struct NoticeRow {
  std::string_view type;
  std::string_view notice;
  std::string_view subject;  ///< the member that says more
};
constexpr NoticeRow kNotices[] = {
    {"system_message", "system", "system_message_type"},
    {"system", "system", "subtype"},
    {"form", "form", "form_id"},
    {"custom", "custom", ""},
};

std::string IdentityOf(const Scope& scope, JsonValue item, std::string_view suffix,
                       const Batch& batch) {
  std::string identity = EventIdentity(scope, item["id"].scalar(), suffix);
  return identity.empty() ? ContentIdentity(scope, item, batch) : identity;
}

// What any event tells beside its content.
void SetOrigin(const Scope& scope, JsonValue item, Event& event) {
  event.carrier_message_id = item["id"].scalar();
  SetTime(item["created_at"], event);
  const std::string_view author = item["author_id"].scalar();
  const bool message = event.kind == EventKind::kMessage;
  if (message || !author.empty()) SetParties(scope, scope.people->Find(author), event);
}

void AddMessage(const Scope& scope, const ContentRow& row, JsonValue item, Batch& batch) {
  Event event = NewEvent(scope, EventKind::kMessage);
  SetOrigin(scope, item, event);
  event.message.emplace();
  row.read(item, event);
  KeepRest(item, {kEventMembers, row.known}, "", event.metadata);
  batch.Add(std::move(event), item, IdentityOf(scope, item, "", batch));
}

struct ItemNotice {
  std::string_view type = {};
  std::string_view subject = {};
  std::string suffix = {};  ///< of the identity
};

void AddItemNotice(const Scope& scope, const ItemNotice& notice, JsonValue item, Batch& batch) {
  Event event = NewNotice(scope, notice.type, notice.subject, item);
  if (IsPrivate(item)) event.notice->detail.text = OutlineJson(item);
  SetOrigin(scope, item, event);
  batch.Add(std::move(event), item, IdentityOf(scope, item, notice.suffix, batch));
}

}  // namespace

void AddChatEvent(const Scope& scope, JsonValue item, Batch& batch) {
  const std::string_view type = item["type"].text();
  if (IsPrivate(item)) return AddItemNotice(scope, {"note", type}, item, batch);
  if (item["deleted"].AsBool().value_or(false)) {
    return AddItemNotice(scope, {"deleted", item["id"].scalar(), ":deleted"}, item, batch);
  }
  if (const ContentRow* row = FindContent(type)) return AddMessage(scope, *row, item, batch);
  const auto notice = std::find_if(std::begin(kNotices), std::end(kNotices),
                                   [&](const NoticeRow& row) { return row.type == type; });
  if (notice == std::end(kNotices)) return AddItemNotice(scope, {"unknown", type}, item, batch);
  AddItemNotice(scope, {notice->notice, item[notice->subject].scalar()}, item, batch);
}

void AddEdit(const Scope& scope, JsonValue item, Batch& batch) {
  AddItemNotice(scope,
                {IsPrivate(item) ? "note" : "edited", item["id"].scalar(), ":" + HashOf(item)},
                item, batch);
}

}  // namespace livechat
}  // namespace omni::inline v0_1
