#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "twilio_test_util.h"

namespace omni::inline v0_1 {
namespace twilio {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kSms =
    "MessageSid=SM1&AccountSid=AC1&From=%2B15185550142&To=%2B14155550199";
constexpr std::string_view kWhatsApp =
    "MessageSid=SM1&AccountSid=AC1&From=whatsapp%3A%2B5511955550177&To=whatsapp%3A%2B14155550123";

// What has no content is no message.
std::string WithContent(std::string_view form, std::string_view more) {
  std::string body = std::string(form) + std::string(more);
  if (body.find("&Body=") == body.npos && body.find("&NumMedia=") == body.npos)
    body += "&NumMedia=0";
  return body;
}

Event Sms(std::string_view more) { return EventOf(WithContent(kSms, more)); }
Event WhatsApp(std::string_view more) { return EventOf(WithContent(kWhatsApp, more)); }

TEST(TwilioMessage, TakesTheChannelFromThePrefix) {
  const auto channel = [](std::string_view from, std::string_view to, std::string_view more) {
    const std::string form =
        "MessageSid=SM1&AccountSid=AC1&From=" + std::string(from) + "&To=" + std::string(to);
    return EventOf(WithContent(form, more)).channel;
  };
  EXPECT_EQ(channel("%2B15185550142", "894546", ""), "sms");
  EXPECT_EQ(channel("%2B15185550142", "894546", "&NumMedia=1"), "mms");
  EXPECT_EQ(channel("%2B15185550142", "894546", "&NumMedia=many"), "sms");
  EXPECT_EQ(channel("whatsapp:%2B15185550142", "whatsapp:%2B14155550123", ""), "whatsapp");
  EXPECT_EQ(channel("%2B15185550142", "whatsapp:%2B14155550123", ""), "whatsapp");
  EXPECT_EQ(channel("messenger:1", "messenger:2", "&NumMedia=1"), "messenger");
  EXPECT_EQ(channel("viber:1", "2", ""), "viber");
  EXPECT_EQ(channel("No such: prefix", "2", ""), "sms");
  EXPECT_EQ(channel(":1", "2", ""), "sms");
}

TEST(TwilioMessage, KnowsAMessageByItsContent) {
  for (std::string_view content : {"Body=", "NumMedia=0", "ButtonText=Yes", "ListId=1",
                                   "FlowData={}", "Latitude=1&Longitude=2", "Body=a&SmsStatus=",
                                   "Body=a&SmsStatus=received", "Body=a&SmsStatus=receiving"}) {
    EXPECT_EQ(EventOf(std::string(kSms) + "&" + std::string(content)).kind, EventKind::kMessage)
        << content;
  }
}

TEST(TwilioMessage, TellsWhatIsNeitherMessageNorStatusAsANotice) {
  for (std::string_view more : {"", "&SmsStatus=received", "&SmsStatus=quantum", "&ProfileName=Ana",
                                "&Body=a&SmsStatus=delivered", "&Body=a&SmsStatus=quantum"}) {
    const Event event = EventOf(std::string(kWhatsApp) + std::string(more));
    ASSERT_EQ(event.kind, EventKind::kNotice) << more;
    EXPECT_EQ(event.channel, "whatsapp");
    EXPECT_EQ(event.account, "AC1");
    EXPECT_EQ(event.conversation, "");
    EXPECT_EQ(event.notice->type, "unknown");
    EXPECT_EQ(event.notice->subject, "SM1");
    EXPECT_THAT(event.metadata.entries(), IsEmpty());
  }
  const Event bare = EventOf("SmsSid=SM1&AccountSid=AC1&SmsStatus=quantum");
  EXPECT_EQ(bare.channel, "twilio");
  EXPECT_EQ(bare.notice->subject, "SM1");
  EXPECT_EQ(bare.notice->detail.text,
            R"({"AccountSid":"AC1","SmsSid":"SM1","SmsStatus":"quantum"})");
}

TEST(TwilioMessage, TakesAnyIdThatMayBeOne) {
  const std::string hex(32, 'a');
  for (const std::string& sid : {std::string("SM1"), "SM" + hex, "SM" + hex + hex, "x-" + hex + "0",
                                 std::string(100, 'Z')}) {
    EXPECT_EQ(EventOf("AccountSid=AC1&From=1&To=2&Body=&MessageSid=" + sid).carrier_message_id,
              sid);
  }
}

TEST(TwilioMessage, TakesThePartiesAndTheirConversation) {
  const Event event = WhatsApp("&ProfileName=Ana");
  EXPECT_EQ(event.from->address, "+5511955550177");
  EXPECT_EQ(event.from->name, "Ana");
  EXPECT_EQ(event.from->carrier_id, "whatsapp:+5511955550177");
  EXPECT_EQ(event.to[0].address, "+14155550123");
  EXPECT_EQ(event.conversation, "twilio:+14155550123:+5511955550177");
  EXPECT_EQ(event.direction, Direction::kInbound);
  EXPECT_EQ(event.occurred_at, absl::InfinitePast());
}

TEST(TwilioMessage, ToleratesAMissingMediaIndex) {
  const Event event = Sms(
      "&NumMedia=3&MediaUrl0=u0&MediaContentType0=image%2Fpng&MediaUrl2=u2&MediaContentType1=a%2Fb"
      "&MediaUrl7=u7");
  ASSERT_THAT(event.message->media, SizeIs(2));
  EXPECT_EQ(event.message->media[0].url, "u0");
  EXPECT_EQ(event.message->media[1].url, "u2");
  EXPECT_EQ(event.metadata.Get("numMedia"), "3");
  EXPECT_EQ(event.metadata.Get("mediaContentType1"), "a/b");
  EXPECT_EQ(event.metadata.Get("mediaUrl7"), "u7");
}

TEST(TwilioMessage, ReadsAHundredMediaAtMost) {
  std::string more = "&NumMedia=18446744073709551615";
  for (int i = 0; i < 101; ++i) more += "&MediaUrl" + std::to_string(i) + "=u";
  const Event event = Sms(more);
  EXPECT_THAT(event.message->media, SizeIs(100));
  EXPECT_EQ(event.metadata.Get("mediaUrl100"), "u");
}

TEST(TwilioMessage, TakesTheTypeOfTheFirstMedia) {
  const auto type = [](std::string_view mime_type, std::string_view more = "") {
    return WhatsApp("&NumMedia=1&MediaUrl0=u&MediaContentType0=" + std::string(mime_type) +
                    std::string(more))
        .message->type;
  };
  EXPECT_EQ(type("image/jpeg"), MessageType::kImage);
  EXPECT_EQ(type("Image/JPEG"), MessageType::kImage);
  EXPECT_EQ(type("video/mp4"), MessageType::kVideo);
  EXPECT_EQ(type("audio/ogg%3B+codecs%3Dopus"), MessageType::kAudio);
  EXPECT_EQ(type("application/pdf"), MessageType::kDocument);
  EXPECT_EQ(type("text/vcard", "&MessageType=contacts"), MessageType::kDocument);
  EXPECT_EQ(type(""), MessageType::kDocument);
  EXPECT_EQ(type("image/webp"), MessageType::kImage);
  EXPECT_EQ(type("image/webp", "&MessageType=sticker"), MessageType::kSticker);
  EXPECT_EQ(
      Sms("&NumMedia=1&MediaUrl0=u&MediaContentType0=image/webp&MessageType=sticker").message->type,
      MessageType::kImage);
}

TEST(TwilioMessage, KeepsTheBodyBesideAButtonThatSaysSomethingElse) {
  const Event event = WhatsApp("&Body=typed&ButtonText=Yes&ButtonPayload=id-1");
  EXPECT_EQ(event.message->type, MessageType::kInteractive);
  EXPECT_EQ(event.message->text, "Yes");
  EXPECT_EQ(event.message->interactive->kind, InteractiveKind::kButton);
  EXPECT_EQ(event.message->interactive->id, "id-1");
  EXPECT_EQ(event.metadata.Get("body"), "typed");
}

TEST(TwilioMessage, TakesTheBodyOfATapWithoutATitle) {
  EXPECT_EQ(WhatsApp("&Body=typed&ButtonPayload=id-1").message->text, "typed");
  EXPECT_EQ(WhatsApp("&Body=typed&ListId=id-1").message->text, "typed");
}

TEST(TwilioMessage, TellsTheKindOfATap) {
  const auto kind = [](const Event& event) { return event.message->interactive->kind; };
  EXPECT_EQ(kind(WhatsApp("&ButtonText=Yes&MessageType=button")), InteractiveKind::kQuickReply);
  EXPECT_EQ(kind(WhatsApp("&ButtonText=Yes&MessageType=interactive")), InteractiveKind::kButton);
  EXPECT_EQ(kind(EventOf("MessageSid=SM1&AccountSid=AC1&From=rcs:1&To=rcs:2&ButtonPayload=x")),
            InteractiveKind::kQuickReply);
  EXPECT_EQ(kind(WhatsApp("&ListTitle=Row")), InteractiveKind::kList);
  EXPECT_EQ(kind(WhatsApp("&FlowData={}")), InteractiveKind::kFlow);
}

TEST(TwilioMessage, KeepsFlowDataThatIsNoJsonAsText) {
  const Event event = WhatsApp("&InteractiveData=%7Bbroken");
  EXPECT_EQ(event.message->interactive->payload.text, R"("{broken")");
  EXPECT_EQ(WhatsApp("&InteractiveData=%7B%22a%22%3A+1%7D").message->interactive->payload.text,
            R"({"a":1})");
}

TEST(TwilioMessage, LeavesALocationThatIsNoneInTheMetadata) {
  for (std::string_view latitude : {"north", "", "inf", "nan", "1.5x"}) {
    const Event event = WhatsApp("&Latitude=" + std::string(latitude) + "&Longitude=2&Label=Here");
    EXPECT_FALSE(event.message->location.has_value()) << latitude;
    EXPECT_EQ(event.message->type, MessageType::kText);
    EXPECT_EQ(event.metadata.Get("latitude"), latitude);
    EXPECT_EQ(event.metadata.Get("label"), "Here");
  }
}

TEST(TwilioMessage, FindsKeywordsInSmsAndMmsOnly) {
  EXPECT_EQ(Sms("&Body=+stop+").message->keyword, Keyword::kStop);
  EXPECT_EQ(Sms("&Body=Info").message->keyword, Keyword::kHelp);
  EXPECT_EQ(Sms("&Body=stop+it").message->keyword, std::nullopt);
  EXPECT_EQ(Sms("&NumMedia=1&MediaUrl0=u&Body=START").message->keyword, Keyword::kStart);
  EXPECT_EQ(WhatsApp("&Body=STOP").message->keyword, std::nullopt);
}

TEST(TwilioMessage, TrustsOptOutTypeMoreThanTheWords) {
  EXPECT_EQ(Sms("&Body=adios&OptOutType=STOP").message->keyword, Keyword::kStop);
  EXPECT_EQ(Sms("&Body=STOP&OptOutType=HELP").message->keyword, Keyword::kHelp);
  EXPECT_EQ(Sms("&Body=hola&OptOutType=START").message->keyword, Keyword::kStart);
  const Event odd = Sms("&Body=STOP&OptOutType=PAUSE");
  EXPECT_EQ(odd.message->keyword, Keyword::kStop);
  EXPECT_EQ(odd.metadata.Get("optOutType"), "PAUSE");
  EXPECT_EQ(WhatsApp("&Body=x&OptOutType=STOP").metadata.Get("optOutType"), "STOP");
}

TEST(TwilioMessage, TellsAReplyAndAForward) {
  const Event event = WhatsApp(
      "&OriginalRepliedMessageSid=SM0&OriginalRepliedMessageSender=whatsapp%3A%2B14155550123"
      "&Forwarded=true&FrequentlyForwarded=false");
  EXPECT_EQ(event.message->reply_to->message_id, "SM0");
  EXPECT_EQ(event.message->reply_to->from, "+14155550123");
  EXPECT_EQ(event.message->forwarded, Forwarded::kOnce);
  EXPECT_EQ(WhatsApp("&FrequentlyForwarded=true").message->forwarded, Forwarded::kFrequently);
  EXPECT_EQ(WhatsApp("&Forwarded=false").message->forwarded, Forwarded::kNo);
  EXPECT_EQ(WhatsApp("&Forwarded=maybe").metadata.Get("forwarded"), "maybe");
}

TEST(TwilioMessage, SeesAnAdvertisementByItsIdOnly) {
  const Event plain = WhatsApp("&ReferralNumMedia=0&ReferralBody=x");
  EXPECT_FALSE(plain.message->referral.has_value());
  EXPECT_EQ(plain.metadata.Get("referralBody"), "x");
  EXPECT_EQ(WhatsApp("&ReferralCtwaClid=c").message->referral->click_id, "c");
  EXPECT_EQ(WhatsApp("&ReferralSourceId=s").message->referral->source_id, "s");
}

TEST(TwilioMessage, NamesMetadataInCamelCase) {
  const Event event =
      Sms("&FromCity=ALBANY&NewFieldFromTwilio=x&MessagingBinding.Address=a&lower=l&9x=n&Empty=");
  EXPECT_EQ(event.metadata.Get("fromCity"), "ALBANY");
  EXPECT_EQ(event.metadata.Get("newFieldFromTwilio"), "x");
  EXPECT_EQ(event.metadata.Get("messagingBindingAddress"), "a");
  EXPECT_EQ(event.metadata.Get("lower"), "l");
  EXPECT_EQ(event.metadata.Get("9x"), "n");
  EXPECT_THAT(event.metadata.entries(), SizeIs(5));
}

TEST(TwilioMessage, TellsEveryValueOfARepeatedName) {
  const Event event = Sms("&Tag=b&Tag=a&tag=c&Body=first&Body=second");
  EXPECT_EQ(event.metadata.Get("tag"), "a, b, c");
  EXPECT_EQ(event.message->text, "first");
  EXPECT_EQ(event.metadata.Get("body"), "second");
}

TEST(TwilioMessage, LeavesFormerNamesOutOnlyWhereTheySayTheSame) {
  EXPECT_THAT(Sms("&SmsSid=SM1&SmsMessageSid=SM1&SmsStatus=received").metadata.entries(),
              IsEmpty());
  const Event event = Sms("&SmsSid=SM2&SmsStatus=receiving");
  EXPECT_EQ(event.metadata.Get("smsSid"), "SM2");
  EXPECT_EQ(event.metadata.Get("smsStatus"), "receiving");
}

TEST(TwilioMessage, CutsTheChannelOffTheBusinessScopedId) {
  EXPECT_EQ(WhatsApp("&ExternalUserId=whatsapp:BR.1").metadata.Get("externalUserId"), "BR.1");
  EXPECT_EQ(WhatsApp("&ExternalUserId=BR.1").metadata.Get("externalUserId"), "BR.1");
}

TEST(TwilioMessage, KeepsARepeatedNameAsAListInRaw) {
  const auto result = Normalize(
      {.presented = {.body = std::string(kSms) + "&Tag=b&Tag=a&Body=%22"}, .keep_raw = true});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->events[0].event->raw.text,
            R"({"AccountSid":"AC1","Body":"\"","From":"+15185550142","MessageSid":"SM1",)"
            R"("Tag":["a","b"],"To":"+14155550199"})");
}

}  // namespace
}  // namespace twilio
}  // namespace omni::inline v0_1
