// Inteliquent's Message Broker: the carrier's own objects, and those of the contract.

#include <string>

#include "omni/support/encoding.h"
#include "omni/support/signature.h"
#include "simulate/carrier.h"

namespace host {
namespace {

constexpr std::string_view kMessage =
    R"({"referenceId":"{{id}}","from":"{{from|digits}}",{{body}},"deliveryReceipt":false,
        "to":["{{to|digits}}"]})";
// The text is SMPP's, as the phone's network wrote it.
constexpr std::string_view kReceipt =
    R"({"referenceId":"{{id}}","from":"{{to|digits}}","to":["{{from|digits}}"],
        "deliveryReceipt":true,"text":"id:{{short_id}} {{body}}"})";

constexpr Step Object(std::string_view frame, std::string_view body) {
  return {.frame = frame, .body = body};
}
constexpr std::string_view kText = R"("text":"{{text}}")";

constexpr Step kAgain[] = {{.once_more = true}};

constexpr Case kCases[] = {
    {.name = "sms",
     .title = "Text message",
     .description = "the carrier's own object: no type, no time, numbers without +",
     .events = "message",
     .text = "Are you open on Monday?",
     .step = Object(kMessage, kText)},
    {.name = "mms",
     .title = "Picture message",
     .description = "addresses of the media, the layout part among them",
     .events = "message",
     .text = "",
     .step = Object(kMessage, R"("text":"{{text}}","mediaUrls":[
         "https://mms.inteliquent.com/m/{{short_id}}/0.smil",
         "https://mms.inteliquent.com/m/{{short_id}}/IMG_2207.jpg"])")},
    {.name = "group",
     .title = "Group message",
     .description = "the number is one of several recipients",
     .events = "message",
     .text = "Dinner at 7?",
     .step = Object("{{body}}", R"({"referenceId":"{{id}}","from":"{{from|digits}}",
         "text":"{{text}}","deliveryReceipt":false,"to":["{{to|digits}}","17185550142"]})")},
    {.name = "long",
     .title = "Long message",
     .description = "the carrier joins the parts itself",
     .events = "message",
     .text = "Two answers at once: yes, the appointment on the fourteenth still suits us, and no, "
             "the old meter was never read out, so please bring the form that you mentioned when "
             "we spoke on the phone last week.",
     .step = Object(kMessage, kText)},
    {.name = "delivered",
     .title = "Delivered",
     .description = "a receipt; its status is in the text",
     .events = "status",
     .step = Object(kReceipt,
                    "sub:001 dlvrd:001 submit date:{{minutes}} done date:{{minutes}} "
                    "stat:DELIVRD err:000 text:Your order is")},
    {.name = "failed",
     .title = "Undelivered, with a code",
     .description = "the code is the network's",
     .events = "status",
     .step = Object(kReceipt,
                    "sub:001 dlvrd:000 submit date:{{minutes}} done date:{{minutes}} "
                    "stat:UNDELIV err:034 text:Your order is")},
    {.name = "contract-mms",
     .title = "Message in the contract's shape",
     .description = "with a type, a time and described attachments",
     .events = "message",
     .text = "Photos of the leak",
     .step = {.body = R"({"messageId":"{{id}}","type":"mms","from":"{{from}}","to":"{{to}}",
         "text":"{{text}}","timestamp":"{{iso}}","attachments":[
         {"url":"https://media.example.org/a/1.jpg","contentType":"image/jpeg","size":204811},
         {"url":"https://media.example.org/a/quote.pdf","contentType":"application/pdf",
          "size":99120}]})"}},
    {.name = "contract-receipt",
     .title = "Receipt in the contract's shape",
     .description = "failed, with a code and words for it",
     .events = "status",
     .step = {.body = R"({"messageId":"{{id}}","type":"delivery_receipt","status":"failed",
         "timestamp":"{{iso}}","errorCode":"30008","errorMessage":"Unknown destination handset"})"}},
    {.name = "batch",
     .title = "Several objects in one POST",
     .description = "a message and a receipt",
     .events = "message status",
     .text = "one of two",
     .step = {.body = R"([{"referenceId":"{{id}}","from":"{{from|digits}}","text":"{{text}}",
         "deliveryReceipt":false,"to":["{{to|digits}}"]},
        {"referenceId":"{{second_id}}","from":"{{to|digits}}","to":["{{from|digits}}"],
         "deliveryReceipt":true,"text":"id:{{short_id}} sub:001 dlvrd:001 stat:DELIVRD err:000"}])"}},
    {.name = "redelivery",
     .title = "The same webhook twice",
     .description = "the first answer was lost; one event comes of it",
     .events = "message",
     .text = "Did you get my last message?",
     .step = Object(kMessage, kText),
     .more = kAgain},
    {.name = "order",
     .title = "News of a ported number",
     .description = "not about messages; the carrier may send it to the same URL",
     .events = "notice",
     .step = {.body = R"({"message":"Order submitted","notificationType":"Order status update",
         "orderId":{{order}},"customerOrderReference":"ref-{{short_id}}",
         "orderType":"LNP Port-In","orderStatus":"Pending"})"}},
    {.name = "unknown",
     .title = "A type that does not exist yet",
     .description = "becomes a notice with the object in it",
     .events = "notice",
     .step = {.body = R"({"messageId":"{{id}}","type":"hologram","from":"{{from}}","to":"{{to}}",
         "timestamp":"{{iso}}","frames":24})"}},
};

void AddValues(const CarrierChannel& channel, Random& random, Values& values) {
  const std::string_view ours = channel.options.root()["ourNumbers"].At(0).text();
  const std::string id = random.Uuid();
  values.Set("from", "+1212555" + random.Digits(4));
  values.Set("to", ours.empty() ? "+14045550123" : std::string(ours));
  values.Set("id", id);
  values.Set("short_id", id.substr(0, 8));
  values.Set("second_id", random.Uuid());
  values.Set("order", random.Digits(7));
}

absl::Status Sign(const Carrier::SignParams& params, omni::WebhookRequest& request) {
  const auto token = NewestKey(params.channel, params.values, "token");
  const auto api_key = NewestKey(params.channel, params.values, "apiKey");
  if (!token.ok() && !api_key.ok()) return token.status();
  if (token.ok()) request.headers.Add("Authorization", "Bearer " + std::string(*token));
  if (!api_key.ok()) return absl::OkStatus();
  const std::string id = params.random.Uuid();
  const bool hmac = params.channel.options.root()["verificationScheme"].text() == "hmacSha256";
  const omni::Sha256Digest digest =
      hmac ? omni::HmacSha256Key(*api_key).Sign(id) : omni::Sha256(std::string(*api_key) + id);
  request.headers.Add("messageID", id);
  request.headers.Add("verificationToken", omni::HexEncode(omni::AsView(digest)));
  return absl::OkStatus();
}

}  // namespace

const Carrier& InteliquentCarrier() {
  static constexpr Carrier kCarrier = {.name = "inteliquent",
                                       .cases = kCases,
                                       .add_values = AddValues,
                                       .spell_json = nullptr,
                                       .sign = Sign};
  return kCarrier;
}

}  // namespace host
