// Meta's WhatsApp Business Cloud API.

#include <string>

#include "omni/support/encoding.h"
#include "omni/support/signature.h"
#include "simulate/carrier.h"

namespace host {
namespace {

// What stands around everything that happens to messages of a number.
constexpr std::string_view kNumber =
    R"({"object":"whatsapp_business_account","entry":[{"id":"{{account}}","changes":[{"value":{
        "messaging_product":"whatsapp",
        "metadata":{"display_phone_number":"{{to|digits}}","phone_number_id":"{{number_id}}"},
        {{body}}},"field":"messages"}]}]})";
// A message of a customer whose name is known.
constexpr std::string_view kMessage =
    R"({"object":"whatsapp_business_account","entry":[{"id":"{{account}}","changes":[{"value":{
        "messaging_product":"whatsapp",
        "metadata":{"display_phone_number":"{{to|digits}}","phone_number_id":"{{number_id}}"},
        "contacts":[{"profile":{"name":"{{name}}"},"wa_id":"{{from|digits}}","user_id":"{{user_id}}"}],
        "messages":[{"from":"{{from|digits}}","from_user_id":"{{user_id}}","id":"{{id}}",
                     "timestamp":"{{seconds}}",{{body}}}]},"field":"messages"}]}]})";
// What concerns the account itself.
constexpr std::string_view kAccountField =
    R"({"object":"whatsapp_business_account","entry":[{"id":"{{account}}","time":{{seconds}},
        "changes":[{ {{body}} }]}]})";

constexpr Step Message(std::string_view body) { return {.frame = kMessage, .body = body}; }
constexpr Step Number(std::string_view body) { return {.frame = kNumber, .body = body}; }

constexpr Step kAgain[] = {{.once_more = true}};

