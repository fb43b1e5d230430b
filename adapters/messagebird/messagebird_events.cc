#include "messagebird_events.h"

#include <string>
#include <utility>

#include "messagebird_errors.h"
#include "messagebird_event.h"
#include "messagebird_media.h"
#include "messagebird_status.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

constexpr std::string_view kTimes[] = {"timestamp"};

// Lifetime: the document's.
struct Webhook {
  std::string_view id;
  std::string_view type;     // `sms.received`
  std::string_view channel;  // `sms`
  std::string_view word;     // `received`
  Fields data;
};

Webhook Open(Fields& root, std::string_view webhook_id) {
  const std::string_view type = root.Take("type");
  const std::size_t dot = type.find('.');
  return {.id = webhook_id,
          .type = type,
          .channel = ChannelOf(type.substr(0, dot)),
          .word = dot == type.npos ? std::string_view() : type.substr(dot + 1),
          .data = Fields(root.TakeObject("data"))};
}

Event NewChannelEvent(EventKind kind, Direction direction, std::string_view message_id,
                      Webhook& webhook, Fields& root) {
  Fields& data = webhook.data;
  const std::string_view from = data.Take("from");
  const std::string_view to = data.Take("to");
  const bool inbound = direction == Direction::kInbound;
  Parties parties = {.business = MakeParty(inbound ? to : from, webhook.channel),
                     .customer = MakeParty(inbound ? from : to, webhook.channel)};
  Event event = NewEvent(kind, direction, std::move(parties));
  event.channel = webhook.channel;
  event.account = data.Take("workspace_id");
  event.carrier_message_id = message_id;
  TakeTime(kTimes, root, event);
  return event;
}

void KeepRest(Webhook& webhook, const Fields& root, Event& event) {
  webhook.data.KeepRest({}, event.metadata);
  root.KeepRest({}, event.metadata);
}

void AddMessage(std::string_view message_id, Webhook& webhook, Fields& root, Batch& batch) {
  Event event =
      NewChannelEvent(EventKind::kMessage, Direction::kInbound, message_id, webhook, root);
  Message& message = event.message.emplace();
  message.text = webhook.data.Take("text");
  message.media = TakeMediaUrls(webhook.data);
  message.type = TypeOf(message.media);
  if (HasKeywords(event.channel)) message.keyword = FindKeyword(message.text);
  KeepRest(webhook, root, event);
  batch.Add(std::move(event), std::string(webhook.id));
}

void AddMessageStatus(std::string_view message_id, Webhook& webhook, Fields& root, Batch& batch) {
  Event event =
      NewChannelEvent(EventKind::kStatus, Direction::kOutbound, message_id, webhook, root);
  Fields error(webhook.data.TakeObject("error"));
  const StatusReport report = {.word = webhook.word,
                               .error = {.family = ErrorFamily::kEvents,
                                         .code = error.Peek("code"),
                                         .reason = error.Peek("description")},
                               .unique_id = webhook.id};
  event.status = ReadStatus(report);
  if (event.status->error.has_value()) {
    error.Take("code");
    error.Take("description");
  }
  error.KeepRest("error", event.metadata);
  KeepRest(webhook, root, event);
  AddStatus(std::move(event), report, batch);
}

}  // namespace

bool IsEvents(const Fields& root) { return root.Has("type") && root.PeekJson("data").is_object(); }

void AddEvents(Fields& root, std::string_view webhook_id, Batch& batch) {
  Webhook webhook = Open(root, webhook_id);
  // `sms_id` of an SMS, and so on.
  std::string_view message_id =
      webhook.data.Take(std::string(webhook.type.substr(0, webhook.type.find('.'))) + "_id");
  if (message_id.empty()) message_id = webhook.data.Take("id");
  batch.SetMessageId(message_id);
  const bool whole = !message_id.empty() && webhook.data.Has("to");
  if (whole && webhook.word == "received" && webhook.data.Has("from")) {
    return AddMessage(message_id, webhook, root, batch);
  }
  if (whole && IsStatusWord(webhook.word)) {
    return AddMessageStatus(message_id, webhook, root, batch);
  }
  batch.AddUnknown(webhook.type, webhook.data.Peek("workspace_id"),
                   ParseTime(root.Peek("timestamp")).value_or(absl::InfinitePast()));
}

}  // namespace messagebird
}  // namespace omni::inline v0_1
