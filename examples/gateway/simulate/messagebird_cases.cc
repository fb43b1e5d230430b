// MessageBird, now Bird: flat callbacks, Conversations, Bird Channels and Bird's newest events.

#include <string>

#include "omni/support/encoding.h"
#include "simulate/carrier.h"
#include "simulate/messagebird_signer.h"

namespace host {
namespace {

// What Flow Builder passes on of an SMS.
constexpr std::string_view kFlow =
    R"({"body":"{{text}}","createdDatetime":"{{iso_offset}}","date_utc":"{{seconds}}",
        "flowId":"{{flow}}","flowRevisionId":"{{revision}}","id":"{{id}}",
        "incomingMessage":"{{text}}","invocationId":"{{invocation}}","message":"{{text}}",
        "message_id":"{{second_id}}","originator":"{{from|digits}}","payload":"{{text}}",
        "receivedSMSDateTime":"{{iso_offset}}","receiver":"{{to|digits}}",
        "recipient":"{{to|digits}}","sender":"{{from|digits}}"})";
// A webhook of the Conversations API.
constexpr std::string_view kConversation =
    R"({ {{body}},"contact":{"id":"{{contact}}","href":"","msisdn":{{from|digits}},
        "displayName":"{{from|digits}}","firstName":"","lastName":"","customDetails":{},
        "attributes":{},"createdDatetime":"{{iso}}","updatedDatetime":"{{iso}}"},
        "conversation":{"id":"{{conversation}}","contactId":"{{contact}}","status":"active",
        "createdDatetime":"{{iso}}","updatedDatetime":"{{iso}}","lastReceivedDatetime":"{{iso}}"}})";
constexpr Step Conversation(std::string_view body) {
  return {.frame = kConversation, .body = body};
}
// A GET, its parameters in alphabetical order.
constexpr Step Report(std::string_view query) {
  return {.method = omni::HttpMethod::kGet, .query = query};
}

constexpr Step kAgain[] = {{.once_more = true}};