constexpr Case kCases[] = {
    {.name = "text",
     .title = "Text message",
     .description = "a customer writes",
     .events = "message",
     .text = "Hi, is the Tuesday slot still free? 🙂",
     .step = Message(R"("type":"text","text":{"body":"{{text}}"})")},
    {.name = "image",
     .title = "Image with a caption",
     .description = "media come as an id and a short-lived URL",
     .events = "message",
     .text = "The leak, as of this morning",
     .step = Message(R"("type":"image","image":{"caption":"{{text}}","mime_type":"image/jpeg",
         "sha256":"{{sha256}}","id":"{{media_id}}",
         "url":"https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid={{media_id}}"})")},
    {.name = "voice",
     .title = "Voice note",
     .description = "audio that was recorded in the app",
     .events = "message",
     .step = Message(R"("type":"audio","audio":{"mime_type":"audio/ogg; codecs=opus",
         "sha256":"{{sha256}}","id":"{{media_id}}","voice":true})")},
    {.name = "document",
     .title = "Document",
     .description = "a file with its name",
     .events = "message",
     .text = "Signed, see page 3",
     .step = Message(R"("type":"document","document":{"caption":"{{text}}",
         "filename":"contract-signed.pdf","mime_type":"application/pdf","sha256":"{{sha256}}",
         "id":"{{media_id}}"})")},
    {.name = "location",
     .title = "Location",
     .description = "a place with name and address",
     .events = "message",
     .step = Message(R"("type":"location","location":{"latitude":51.503399,"longitude":-0.119519,
         "name":"South gate","address":"Riverside Building, London SE1 7PB"})")},
    {.name = "contacts",
     .title = "Shared contact",
     .description = "a card out of the address book",
     .events = "message",
     .step = Message(R"("type":"contacts","contacts":[{"name":{"formatted_name":"Iris Okafor",
         "first_name":"Iris","last_name":"Okafor"},"phones":[{"phone":"+44 20 7946 0018",
         "wa_id":"442079460018","type":"WORK"}],"emails":[{"email":"iris@example.com",
         "type":"WORK"}]}])")},
    {.name = "button",
     .title = "Tap on a reply button",
     .description = "an interactive message is answered",
     .events = "message",
     .text = "Tue 09:30",
     .step = Message(R"("context":{"from":"{{to|digits}}","id":"{{sent_id}}"},"type":"interactive",
         "interactive":{"type":"button_reply","button_reply":{"id":"slot-tue-0930",
         "title":"{{text}}"}})")},
    {.name = "list",
     .title = "Choice from a list",
     .description = "an interactive list is answered",
     .events = "message",
     .text = "Express",
     .step = Message(R"("context":{"from":"{{to|digits}}","id":"{{sent_id}}"},"type":"interactive",
         "interactive":{"type":"list_reply","list_reply":{"id":"ship-express","title":"{{text}}",
         "description":"Arrives tomorrow before noon"}})")},
    {.name = "flow",
     .title = "Completed flow",
     .description = "a form; its answers are JSON within a string",
     .events = "message",
     .step = Message(R"("context":{"from":"{{to|digits}}","id":"{{sent_id}}"},"type":"interactive",
         "interactive":{"type":"nfm_reply","nfm_reply":{"name":"flow","body":"Sent",
         "response_json":"{\"flow_token\":\"booking-7\",\"party_size\":\"4\",\"day\":\"friday\"}"}})")},
    {.name = "reaction",
     .title = "Reaction",
     .description = "an emoji on a message of the business's",
     .events = "message",
     .step = Message(R"("type":"reaction","reaction":{"message_id":"{{sent_id}}","emoji":"👍"})")},
    {.name = "ad",
     .title = "First message from an advertisement",
     .description = "the referral rides along with the text",
     .events = "message",
     .text = "Tell me more about the winter offer",
     .step = Message(R"("referral":{"source_url":"https://fb.me/2xWinterAd","source_id":"{{ad_id}}",
         "source_type":"ad","headline":"Winter offer","body":"Twenty per cent off until Sunday",
         "media_type":"image","image_url":"https://scontent.example.net/ad.jpg",
         "ctwa_clid":"{{click_id}}"},"type":"text","text":{"body":"{{text}}"})")},
    {.name = "delivered",
     .title = "Delivered",
     .description = "a message that was sent has reached the phone",
     .events = "status",
     .step = Number(R"("statuses":[{"id":"{{sent_id}}","status":"delivered",
         "timestamp":"{{seconds}}","recipient_id":"{{from|digits}}",
         "recipient_user_id":"{{user_id}}",
         "pricing":{"billable":true,"pricing_model":"PMP","category":"utility","type":"regular"}}])")},
    {.name = "read",
     .title = "Read",
     .description = "the customer has opened the message",
     .events = "status",
     .step = Number(R"("statuses":[{"id":"{{sent_id}}","status":"read",
         "timestamp":"{{seconds}}","recipient_id":"{{from|digits}}"}])")},
    {.name = "failed",
     .title = "Failed, with a code",
     .description = "131047: more than 24 hours since the customer's last message",
     .events = "status",
     .step = Number(R"("statuses":[{"id":"{{sent_id}}","status":"failed",
         "timestamp":"{{seconds}}","recipient_id":"{{from|digits}}","errors":[{"code":131047,
         "title":"Re-engagement message","message":"Re-engagement message",
         "error_data":{"details":"More than 24 hours have passed since the customer's last reply."},
         "href":"https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"}]}])")},
    {.name = "batch",
     .title = "Several updates in one POST",
     .description = "two messages and a status",
     .events = "message message status",
     .text = "And one more thing",
     .step = {.body =
                  R"({"object":"whatsapp_business_account","entry":[{"id":"{{account}}","changes":[
         {"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"{{to|digits}}",
          "phone_number_id":"{{number_id}}"},"contacts":[{"profile":{"name":"{{name}}"},
          "wa_id":"{{from|digits}}"}],"messages":[
           {"from":"{{from|digits}}","id":"{{id}}","timestamp":"{{seconds}}","type":"text",
            "text":{"body":"{{text}}"}},
           {"from":"{{from|digits}}","id":"{{second_id}}","timestamp":"{{seconds}}","type":"sticker",
            "sticker":{"mime_type":"image/webp","sha256":"{{sha256}}","id":"{{media_id}}",
            "animated":true}}]},"field":"messages"},
         {"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"{{to|digits}}",
          "phone_number_id":"{{number_id}}"},"statuses":[{"id":"{{sent_id}}","status":"sent",
          "timestamp":"{{seconds}}","recipient_id":"{{from|digits}}"}]},"field":"messages"}]}]})"}},
    {.name = "redelivery",
     .title = "The same webhook twice",
     .description = "Meta did not hear the first answer; one event comes of it",
     .events = "message",
     .text = "Did you get this?",
     .step = Message(R"("type":"text","text":{"body":"{{text}}"})"),
     .more = kAgain},
    {.name = "template",
     .title = "Template rejected",
     .description = "news of the account, not of a message",
     .events = "notice",
     .step = {.frame = kAccountField,
              .body = R"("value":{"event":"REJECTED","message_template_id":{{template_id}},
         "message_template_name":"order_update","message_template_language":"en_US",
         "reason":"INVALID_FORMAT"},"field":"message_template_status_update")"}},
    {.name = "unknown",
     .title = "A message type that does not exist yet",
     .description = "becomes a notice with Meta's object in it",
     .events = "notice",
     .step = Message(R"("type":"hologram","hologram":{"id":"{{media_id}}","frames":24})")},
    {.name = "handshake",
     .title = "Registration handshake",
     .description = "the GET by which Meta checks a callback URL",
     .events = "",
     .step = {.method = omni::HttpMethod::kGet,
              .query =
                  "hub.mode=subscribe\nhub.challenge={{challenge}}\nhub.verify_token={{token}}",
              .proof = Proof::kNone,
              .answer = "{{challenge}}"},
     .needs = "verifyToken"},
};

