// Twilio: Programmable Messaging, Conversations, Event Streams.

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "omni/support/encoding.h"
#include "omni/support/form.h"
#include "omni/support/signature.h"
#include "simulate/carrier.h"

namespace host {
namespace {

// A form has a line for each parameter, in Twilio's order.
constexpr std::string_view kSms = R"(ToCountry=US
ToState=CA
SmsMessageSid={{id}}
NumMedia=0
ToCity=SAUSALITO
FromZip=12207
SmsSid={{id}}
FromState=NY
SmsStatus=received
FromCity=ALBANY
Body={{text}}
FromCountry=US
To={{to}}
ToZip=94965
NumSegments=1
MessageSid={{id}}
AccountSid={{account}}
From={{from}}
ApiVersion=2010-04-01)";
constexpr std::string_view kWhatsApp = R"({{body}}
SmsMessageSid={{id}}
NumMedia=0
ProfileName={{name}}
SmsSid={{id}}
WaId={{from|digits}}
SmsStatus=received
To=whatsapp:{{to}}
NumSegments=1
ReferralNumMedia=0
MessageSid={{id}}
AccountSid={{account}}
From=whatsapp:{{from}}
ApiVersion=2010-04-01)";
constexpr std::string_view kStatus = R"({{body}}
To={{from}}
MessageSid={{id}}
AccountSid={{account}}
From={{to}}
ApiVersion=2010-04-01)";

constexpr Step Form(std::string_view body) { return {.body = body, .format = BodyFormat::kForm}; }
constexpr Step Form(std::string_view frame, std::string_view body) {
  return {.frame = frame, .body = body, .format = BodyFormat::kForm};
}

constexpr Step kAgain[] = {{.once_more = true}};