constexpr Case kCases[] = {
    {.name = "sms",
     .title = "Text message",
     .description = "an SMS that Flow Builder posts as JSON",
     .events = "message",
     .text = "Ist mein Paket schon unterwegs? 📦",
     .step = {.body = kFlow}},
    {.name = "sms-form",
     .title = "Text message, as a form",
     .description = "the same with the other content type that Flow Builder has",
     .events = "message",
     .text = "Price is 5 + tax?",
     .step = {.body = R"(receiver={{to|digits}}
date_utc={{seconds}}
reference=1
id={{id}}
recipient={{to|digits}}
originator={{from|digits}}
body={{text}}
createdDatetime={{iso_offset}})",
              .format = BodyFormat::kForm}},
    {.name = "sms-get",
     .title = "Text message, by GET",
     .description = "everything is in the signed URL",
     .events = "message",
     .text = "Hi & bye",
     .step = {.method = omni::HttpMethod::kGet,
              .query = "body={{text}}\ncreatedDatetime={{iso_offset}}\nid={{id}}\n"
                       "originator={{from|digits}}\nrecipient={{to|digits}}"}},
    {.name = "mms",
     .title = "Picture message",
     .description = "addresses of the media in a list",
     .events = "message",
     .text = "",
     .step = {.body = R"({"id":"{{id}}","recipient":"{{to|digits}}","originator":"{{from|digits}}",
         "body":"{{text}}","createdDatetime":"{{iso_offset}}","mediaUrls":[
         "https://media.messagebird.com/v1/media/{{flow}}",
         "https://media.messagebird.com/v1/media/{{revision}}"]})"}},
    {.name = "shortcode",
     .title = "Message to a short code",
     .description = "names of its own: shortcode, mid, keyword",
     .events = "message",
     .text = "WIN tickets",
     .step = {.body = R"(shortcode=51234
keyword=WIN
message={{text}}
date_utc={{seconds}}
id={{second_id}}
mid={{id}}
originator={{from|digits}}
receive_datetime={{compact}})",
              .format = BodyFormat::kForm}},
    {.name = "conversation",
     .title = "WhatsApp picture in a conversation",
     .description = "message.created of the Conversations API",
     .events = "message",
     .text = "broken box",
     .step = Conversation(R"("type":"message.created","message":{"id":"{{id}}",
         "conversationId":"{{conversation}}","platform":"whatsapp","to":"{{to}}","from":"{{from}}",
         "channelId":"{{account}}","type":"image","content":{"image":{
         "url":"https://media.messagebird.com/v1/media/{{flow}}","caption":"{{text}}"}},
         "direction":"received","status":"received","createdDatetime":"{{iso}}",
         "updatedDatetime":"{{iso}}"})")},
    {.name = "delivered",
     .title = "Delivered",
     .description = "a status report: GET, without the sender",
     .events = "status",
     .step = Report(R"(datacoding=plain
id={{id}}
mccmnc=310260
messageLength=28
messagePartCount=1
ported=0
price[amount]=0.008
price[currency]=USD
recipient={{from|digits}}
reference=order-{{reference}}
status=delivered
statusDatetime={{iso_offset}})")},
    {.name = "failed",
     .title = "Failed, with a code",
     .description = "103: the recipient has opted out, which is news by itself",
     .events = "status notice",
     .step = Report(R"(id={{id}}
mccmnc=310260
ported=0
recipient={{from|digits}}
reference=order-{{reference}}
status=delivery_failed
statusDatetime={{iso_offset}}
statusErrorCode=103
statusReason=opted out)")},
    {.name = "read",
     .title = "Read, in a conversation",
     .description = "message.updated of a message that was sent",
     .events = "status",
     .text = "On its way",
     .step = Conversation(R"("type":"message.updated","message":{"id":"{{id}}",
         "conversationId":"{{conversation}}","platform":"whatsapp","to":"{{from}}","from":"{{to}}",
         "channelId":"{{account}}","type":"text","content":{"text":"{{text}}"},
         "direction":"sent","status":"read","createdDatetime":"{{iso}}",
         "updatedDatetime":"{{iso}}"})")},
    {.name = "channels",
     .title = "Text message from Bird Channels",
     .description = "signed over the URL with a timestamp",
     .events = "message",
     .text = "Is the shop open today?",
     .step = {.body = R"({"service":"channels","event":"sms.inbound","payload":{"id":"{{flow}}",
         "channelId":"{{account}}","sender":{"contact":{"id":"{{revision}}",
         "identifierKey":"phonenumber","identifierValue":"{{from}}"}},"receiver":{"connector":{
         "id":"{{invocation}}","identifierValue":"{{to}}"}},"body":{"type":"text","text":{
         "text":"{{text}}"}},"reference":"","parts":[{"platformReference":"{{id}}"}],
         "status":"delivered","reason":"","direction":"incoming","lastStatusAt":"{{iso}}",
         "createdAt":"{{iso}}","updatedAt":"{{iso}}"}})",
              .proof = Proof::kUrl}},
    {.name = "newest",
     .title = "Text message from Bird's newest API",
     .description = "Standard Webhooks; the channel needs a whsec_ key",
     .events = "message",
     .text = "Is the shop open tomorrow?",
     .step = {.body = R"({"type":"sms.received","timestamp":"{{iso}}","data":{"sms_id":"sms_{{id}}",
         "workspace_id":"ws_{{reference}}","to":"{{to}}","from":"{{from}}","tags":null,
         "metadata":null,"text":"{{text}}","segments":{"count":1,"encoding":"GSM_7BIT",
         "characters":26}}})",
              .proof = Proof::kNewest}},
    {.name = "older",
     .title = "Text message with the older signature",
     .description = "MessageBird-Signature with a timestamp in a header",
     .events = "message",
     .text = "Signed the old way",
     .step = {.body = kFlow, .proof = Proof::kOlder}},
    {.name = "redelivery",
     .title = "The same webhook twice",
     .description = "the first answer was lost; one event comes of it",
     .events = "message",
     .text = "Are you still there?",
     .step = {.body = kFlow},
     .more = kAgain},
    {.name = "unknown",
     .title = "An event that does not exist yet",
     .description = "becomes a notice with all of it",
     .events = "notice",
     .step = Conversation(R"("type":"conversation.applauded","applause":"long")")},
};

void AddValues(const CarrierChannel& channel, Random& random, Values& values) {
  values.Set("from", "+4915112" + random.Digits(6));
  values.Set("to", "+15551234567");
  values.Set("account", AccountOr(channel, "f4f4f4f4c0de4b7f24e0f9d3a6b8c7e2"));
  values.Set("id", random.Hex(32));
  values.Set("second_id", random.Hex(32));
  values.Set("contact", random.Hex(32));
  values.Set("conversation", random.Hex(32));
  values.Set("flow", random.Uuid());
  values.Set("revision", random.Uuid());
  values.Set("invocation", random.Uuid());
  values.Set("reference", random.Digits(6));
}

}  // namespace

const Carrier& MessageBirdCarrier() {
  static constexpr Carrier kCarrier = {.name = "messagebird",
                                       .cases = kCases,
                                       .add_values = AddValues,
                                       .spell_json = nullptr,
                                       .sign = SignAsMessageBird};
  return kCarrier;
}

}  // namespace host
