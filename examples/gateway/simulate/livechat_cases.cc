// LiveChat (text.com): its webhooks, and the calls of an agent's desk.

#include <string>

#include "omni/support/encoding.h"
#include "simulate/carrier.h"

namespace host {
namespace {

// Every webhook of version 3.4 and later.
constexpr std::string_view kWebhook =
    R"({"webhook_id":"{{webhook_id}}","secret_key":"{{secret}}",{{body}},
        "organization_id":"{{account}}","additional_data":{}})";
// An event in a running chat.
constexpr std::string_view kEvent =
    R"({"webhook_id":"{{webhook_id}}","secret_key":"{{secret}}","action":"incoming_event",
        "organization_id":"{{account}}","payload":{"chat_id":"{{chat_id}}",
        "thread_id":"{{thread_id}}","event":{"id":"{{id}}","created_at":"{{iso_micros}}",
        "visibility":"all","author_id":"{{from}}",{{body}}}},"additional_data":{}})";

constexpr Step Webhook(std::string_view frame, std::string_view body) {
  return {.endpoint = "webhook", .frame = frame, .body = body};
}

constexpr std::string_view kText = R"("type":"message","text":"{{text}}")";

constexpr Step kAgain[] = {{.once_more = true}};
constexpr Step kAskForHistory[] = {{.endpoint = "chat",
                                    .query = "action=fetch_messages\nchat_id={{chat_id}}\nlimit=10",
                                    .body = "{}",
                                    .proof = Proof::kClient}};

constexpr Case kCases[] = {
    {.name = "text",
     .title = "Visitor's message",
     .description = "incoming_event with the customer's words",
     .events = "message",
     .text = "Do you ship to Norway?",
     .step = Webhook(kEvent, kText),
     .needs = "webhookSecret"},
    {.name = "chat",
     .title = "A chat begins",
     .description = "incoming_chat brings the form, the first line and the people",
     .events = "notice message message",
     .text = "Hello, I have a question about my invoice",
     .step = Webhook(kWebhook, R"("action":"incoming_chat","payload":{"chat":{"id":"{{chat_id}}",
         "users":[{"id":"{{from}}","type":"customer","name":"Pat Doe","email":"pat@example.org",
         "present":true,"created_at":"{{iso_micros}}"},{"id":"dana@shop.example","type":"agent",
         "name":"Dana","email":"dana@shop.example","present":true,"visibility":"all"}],
         "properties":{"routing":{"continuous":false}},"access":{"group_ids":[0]},
         "thread":{"id":"{{thread_id}}","active":true,"created_at":"{{iso_micros}}",
         "user_ids":["{{from}}","dana@shop.example"],"access":{"group_ids":[0]},"events":[
         {"id":"{{thread_id}}_1","type":"filled_form","author_id":"{{from}}",
          "created_at":"{{iso_micros}}","visibility":"all","form_id":"101","form_type":"prechat",
          "fields":[{"type":"name","id":"1011","label":"Name","answer":"Pat Doe"}]},
         {"id":"{{thread_id}}_2","type":"message","author_id":"{{from}}",
          "created_at":"{{iso_micros}}","visibility":"all","text":"{{text}}"}]}}})"),
     .needs = "webhookSecret"},
    {.name = "file",
     .title = "Visitor's file",
     .description = "a picture on LiveChat's own network",
     .events = "message",
     .step = Webhook(kEvent, R"("type":"file","name":"crack.png",
         "url":"https://cdn.livechat-files.com/api/file/lc/att/{{thread_id}}/crack.png",
         "thumbnail_url":"https://cdn.livechat-files.com/api/file/lc/thumb/{{thread_id}}/crack.png",
         "content_type":"image/png","size":20481,"width":640,"height":480)"),
     .needs = "webhookSecret"},
    {.name = "quick-reply",
     .title = "Tap on a quick reply",
     .description = "a message that was made by a button",
     .events = "message",
     .text = "Track my order",
     .step = Webhook(kEvent, R"("type":"message","text":"{{text}}","postback":{"id":"track_order",
         "thread_id":"{{thread_id}}","event_id":"{{thread_id}}_3","type":"message",
         "value":"{{text}}"})"),
     .needs = "webhookSecret"},
    {.name = "postback",
     .title = "Tap on a button of a card",
     .description = "incoming_rich_message_postback",
     .events = "message",
     .step = Webhook(kWebhook, R"("action":"incoming_rich_message_postback","payload":{
         "user_id":"{{from}}","chat_id":"{{chat_id}}","thread_id":"{{thread_id}}",
         "event_id":"{{thread_id}}_3","postback":{"id":"opt_in","toggled":true}})"),
     .needs = "webhookSecret"},
    {.name = "agent",
     .title = "Agent's answer",
     .description = "comes back as an event too; its direction is outbound",
     .events = "message",
     .text = "One moment, I look it up",
     .step = Webhook(kWebhook, R"("action":"incoming_event","payload":{"chat_id":"{{chat_id}}",
         "thread_id":"{{thread_id}}","event":{"id":"{{id}}","created_at":"{{iso_micros}}",
         "visibility":"all","type":"message","author_id":"dana@shop.example","text":"{{text}}"}})"),
     .needs = "webhookSecret"},
    {.name = "seen",
     .title = "Seen",
     .description = "everything up to a moment was read",
     .events = "notice",
     .step = Webhook(kWebhook, R"("action":"events_marked_as_seen","payload":{
         "user_id":"{{from}}","chat_id":"{{chat_id}}","seen_up_to":"{{iso_micros}}"})"),
     .needs = "webhookSecret"},
    {.name = "closed",
     .title = "A chat ends",
     .description = "chat_deactivated, by the customer",
     .events = "notice",
     .step = Webhook(kWebhook, R"("action":"chat_deactivated","payload":{"chat_id":"{{chat_id}}",
         "thread_id":"{{thread_id}}","user_id":"{{from}}"})"),
     .needs = "webhookSecret"},
    {.name = "deleted",
     .title = "An event was deleted",
     .description = "event_deleted, of version 3.6",
     .events = "notice",
     .step = Webhook(kWebhook, R"("action":"event_deleted","payload":{"chat_id":"{{chat_id}}",
         "thread_id":"{{thread_id}}","event_id":"{{thread_id}}_2"})"),
     .needs = "webhookSecret"},
    {.name = "redelivery",
     .title = "The same webhook twice",
     .description = "the first answer was lost; one event comes of it",
     .events = "message",
     .text = "Anybody here?",
     .step = Webhook(kEvent, kText),
     .more = kAgain,
     .needs = "webhookSecret"},
    {.name = "unknown",
     .title = "An action that does not exist yet",
     .description = "becomes a notice with its payload",
     .events = "notice",
     .step = Webhook(kWebhook, R"("action":"thread_mood_set","payload":{"chat_id":"{{chat_id}}",
         "thread_id":"{{thread_id}}","mood":"hopeful"})"),
     .needs = "webhookSecret"},
    {.name = "delivered",
     .title = "Delivery status",
     .description = "the contract's own call, from the business's side",
     .events = "status",
     .step = {.endpoint = "chat",
              .query = "action=delivery_status",
              .body = R"({"message_id":"{{id}}","chat_id":"{{chat_id}}","status":"delivered",
         "delivered_at":"{{iso}}"})",
              .proof = Proof::kClient}},
    {.name = "failed",
     .title = "Failed delivery, with a code",
     .description = "the contract's own call",
     .events = "status",
     .step = {.endpoint = "chat",
              .query = "action=delivery_status",
              .body = R"({"message_id":"{{id}}","chat_id":"{{chat_id}}","status":"failed",
         "error_code":"chat_inactive","error_message":"The chat has no active thread"})",
              .proof = Proof::kClient}},
    {.name = "history",
     .title = "A desk asks for the chat",
     .description = "a message, and then fetch_messages; the host keeps the history",
     .events = "message",
     .text = "Where is my parcel?",
     .step = Webhook(kEvent, kText),
     .more = kAskForHistory,
     .needs = "webhookSecret"},
};

