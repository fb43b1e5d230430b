#include "messagebird_channels.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "messagebird_content.h"
#include "messagebird_errors.h"
#include "messagebird_event.h"
#include "messagebird_status.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

constexpr std::string_view kCreated[] = {"createdAt"};
constexpr std::string_view kStatusChanged[] = {"lastStatusAt", "updatedAt", "createdAt"};

// Lifetime: the document's.
struct Webhook {
  std::string_view channel;
  std::string_view kind;  // what follows the platform in `sms.inbound`
  Fields payload;
  const Options& options;
};

Webhook Open(Fields& root, const Options& options) {
  const std::string_view event = root.Take("event");
  const std::size_t dot = event.rfind('.');
  return {.channel = ChannelOf(event.substr(0, dot)),
          .kind = dot == event.npos ? std::string_view() : event.substr(dot + 1),
          .payload = Fields(root.TakeObject("payload")),
          .options = options};
}

// Every inbound message has the status `delivered`, so only its direction tells it from the report
// about an outbound one.
bool IsInbound(const Webhook& webhook) {
  const std::string_view direction = webhook.payload.Peek("direction");
  return direction.empty() ? webhook.kind == "inbound" : direction == "incoming";
}

// A contact's or connector's address; its other members go to the metadata.
Address TakeParty(JsonValue object, std::string_view prefix, std::string_view channel,
                  Metadata& metadata) {
  Fields party(object);
  const bool phone = party.Peek("identifierKey") == "phonenumber";
  party.Drop("identifierKey", "phonenumber");
  const std::string_view value = party.Take("identifierValue");
  party.Drop("platformAddress", value);
  Address address = phone ? MakeParty(value) : MakeParty(value, channel);
  Fields annotations(party.TakeObject("annotations"));
  address.name = annotations.Take("name");
  annotations.KeepRest(prefix, metadata);
  party.KeepRest(prefix, metadata);
  return address;
}

// The parties of a message, and the recipients of one to several.
struct Ends {
  Parties parties;
  std::vector<Address> further_customers;
};

// What is said of several contacts besides their addresses stays together.
void TakeContacts(JsonValue contacts, std::string_view channel, Ends& ends, Metadata& metadata) {
  const bool several = contacts.size() > 1;
  if (several) metadata.Set("contacts", CompactJson(contacts));
  for (const JsonValue contact : contacts.elements()) {
    Metadata kept_together;
    Address address = TakeParty(contact, "contact", channel, several ? kept_together : metadata);
    if (ends.parties.customer.address.empty()) {
      ends.parties.customer = std::move(address);
    } else {
      ends.further_customers.push_back(std::move(address));
    }
  }
}

// The business is the end with a connector, and where that has no address, its channel.
Ends TakeEnds(Webhook& webhook, Metadata& metadata) {
  Ends ends;
  for (std::string_view name : {"sender", "receiver"}) {
    Fields end(webhook.payload.TakeObject(name));
    if (const JsonValue connector = end.TakeObject("connector"); connector.exists()) {
      ends.parties.business = TakeParty(connector, "connector", webhook.channel, metadata);
    }
    if (const JsonValue contact = end.TakeObject("contact"); contact.exists()) {
      ends.parties.customer = TakeParty(contact, "contact", webhook.channel, metadata);
    }
    TakeContacts(end.TakeArray("contacts"), webhook.channel, ends, metadata);
    end.KeepRest(name, metadata);
  }
  if (ends.parties.business.address.empty()) {
    ends.parties.business = BusinessOf(webhook.payload.Peek("channelId"), webhook.options);
  }
  return ends;
}

Event NewChannelEvent(EventKind kind, Direction direction, Webhook& webhook) {
  Metadata metadata;
  Ends ends = TakeEnds(webhook, metadata);
  Event event = NewEvent(kind, direction, std::move(ends.parties));
  event.metadata = std::move(metadata);
  event.channel = webhook.channel;
  if (direction == Direction::kOutbound) {
    for (Address& address : ends.further_customers) event.to.push_back(std::move(address));
  }
  return event;
}

void KeepRest(Webhook& webhook, const Fields& root, Event& event) {
  event.account = webhook.payload.Take("channelId");
  webhook.payload.KeepRest({}, event.metadata);
  root.KeepRest({}, event.metadata);
}

