// Bandwidth Messaging V2, and its toll-free verification.

#include <string>

#include "omni/support/encoding.h"
#include "omni/support/signature.h"
#include "simulate/carrier.h"

namespace host {
namespace {

constexpr std::string_view kContentType = "application/json; charset=utf-8";

// A callback about a message that came in.
constexpr std::string_view kInbound =
    R"([{"time":"{{iso_micros}}","type":"message-received","to":"{{to}}",
        "description":"Incoming message received","message":{"id":"{{id}}","owner":"{{to}}",
        "applicationId":"{{account}}","time":"{{iso_micros}}","segmentCount":1,"direction":"in",
        "to":["{{to}}"],"from":"{{from}}",{{body}}}}])";
// One about a message that was sent.
constexpr std::string_view kOutbound =
    R"([{"time":"{{iso_micros}}","to":"{{from}}",{{body}},"message":{"id":"{{id}}",
        "owner":"{{to}}","applicationId":"{{account}}","time":"{{iso_micros}}","segmentCount":1,
        "direction":"out","to":["{{from}}"],"from":"{{to}}","text":"","tag":"order-{{tag}}"}}])";
// One from RCS, where the business is an agent.
constexpr std::string_view kAgent =
    R"([{"time":"{{iso_micros}}","to":"{{agent}}",{{body}},"id":"{{id}}","owner":"{{agent}}",
        "applicationId":"{{account}}","time":"{{iso_micros}}","segmentCount":1,"direction":"in",
        "to":["{{agent}}"],"from":"{{from}}","channel":"RBM"}}])";

constexpr Step Callback(std::string_view frame, std::string_view body) {
  return {.frame = frame, .body = body, .content_type = kContentType};
}

constexpr Step kAgain[] = {{.once_more = true}};
constexpr std::string_view kSms = R"("text":"{{text}}")";

// A character outside of the basic plane, cut in two: each part has one half.
constexpr Step kSecondPart[] = {
    {.frame = R"([{"time":"{{iso_micros}}","type":"message-received","to":"{{to}}",
        "description":"Incoming message received","message":{"id":"{{second_id}}","owner":"{{to}}",
        "applicationId":"{{account}}","time":"{{iso_micros}}","segmentCount":1,"direction":"in",
        "to":["{{to}}"],"from":"{{from}}",{{body}}}}])",
     .body = R"("text":"\udce6 is at the side door.","fragRef":{{reference}},"fragmentNumber":2,
        "fragmentTotal":2)",
     .content_type = kContentType}};

constexpr Step kWithCredentials[] = {Callback(kInbound, kSms)};

constexpr Case kCases[] = {
    {.name = "sms",
     .title = "Text message",
     .description = "a customer's SMS to one of the numbers",
     .events = "message",
     .text = "Hold the table for ten minutes please 🙏",
     .step = Callback(kInbound, kSms)},
    {.name = "mms",
     .title = "Picture message",
     .description = "media with the layout part that phones add",
     .events = "message",
     .text = "",
     .step = Callback(kInbound, R"("text":"{{text}}","media":[
         "https://messaging.bandwidth.com/api/v2/users/9900431/media/{{id}}/0/smil.xml",
         "https://messaging.bandwidth.com/api/v2/users/9900431/media/{{id}}/1/IMG_2207.jpeg"])")},
    {.name = "group",
     .title = "Group message",
     .description = "the number is one of several recipients",
     .events = "message",
     .text = "Dinner at 7?",
     .step = {.body = R"([{"time":"{{iso_micros}}","type":"message-received","to":"{{to}}",
         "description":"Incoming message received","message":{"id":"{{id}}","owner":"{{to}}",
         "applicationId":"{{account}}","time":"{{iso_micros}}","segmentCount":1,"direction":"in",
         "to":["{{to}}","+17185550142"],"from":"{{from}}","text":"{{text}}"}}])",
              .content_type = kContentType}},
    {.name = "rcs-suggestion",
     .title = "Tap on an RCS suggestion",
     .description = "the postback comes in base64",
     .events = "message",
     .text = "Yes, confirm",
     .step = Callback(kAgent, R"("type":"suggestion-response",
         "description":"Incoming suggestion response","message":{"suggestionResponse":{
         "text":"{{text}}","postbackData":"Y29uZmlybTo4ODEy","pairedMessageId":"{{second_id}}"})")},
    {.name = "rcs-location",
     .title = "Location from RCS",
     .description = "the answer to a request for where somebody is",
     .events = "message",
     .step = Callback(kAgent, R"("type":"requested-location-response",
         "description":"Incoming location response","message":{"locationResponse":{
         "latitude":33.748997,"longitude":-84.387985})")},
    {.name = "sending",
     .title = "On its way",
     .description = "handed towards the carrier of the phone",
     .events = "status",
     .step = Callback(kOutbound, R"("type":"message-sending","description":"Message is sending")")},
    {.name = "delivered",
     .title = "Delivered",
     .description = "the last good news of a message",
     .events = "status",
     .step = Callback(kOutbound, R"("type":"message-delivered","description":"ok")")},
    {.name = "failed",
     .title = "Failed, with a code",
     .description = "4775: the recipient has opted out",
     .events = "status",
     .step = Callback(kOutbound, R"("type":"message-failed",
         "description":"destination-rejected-due-to-user-opt-out","errorCode":4775)")},
    {.name = "parts",
     .title = "A long message in two parts",
     .description = "cut in the middle of an emoji; one message comes of it where parts are joined",
     .events = "message",
     .step = Callback(kInbound, R"("text":"Your parcel \ud83d","fragRef":{{reference}},
         "fragmentNumber":1,"fragmentTotal":2)"),
     .more = kSecondPart},
    {.name = "batch",
     .title = "Several callbacks in one POST",
     .description = "a message, something new, and a status",
     .events = "message notice status",
     .text = "one",
     .step = {.body = R"([{"time":"{{iso_micros}}","type":"message-received","to":"{{to}}",
         "description":"Incoming message received","message":{"id":"{{id}}","owner":"{{to}}",
         "applicationId":"{{account}}","time":"{{iso_micros}}","segmentCount":1,"direction":"in",
         "to":["{{to}}"],"from":"{{from}}","text":"{{text}}"}},
        {"time":"{{iso_micros}}","type":"message-rescheduled","to":"{{from}}",
         "description":"Something new","message":{"id":"{{second_id}}","owner":"{{to}}",
         "applicationId":"{{account}}","time":"{{iso_micros}}","segmentCount":1,"direction":"out",
         "to":["{{from}}"],"from":"{{to}}","text":""}},
        {"time":"{{iso_micros}}","type":"message-delivered","to":"{{from}}","description":"ok",
         "message":{"id":"{{third_id}}","owner":"{{to}}","applicationId":"{{account}}",
         "time":"{{iso_micros}}","segmentCount":1,"direction":"out","to":["{{from}}"],
         "from":"{{to}}","text":""}}])",
              .content_type = kContentType}},
    {.name = "redelivery",
     .title = "The same callback twice",
     .description = "the first answer was lost; one event comes of it",
     .events = "message",
     .text = "Did this arrive?",
     .step = Callback(kInbound, kSms),
     .more = kAgain},
    {.name = "challenge",
     .title = "Without credentials first",
     .description =
         "as the carrier really calls: 401 with a challenge, then once more with credentials",
     .events = "message",
     .text = "Second try",
     .step = {.content_type = kContentType, .proof = Proof::kNone, .status = 401},
     .more = kWithCredentials,
     .needs = "password"},
    {.name = "verification",
     .title = "Toll-free verification",
     .description = "news of a number; signed where the channel has a signatureKey",
     .events = "notice",
     .step = {.body = R"({"accountId":"{{account}}","phoneNumber":"+18885550119",
         "status":"VERIFIED","internalTicketNumber":"{{ticket}}"})",
              .content_type = kContentType,
              .proof = Proof::kNewest,
              .status = 204}},
    {.name = "unknown",
     .title = "A type that does not exist yet",
     .description = "becomes a notice with the callback in it",
     .events = "notice",
     .step = Callback(kOutbound, R"("type":"message-reconsidered","description":"Something new")")},
};