constexpr Case kCases[] = {
    {.name = "sms",
     .title = "Text message",
     .description = "a customer's SMS, with what Twilio knows of both numbers",
     .events = "message",
     .text = "Hi, is order #4471 ready? 50% off + tax & tip = ok? 👋",
     .step = Form(kSms)},
    {.name = "mms",
     .title = "Picture message",
     .description = "two media, each with its type",
     .events = "message",
     .text = "before and after",
     .step = Form(R"(ToCountry=US
MediaContentType0=image/jpeg
MediaContentType1=video/mp4
ToState=CA
SmsMessageSid={{id}}
NumMedia=2
SmsSid={{id}}
SmsStatus=received
Body={{text}}
To={{to}}
NumSegments=2
MessageSid={{id}}
AccountSid={{account}}
From={{from}}
MediaUrl0=https://api.twilio.com/2010-04-01/Accounts/{{account}}/Messages/{{id}}/Media/{{media_sid}}
MediaUrl1=https://api.twilio.com/2010-04-01/Accounts/{{account}}/Messages/{{id}}/Media/{{second_media_sid}}
ApiVersion=2010-04-01)")},
    {.name = "long",
     .title = "Long message",
     .description = "Twilio joins the parts itself and tells their number",
     .events = "message",
     .text = "Three things: the boiler makes the noise again, the second key has not come, and the "
             "neighbours ask whether the skip may stay until Monday. Could somebody call me after "
             "six? Best on this number, the other phone is in repair. Thanks for everything!",
     .step = Form(R"(ToCountry=US
SmsMessageSid={{id}}
NumMedia=0
SmsSid={{id}}
SmsStatus=received
Body={{text}}
To={{to}}
NumSegments=2
MessageSid={{id}}
AccountSid={{account}}
From={{from}}
ApiVersion=2010-04-01)")},
    {.name = "stop",
     .title = "Opt-out",
     .description = "a keyword that Twilio has recognized",
     .events = "message",
     .text = "Stop",
     .step = Form(R"(OptOutType=STOP
MessagingServiceSid={{service}}
SmsMessageSid={{id}}
NumMedia=0
SmsSid={{id}}
SmsStatus=received
Body={{text}}
To={{to}}
NumSegments=1
MessageSid={{id}}
AccountSid={{account}}
From={{from}}
ApiVersion=2010-04-01)")},
    {.name = "whatsapp",
     .title = "WhatsApp text",
     .description = "the same account, another channel",
     .events = "message",
     .text = "Olá! Ainda está disponível?",
     .step = Form(kWhatsApp, "MessageType=text\nBody={{text}}")},
    {.name = "whatsapp-button",
     .title = "Tap on a WhatsApp button",
     .description = "the payload is the business's, the text the label",
     .events = "message",
     .text = "Confirm",
     .step = Form(kWhatsApp,
                  "ButtonPayload=confirm-8812\nButtonText={{text}}\nButtonType=REPLY\n"
                  "MessageType=button\nBody={{text}}\n"
                  "OriginalRepliedMessageSid={{second_id}}\n"
                  "OriginalRepliedMessageSender=whatsapp:{{to}}")},
    {.name = "whatsapp-location",
     .title = "WhatsApp location",
     .description = "a place with its name",
     .events = "message",
     .step = Form(kWhatsApp,
                  "MessageType=location\nBody=\nLatitude=37.7879277\n"
                  "Longitude=-122.3937508\nLabel=Rincon Center\n"
                  "Address=101 Spear St, San Francisco, CA 94105")},
    {.name = "delivered",
     .title = "Delivered",
     .description = "a status callback",
     .events = "status",
     .step = Form(kStatus,
                  "SmsSid={{id}}\nSmsStatus=delivered\nMessageStatus=delivered\n"
                  "RawDlrDoneDate={{minutes}}")},
    {.name = "read",
     .title = "Read on WhatsApp",
     .description = "a status callback with the channel's words",
     .events = "status",
     .step = Form("{{body}}\nTo=whatsapp:{{from}}\nMessageSid={{id}}\nAccountSid={{account}}\n"
                  "From=whatsapp:{{to}}\nApiVersion=2010-04-01",
                  "SmsSid={{id}}\nSmsStatus=read\nMessageStatus=read\nChannelPrefix=whatsapp\n"
                  "ChannelInstallSid={{install}}\nEventType=READ")},
    {.name = "undelivered",
     .title = "Undelivered, with a code",
     .description = "30003: the phone cannot be reached",
     .events = "status",
     .step = Form(kStatus,
                  "SmsSid={{id}}\nSmsStatus=undelivered\nMessageStatus=undelivered\n"
                  "ErrorCode=30003\nRawDlrDoneDate={{minutes}}")},
    {.name = "failed",
     .title = "Failed, with a code",
     .description = "21610: the recipient has opted out",
     .events = "status notice",
     .step =
         Form(kStatus, "SmsSid={{id}}\nSmsStatus=failed\nMessageStatus=failed\nErrorCode=21610")},
    {.name = "conversation",
     .title = "Message in a conversation",
     .description = "from the Conversations product, with a time of its own",
     .events = "message",
     .text = "Any news?",
     .step = Form(R"(MessagingServiceSid={{service}}
EventType=onMessageAdded
Attributes={}
DateCreated={{iso}}
Index=7
ChatServiceSid={{chat_service}}
MessageSid={{message_sid}}
AccountSid={{account}}
Source=SMS
RetryCount=0
Author={{from}}
ParticipantSid={{participant}}
Body={{text}}
ConversationSid={{conversation}})")},
    {.name = "redelivery",
     .title = "The same webhook twice",
     .description = "a retry after a timeout; one event comes of it",
     .events = "message",
     .text = "Are you there?",
     .step = Form(kSms),
     .more = kAgain},
    {.name = "batch",
     .title = "Several events in one POST",
     .description = "Event Streams send JSON, whose hash stands in the signed URL",
     .events = "notice notice",
     .step = {.body = R"([{"specversion":"1.0","type":"com.twilio.messaging.message.sent",
         "source":"/{{account}}/Messages/{{id}}.json","id":"{{event_id}}","time":"{{iso}}",
         "datacontenttype":"application/json","data":{"AccountSid":"{{account}}",
         "messageSid":"{{id}}","to":"{{from}}","from":"{{to}}"}},
        {"specversion":"1.0","type":"com.twilio.messaging.message.delivered",
         "source":"/{{account}}/Messages/{{id}}.json","id":"{{second_event_id}}","time":"{{iso}}",
         "datacontenttype":"application/json","data":{"AccountSid":"{{account}}",
         "messageSid":"{{id}}","to":"{{from}}","from":"{{to}}"}}])"}},
    {.name = "unknown",
     .title = "A status that does not exist yet",
     .description = "is kept with Twilio's word, and so is a new parameter",
     .events = "status",
     .step = Form(kStatus,
                  "SmsSid={{id}}\nSmsStatus=teleported\nMessageStatus=teleported\n"
                  "NewParameter=of tomorrow")},
};

void AddValues(const CarrierChannel& channel, Random& random, Values& values) {
  values.Set("from", "+1518555" + random.Digits(4));
  values.Set("to", "+14155550199");
  values.Set("name", "Marina Duarte");
  values.Set("account", AccountOr(channel, "AC5a1d0c3b7e92f84610d3a5c7e9b1f204"));
  values.Set("id", "SM" + random.Hex(32));
  values.Set("second_id", "SM" + random.Hex(32));
  values.Set("message_sid", "IM" + random.Hex(32));
  values.Set("media_sid", "ME" + random.Hex(32));
  values.Set("second_media_sid", "ME" + random.Hex(32));
  values.Set("service", "MG" + random.Hex(32));
  values.Set("chat_service", "IS" + random.Hex(32));
  values.Set("participant", "MB" + random.Hex(32));
  values.Set("conversation", "CH" + random.Hex(32));
  values.Set("install", "XE" + random.Hex(32));
  values.Set("event_id", "EZ" + random.Hex(32));
  values.Set("second_event_id", "EZ" + random.Hex(32));
}

// Every parameter, sorted, names and values one after another.
std::string SortedParameters(std::string_view body) {
  const auto form = omni::Form::Parse(body);
  if (!form.ok()) return {};
  std::vector<omni::Form::Field> fields = form->fields();
  std::sort(fields.begin(), fields.end(), [](const auto& a, const auto& b) {
    return std::tie(a.name, a.value) < std::tie(b.name, b.value);
  });
  fields.erase(std::unique(fields.begin(), fields.end()), fields.end());
  std::string text;
  for (const omni::Form::Field& field : fields) text.append(field.name).append(field.value);
  return text;
}

absl::Status Sign(const Carrier::SignParams& params, omni::WebhookRequest& request) {
  const auto token = NewestKey(params.channel, params.values, "authToken");
  if (!token.ok()) return token.status();
  const bool json = request.headers.Find("Content-Type") == "application/json";
  if (json) {
    const std::string hash = omni::HexEncode(omni::AsView(omni::Sha256(request.body)));
    const std::string_view sign = omni::TargetQuery(request.target).empty() ? "?" : "&";
    const std::string parameter = std::string(sign) + "bodySHA256=" + hash;
    request.target += parameter;
    request.external_url += parameter;
  }
  const omni::Sha1Digest mac = omni::HmacSha1Key(*token).Sign(
      {request.external_url, json ? std::string() : SortedParameters(request.body)});
  request.headers.Add("User-Agent", "TwilioProxy/1.1");
  request.headers.Add("Accept", "*/*");
  request.headers.Add("I-Twilio-Idempotency-Token", params.random.Uuid());
  request.headers.Add("X-Twilio-Signature", omni::Base64Encode(omni::AsView(mac)));
  return absl::OkStatus();
}

}  // namespace

const Carrier& TwilioCarrier() {
  static constexpr Carrier kCarrier = {.name = "twilio",
                                       .cases = kCases,
                                       .add_values = AddValues,
                                       .spell_json = nullptr,
                                       .sign = Sign};
  return kCarrier;
}

}  // namespace host
