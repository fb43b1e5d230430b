#include "whatsapp_history.h"

#include <cstddef>
#include <string_view>
#include <utility>

#include "omni/support/phone.h"
#include "whatsapp_fields.h"
#include "whatsapp_message.h"

namespace omni::inline v0_1 {
namespace whatsapp {
namespace {

void AddHistoryNotice(const Scope& scope, std::string_view subject, JsonValue item, Batch& batch) {
  Event event = NewEvent(scope, EventKind::kNotice);
  if (scope.business) event.to.push_back(*scope.business);
  SetNotice(scope, "history", subject, item, event);
  batch.Add(std::move(event), item, {});
}

// The elements of a list of the chunk; one of another type is added as it is.
JsonValue::Range<JsonValue::ElementIterator> Elements(const Scope& scope, std::string_view name,
                                                      JsonValue chunk, Batch& batch) {
  const JsonValue list = chunk[name];
  if (list.exists() && !list.is_null() && !list.is_array()) AddUnknown(scope, name, list, batch);
  return list.elements();
}

Person ReadThread(JsonValue thread) {
  const JsonValue context = thread["context"];
  return {.id = Either(context["wa_id"], thread["id"]).scalar(),
          .user_id = context["user_id"].scalar(),
          .parent_user_id = context["parent_user_id"].scalar(),
          .name = context["name"].text(),
          .username = StripAt(context["username"].text())};
}

void AddThread(const Scope& scope, JsonValue thread, Batch& batch) {
  const JsonValue messages = thread["messages"];
  if (!messages.is_array() || messages.size() == 0) {
    return AddHistoryNotice(scope, "", thread, batch);
  }
  const Person customer = ReadThread(thread);
  Scope inner = scope;
  inner.thread = &customer;
  for (const JsonValue message : messages.elements()) {
    AddMessage(inner, HistoryDirection(inner, message), message, batch);
  }
}

}  // namespace

void AddHistory(const Scope& scope, JsonValue chunk, Batch& batch) {
  const std::size_t before = batch.size();
  Scope inner = scope;
  inner.history = true;
  const JsonValue metadata = chunk["metadata"];
  inner.history_chunk = {.phase = metadata["phase"].scalar(),
                         .chunk_order = metadata["chunk_order"].scalar(),
                         .progress = metadata["progress"].scalar()};
  for (const JsonValue error : Elements(inner, "errors", chunk, batch)) {
    AddHistoryNotice(inner, error["code"].scalar(), error, batch);
  }
  for (const JsonValue thread : Elements(inner, "threads", chunk, batch)) {
    AddThread(inner, thread, batch);
  }
  if (batch.size() == before) AddHistoryNotice(inner, "", chunk, batch);
}

Direction HistoryDirection(const Scope& scope, JsonValue message) {
  const bool from_business =
      scope.business && MakeAddress(message["from"].scalar()).address == scope.business->address;
  return from_business ? Direction::kOutbound : Direction::kInbound;
}

}  // namespace whatsapp
}  // namespace omni::inline v0_1