// What Meta's ids hold: the customer's number, and 20 digits (18 of what the business sent).
std::string MessageId(const std::string& number, char kind, std::size_t digits, Random& random) {
  std::string bytes = "\x1c\x18";
  bytes.push_back(static_cast<char>(number.size()));
  bytes.append(number).append({'\x15', '\x02', '\x00', kind, '\x18'});
  bytes.push_back(static_cast<char>(digits));
  bytes.append(random.Pick("0123456789ABCDEF", digits)).push_back('\0');
  return "wamid." + omni::Base64Encode(bytes);
}

void AddValues(const CarrierChannel& channel, Random& random, Values& values) {
  const std::string customer = "44770090" + random.Digits(4);
  values.Set("from", customer);
  values.Set("to", "15550142277");
  values.Set("name", "Zoë Raman");
  values.Set("account", AccountOr(channel, "884201937465120"));
  values.Set("number_id", "731905528846017");
  values.Set("user_id", "GB." + random.Digits(20));
  values.Set("id", MessageId(customer, '\x12', 20, random));
  values.Set("second_id", MessageId(customer, '\x12', 20, random));
  values.Set("sent_id", MessageId(customer, '\x11', 18, random));
  values.Set("media_id", random.Digits(16));
  values.Set("ad_id", random.Digits(18));
  values.Set("template_id", random.Digits(15));
  values.Set("click_id",
             random.Pick("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 60));
  values.Set("sha256", omni::Base64Encode(omni::AsView(omni::Sha256(random.Hex(8)))));
  values.Set("challenge", random.Digits(10));
  const omni::KeyRing tokens = channel.Ring("verifyToken", "");
  values.Set("token", tokens.empty() ? "" : std::string(tokens.keys()[0]->secret().Reveal()));
}

void AppendUnit(char32_t unit, std::string& out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out.append("\\u");
  for (int shift = 12; shift >= 0; shift -= 4) out.push_back(kDigits[(unit >> shift) & 0xF]);
}

// Meta sends ASCII: `\u00eb`, emoji as two halves; and `\/`.
std::string SpellAsMeta(std::string json) {
  std::string out;
  for (std::size_t at = 0; at < json.size();) {
    const auto byte = static_cast<unsigned char>(json[at]);
    if (byte < 0x80) {
      if (byte == '/') out.push_back('\\');
      out.push_back(json[at++]);
      continue;
    }
    const std::size_t size = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
    char32_t point = byte & (0x7FU >> size);
    for (std::size_t i = 1; i < size && at + i < json.size(); ++i) {
      point = (point << 6) | (static_cast<unsigned char>(json[at + i]) & 0x3FU);
    }
    at += size;
    if (point < 0x10000) {
      AppendUnit(point, out);
    } else {
      AppendUnit(0xD800 + ((point - 0x10000) >> 10), out);
      AppendUnit(0xDC00 + ((point - 0x10000) & 0x3FF), out);
    }
  }
  return out;
}

absl::Status Sign(const Carrier::SignParams& params, omni::WebhookRequest& request) {
  request.headers.Add("User-Agent", "facebookexternalua");
  if (params.proof == Proof::kNone) return absl::OkStatus();
  const auto secret = NewestKey(params.channel, params.values, "appSecret");
  if (!secret.ok()) return secret.status();
  const omni::Sha256Digest mac = omni::HmacSha256Key(*secret).Sign(request.body);
  request.headers.Add("X-Hub-Signature-256", "sha256=" + omni::HexEncode(omni::AsView(mac)));
  return absl::OkStatus();
}

}  // namespace

const Carrier& WhatsAppCarrier() {
  static constexpr Carrier kCarrier = {.name = "whatsapp",
                                       .cases = kCases,
                                       .add_values = AddValues,
                                       .spell_json = SpellAsMeta,
                                       .sign = Sign};
  return kCarrier;
}

}  // namespace host