// As `orgId:userId:livechatId` or encoded already.
std::string Identifier(const CarrierChannel& channel) {
  std::string text(channel.options.root()["identifiers"].At(0).text());
  if (text.empty()) text = "org123:user456:lc-789";
  return text.find(':') == text.npos ? text : omni::Base64UrlEncode(text);
}

void AddValues(const CarrierChannel& channel, Random& random, Values& values) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  const std::string thread = random.Pick(kAlphabet, 10);
  std::string webhook(channel.options.root()["webhookIds"].At(0).text());
  const omni::KeyRing secrets = channel.Ring("webhookSecret", AccountOr(channel, ""));
  values.Set("from", random.Uuid());
  values.Set("account", AccountOr(channel, "7d4c1b0a-2e3f-4a5b-9c6d-8e7f6a5b4c3d"));
  values.Set("identifier", Identifier(channel));
  values.Set("webhook_id", webhook.empty() ? "wh-" + random.Hex(24) : webhook);
  values.Set("secret", secrets.empty() ? "" : std::string(secrets.keys()[0]->secret().Reveal()));
  values.Set("chat_id", random.Pick(kAlphabet, 10));
  values.Set("thread_id", thread);
  values.Set("id", thread + "_" + random.Digits(2));
}

absl::Status Sign(const Carrier::SignParams& params, omni::WebhookRequest& request) {
  // A webhook holds its secret; only the calls of a desk have a header for theirs.
  if (params.proof != Proof::kClient) return absl::OkStatus();
  auto token = NewestKey(params.channel, params.values, "apiToken");
  if (!token.ok()) token = NewestKey(params.channel, params.values, "webhookSecret");
  if (!token.ok()) return token.status();
  request.headers.Add("Authorization", "Bearer " + std::string(*token));
  return absl::OkStatus();
}

}  // namespace

const Carrier& LiveChatCarrier() {
  static constexpr Carrier kCarrier = {.name = "livechat",
                                       .cases = kCases,
                                       .add_values = AddValues,
                                       .spell_json = nullptr,
                                       .sign = Sign};
  return kCarrier;
}

}  // namespace host