void AddMessage(Webhook& webhook, Fields& root, Batch& batch) {
  Fields& payload = webhook.payload;
  Event event = NewChannelEvent(EventKind::kMessage, Direction::kInbound, webhook);
  event.carrier_message_id = payload.Take("id");
  TakeTime(kCreated, payload, event);
  ReadBody(payload.TakeObject("body"), event);
  Message& message = *event.message;
  Fields reply(payload.TakeObject("replyTo"));
  if (const std::string_view id = reply.Take("id"); !id.empty()) {
    message.reply_to = ReplyTo{.message_id = std::string(id)};
  }
  reply.KeepRest("replyTo", event.metadata);
  if (HasKeywords(event.channel)) message.keyword = FindKeyword(message.text);
  payload.Drop("direction", "incoming");
  payload.Drop("status", "delivered");
  KeepRest(webhook, root, event);
  batch.Add(std::move(event), {});
}

// The source's code is the operator's, as in a report of the older API; Bird's own says less.
ErrorReport ReadFailure(const Fields& failure, const Fields& source, const Fields& payload) {
  ErrorReport report = {.family = ErrorFamily::kSms, .code = source.Peek("code")};
  if (MeaningOf(report).error_class == ErrorClass::kUnknown && failure.Has("code")) {
    report = {.family = ErrorFamily::kChannels, .code = failure.Peek("code")};
  }
  report.reason = payload.Peek("reason");
  report.detail = payload.Peek("details");
  return report;
}

void AddMessageStatus(Webhook& webhook, Fields& root, Batch& batch) {
  Fields& payload = webhook.payload;
  Fields failure(payload.TakeObject("failure"));
  Fields source(failure.TakeObject("source"));
  Event event = NewChannelEvent(EventKind::kStatus, Direction::kOutbound, webhook);
  event.carrier_message_id = payload.Take("id");
  TakeTime(kStatusChanged, payload, event);
  const StatusReport report = {.word = payload.Take("status"),
                               .error = ReadFailure(failure, source, payload)};
  event.status = ReadStatus(report);
  if (const std::optional<DeliveryError>& error = event.status->error; error.has_value()) {
    failure.Drop("code", error->code);
    source.Drop("code", error->code);
    payload.Drop("reason", error->message);
  }
  failure.KeepRest("failure", event.metadata);
  source.KeepRest("failureSource", event.metadata);
  payload.Drop("direction", "outgoing");
  KeepRest(webhook, root, event);
  AddStatus(std::move(event), report, batch);
}

// What the recipient did with a message: each has an id of its own.
void AddInteraction(Webhook& webhook, Fields& root, Batch& batch) {
  Fields& payload = webhook.payload;
  Event event = NewChannelEvent(EventKind::kStatus, Direction::kOutbound, webhook);
  event.carrier_message_id = payload.Take("messageId");
  TakeTime(kCreated, payload, event);
  const StatusReport report = {.word = payload.Take("type"), .unique_id = payload.Peek("id")};
  event.status = ReadStatus(report);
  KeepRest(webhook, root, event);
  AddStatus(std::move(event), report, batch);
}

// Against further messages: a complaint, or the way out that the message offered.
bool IsOptOut(std::string_view interaction) {
  return interaction == "reported-as-spam" || interaction.starts_with("unsubscribe");
}

void AddNotice(Webhook& webhook, std::string_view event_name, Batch& batch) {
  const bool opt_out = webhook.kind == "interaction" && IsOptOut(webhook.payload.Peek("type"));
  Metadata ignored;  // all of it is in the notice's detail
  const Ends ends = TakeEnds(webhook, ignored);
  Event event = NewNotice(opt_out ? "preference" : "unknown", opt_out ? "stop" : event_name,
                          batch.raw(), ends.parties);
  event.channel = webhook.channel;
  event.account = webhook.payload.Peek("channelId");
  TakeTime(kStatusChanged, webhook.payload, event);
  batch.Add(std::move(event), {});
}

}  // namespace

bool IsChannels(const Fields& root) { return root.Has("service") && root.Has("event"); }

void AddChannels(Fields& root, const Options& options, Batch& batch) {
  const std::string_view event_name = root.Peek("event");
  Webhook webhook = Open(root, options);
  root.Drop("service", "channels");
  const Fields& payload = webhook.payload;
  const bool interaction = webhook.kind == "interaction";
  const std::string_view id = payload.Peek(interaction ? "messageId" : "id");
  batch.SetMessageId(id);
  const bool of_message = webhook.kind == "inbound" || webhook.kind == "outbound";
  if (!id.empty() && of_message && IsInbound(webhook)) return AddMessage(webhook, root, batch);
  if (!id.empty() && of_message && payload.Has("status")) {
    return AddMessageStatus(webhook, root, batch);
  }
  if (!id.empty() && interaction && IsStatusWord(payload.Peek("type"))) {
    return AddInteraction(webhook, root, batch);
  }
  AddNotice(webhook, event_name, batch);
}

}  // namespace messagebird
}  // namespace omni::inline v0_1
