#include "messagebird_conversations.h"

#include <string>
#include <string_view>
#include <utility>

#include "messagebird_content.h"
#include "messagebird_errors.h"
#include "messagebird_event.h"
#include "messagebird_status.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

constexpr std::string_view kCreated[] = {"createdDatetime"};
constexpr std::string_view kUpdated[] = {"updatedDatetime", "createdDatetime"};

// The objects of one webhook. Lifetime: the document's.
struct Webhook {
  std::string_view type;
  Fields message;
  Fields conversation;
  Fields contact;
  const Options& options;
  std::string_view channel = {};
  bool inbound = false;
};

Webhook Open(Fields& root, const Options& options) {
  Webhook webhook{.type = root.Take("type"),
                  .message = Fields(root.TakeObject("message")),
                  .conversation = Fields(root.TakeObject("conversation")),
                  .contact = Fields(root.TakeObject("contact")),
                  .options = options};
  webhook.channel = ChannelOf(webhook.message.Peek("platform"));
  webhook.inbound = webhook.message.Peek("direction") == "received";
  return webhook;
}

// Where the message does not say who wrote it, the contact is the customer, and the channel stands
// for the business.
Parties TakeParties(Webhook& webhook) {
  Fields& message = webhook.message;
  Fields& contact = webhook.contact;
  const std::string_view from = message.Take("from");
  const std::string_view to = message.Take("to");
  std::string_view customer = webhook.inbound ? from : to;
  const std::string_view business = webhook.inbound ? to : from;
  // Contacts of channels without phone numbers have the number 0.
  const std::string_view msisdn = contact.Peek("msisdn");
  if (customer.empty() && msisdn != "0") customer = msisdn;
  if (customer.empty()) customer = contact.Peek("id");
  Parties parties = {.business = business.empty()
                                     ? BusinessOf(message.Peek("channelId"), webhook.options)
                                     : MakeParty(business, webhook.channel),
                     .customer = MakeParty(customer, webhook.channel)};
  const std::string_view address = parties.customer.address;
  if (IsPartyAt(address, msisdn)) contact.Take("msisdn");
  // The carrier calls a contact without a name by the number.
  const std::string_view name = contact.Take("displayName");
  if (!IsPartyAt(address, name)) parties.customer.name = name;
  return parties;
}

// Everything that the webhook says besides.
void KeepRest(Webhook& webhook, const Fields& root, Event& event) {
  event.account = webhook.message.Take("channelId");
  webhook.message.Drop("direction", webhook.inbound ? "received" : "sent");
  webhook.message.Drop("platform", event.channel);
  webhook.conversation.Drop("id", webhook.message.Peek("conversationId"));
  webhook.conversation.Drop("contactId", webhook.contact.Peek("id"));
  webhook.message.KeepRest({}, event.metadata);
  webhook.conversation.KeepRest("conversation", event.metadata);
  webhook.contact.KeepRest("contact", event.metadata);
  root.KeepRest({}, event.metadata);
}

void AddMessage(Webhook& webhook, Fields& root, Batch& batch) {
  Event event =
      NewEvent(EventKind::kMessage, webhook.inbound ? Direction::kInbound : Direction::kOutbound,
               TakeParties(webhook));
  event.channel = webhook.channel;
  event.carrier_message_id = webhook.message.Take("id");
  TakeTime(kCreated, webhook.message, event);
  ReadContent(webhook.message.Take("type"), webhook.message.TakeObject("content"), event);
  if (webhook.inbound && HasKeywords(event.channel)) {
    event.message->keyword = FindKeyword(event.message->text);
  }
  if (webhook.inbound) webhook.message.Drop("status", "received");
  KeepRest(webhook, root, event);
  batch.Add(std::move(event), {});
}

void AddMessageStatus(Webhook& webhook, Fields& root, Batch& batch) {
  Fields error(webhook.message.TakeObject("error"));
  const StatusReport report = {.word = webhook.message.Take("status"),
                               .error = {.family = ErrorFamily::kConversations,
                                         .code = error.Peek("code"),
                                         .reason = error.Peek("description")}};
  Event event = NewEvent(EventKind::kStatus, Direction::kOutbound, TakeParties(webhook));
  event.channel = webhook.channel;
  event.carrier_message_id = webhook.message.Take("id");
  TakeTime(kUpdated, webhook.message, event);
  event.status = ReadStatus(report);
  if (event.status->error.has_value()) {
    error.Take("code");
    error.Take("description");
  }
  error.KeepRest("error", event.metadata);
  KeepRest(webhook, root, event);
  AddStatus(std::move(event), report, batch);
}

// What kind of notice an object's change makes, and what it is about.
struct NoticeKind {
  std::string_view type;
  std::string_view subject;
};

NoticeKind KindOf(const Webhook& webhook) {
  const std::string_view id = webhook.conversation.Peek("id");
  if (webhook.type == "conversation.created") return {"chatStarted", id};
  if (webhook.type == "conversation.updated" && webhook.conversation.Peek("status") == "archived") {
    return {"chatClosed", id};
  }
  if (webhook.type == "message.updated" && webhook.message.Peek("status") == "deleted") {
    return {"deleted", webhook.message.Peek("id")};
  }
  return {"unknown", webhook.type};
}

// No carrier_message_id: a change of a message is not the message, so the dedupe key is a hash of
// what the notice says.
void AddNotice(Webhook& webhook, Batch& batch) {
  const NoticeKind kind = KindOf(webhook);
  Event event = NewNotice(kind.type, kind.subject, batch.raw(), TakeParties(webhook));
  event.channel = webhook.channel;
  event.account = webhook.message.Peek("channelId");
  TakeTime(kUpdated, webhook.message, event);
  TakeTime(kUpdated, webhook.conversation, event);
  batch.Add(std::move(event), {});
}

}  // namespace

bool IsConversations(const Fields& root) {
  const std::string_view type = root.Peek("type");
  return type.starts_with("message.") || type.starts_with("conversation.");
}

void AddConversations(Fields& root, const Options& options, Batch& batch) {
  Webhook webhook = Open(root, options);
  const std::string_view id = webhook.message.Peek("id");
  batch.SetMessageId(id.empty() ? webhook.conversation.Peek("id") : id);
  const bool sent = webhook.message.Peek("direction") == "sent";
  const bool created = webhook.type == "message.created";
  const bool updated = webhook.type == "message.updated";
  if (!id.empty() && created && (webhook.inbound || sent)) return AddMessage(webhook, root, batch);
  if (!id.empty() && updated && sent && webhook.message.Has("status")) {
    return AddMessageStatus(webhook, root, batch);
  }
  AddNotice(webhook, batch);
}

}  // namespace messagebird
}  // namespace omni::inline v0_1