std::string MessageId(const Values& values, Random& random) {
  return *values.Find("millis") + random.Pick("abcdefghijklmnopqrstuvwxyz0123456789", 16);
}

void AddValues(const CarrierChannel& channel, Random& random, Values& values) {
  values.Set("from", "+1212555" + random.Digits(4));
  values.Set("to", "+14045550123");
  values.Set("agent", "ExampleAgent");
  values.Set("account", AccountOr(channel, "5b0f3c1e-6d7a-4a53-9d0e-2f6b8c1a7e44"));
  values.Set("id", MessageId(values, random));
  values.Set("second_id", MessageId(values, random));
  values.Set("third_id", MessageId(values, random));
  values.Set("tag", random.Digits(6));
  values.Set("reference", random.Digits(4));
  values.Set("ticket", random.Uuid());
}

absl::Status SignBody(const Carrier::SignParams& params, omni::WebhookRequest& request) {
  const auto secret = NewestKey(params.channel, params.values, "signatureKey");
  if (!secret.ok()) return secret.status();
  const omni::Sha256Digest mac = omni::HmacSha256Key(*secret).Sign(request.body);
  const bool subscription = params.proof == Proof::kNewest;
  request.headers.Add(subscription ? "X-Bandwidth-Signature-Hmac-Sha256" : "X-Bandwidth-Signature",
                      omni::HexEncode(omni::AsView(mac)));
  return absl::OkStatus();
}

absl::Status Sign(const Carrier::SignParams& params, omni::WebhookRequest& request) {
  request.headers.Add("User-Agent", "BandwidthAPI/v2");
  if (params.proof == Proof::kNone) return absl::OkStatus();
  const bool signs = !params.channel.Ring("signatureKey", "").empty();
  const auto password = NewestKey(params.channel, params.values, "password");
  if (signs && (params.proof == Proof::kNewest || !password.ok())) return SignBody(params, request);
  if (!password.ok()) {
    // An address may be all that proves a request; then there is nothing to add.
    return params.channel.allow_from.empty() ? password.status() : absl::OkStatus();
  }
  const std::string user(params.channel.options.root()["username"].text());
  request.headers.Add("Authorization",
                      "Basic " + omni::Base64Encode(user + ":" + std::string(*password)));
  return absl::OkStatus();
}

}  // namespace

const Carrier& BandwidthCarrier() {
  static constexpr Carrier kCarrier = {.name = "bandwidth",
                                       .cases = kCases,
                                       .add_values = AddValues,
                                       .spell_json = nullptr,
                                       .sign = Sign};
  return kCarrier;
}

}  // namespace host
