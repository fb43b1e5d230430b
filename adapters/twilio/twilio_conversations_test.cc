#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "omni/codec.h"
#include "twilio_test_util.h"

namespace omni::inline v0_1 {
namespace twilio {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kBase = "AccountSid=AC1&ConversationSid=CH1&EventType=";

Event Conversations(std::string_view more) {
  return EventOf(std::string(kBase) + std::string(more));
}

std::string AckTypeOf(std::string_view body) {
  const auto result = NormalizeBody(std::string(body));
  return result.ok() ? std::string(result->ack.headers.Find("Content-Type").value_or(""))
                     : result.status().ToString();
}

TEST(TwilioConversations, AMessageFromAPhoneIsInbound) {
  const Event event = Conversations(
      "onMessageAdded&MessageSid=IM1&Author=%2B15185550142&ChatServiceSid=IS1&Body=STOP"
      "&DateCreated=2026-02-03T10:11:12.131Z");
  EXPECT_EQ(event.kind, EventKind::kMessage);
  EXPECT_EQ(event.channel, "sms");
  EXPECT_EQ(event.direction, Direction::kInbound);
  EXPECT_EQ(event.from->address, "+15185550142");
  EXPECT_EQ(event.to[0].address, "IS1");
  EXPECT_EQ(event.conversation, "twilio:AC1:CH1");
  EXPECT_EQ(event.carrier_message_id, "IM1");
  EXPECT_EQ(event.message->keyword, Keyword::kStop);
  EXPECT_EQ(omni::FormatTime(event.occurred_at), "2026-02-03T10:11:12.131Z");
}

TEST(TwilioConversations, AMessageFromAMessengerIsInboundOnItsChannel) {
  const Event event =
      Conversations("onMessageAdded&MessageSid=IM1&Author=whatsapp:%2B5511955550177&Body=STOP");
  EXPECT_EQ(event.channel, "whatsapp");
  EXPECT_EQ(event.from->address, "+5511955550177");
  EXPECT_EQ(event.to[0].address, "AC1");
  EXPECT_EQ(event.message->keyword, std::nullopt);
}

TEST(TwilioConversations, AMessageFromAnIdentityIsOutbound) {
  const Event event = Conversations("onMessageAdded&MessageSid=IM1&Author=15185550142");
  EXPECT_EQ(event.channel, "conversations");
  EXPECT_EQ(event.direction, Direction::kOutbound);
  EXPECT_EQ(event.from->address, "15185550142");
  EXPECT_THAT(event.to, IsEmpty());
  EXPECT_FALSE(Conversations("onMessageAdded&MessageSid=IM1").from.has_value());
}

TEST(TwilioConversations, ReadsMedia) {
  const Event event = Conversations(
      "onMessageAdded&MessageSid=IM1&Author=%2B15185550142&Media="
      R"([{"Sid":"ME1","ContentType":"video/mp4","Filename":"a.mp4","Size":12232}])");
  EXPECT_EQ(event.channel, "mms");
  EXPECT_EQ(event.message->type, MessageType::kVideo);
  ASSERT_THAT(event.message->media, SizeIs(1));
  EXPECT_EQ(event.message->media[0].id, "ME1");
  EXPECT_EQ(event.message->media[0].mime_type, "video/mp4");
  EXPECT_EQ(event.message->media[0].filename, "a.mp4");
  EXPECT_EQ(event.message->media[0].size, 12232);
  EXPECT_EQ(event.metadata.Get("media"), "");
}

TEST(TwilioConversations, KeepsMediaThatItDoesNotUnderstandWholly) {
  for (std::string_view media :
       {R"([{"Sid":"ME1","Category":"media"}])", "[1]", "{}", "[", R"([{"Sid":"ME1"},null])"}) {
    const Event event = Conversations("onMessageAdded&MessageSid=IM1&Media=" + std::string(media));
    EXPECT_EQ(event.metadata.Get("media"), media);
  }
}

TEST(TwilioConversations, ADeliveryIsAStatusOfItsRecipient) {
  const Event event = Conversations(
      "onDeliveryUpdated&MessageSid=IM1&ParticipantSid=MB1&Status=read&ChannelMessageSid=SM1"
      "&DateCreated=2026-02-03T10:11:12Z&DateUpdated=2026-02-03T10:11:20Z");
  EXPECT_EQ(event.kind, EventKind::kStatus);
  EXPECT_EQ(event.status->value, StatusValue::kRead);
  EXPECT_EQ(event.direction, Direction::kOutbound);
  EXPECT_EQ(event.from->address, "AC1");
  EXPECT_EQ(event.to[0].address, "MB1");
  EXPECT_EQ(event.conversation, "twilio:AC1:CH1");
  EXPECT_EQ(event.metadata.Get("channelMessageSid"), "SM1");
  EXPECT_EQ(event.metadata.Get("conversationSid"), "CH1");
  EXPECT_EQ(omni::FormatTime(event.occurred_at), "2026-02-03T10:11:20.000Z");
}

TEST(TwilioConversations, EverythingElseIsANotice) {
  struct Case {
    std::string_view event_type;
    std::string_view type;
    std::string_view subject;
  };
  constexpr Case kCases[] = {
      {"onMessageUpdated", "edited", "IM1"},
      {"onMessageRemoved", "deleted", "IM1"},
      {"onConversationAdded", "chatStarted", "CH1"},
      {"onConversationRemoved", "chatClosed", "CH1"},
      {"onConversationStateUpdated", "unknown", "onConversationStateUpdated"},
      {"onConversationUpdated", "unknown", "onConversationUpdated"},
      {"onParticipantAdded", "unknown", "onParticipantAdded"},
      {"onMessageAdd", "unknown", "onMessageAdd"},
      {"onSomethingNew", "unknown", "onSomethingNew"},
      {"", "unknown", ""},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.event_type);
    const Event event = Conversations(std::string(c.event_type) + "&MessageSid=IM1");
    EXPECT_EQ(event.kind, EventKind::kNotice);
    EXPECT_EQ(event.channel, "conversations");
    EXPECT_EQ(event.notice->type, c.type);
    EXPECT_EQ(event.notice->subject, c.subject);
    EXPECT_EQ(event.carrier_message_id, "");
    EXPECT_EQ(event.conversation, "twilio:AC1:CH1");
    EXPECT_THAT(event.metadata.entries(), IsEmpty());
    EXPECT_EQ(event.notice->detail.text,
              R"({"AccountSid":"AC1","ConversationSid":"CH1","EventType":")" +
                  std::string(c.event_type) + R"(","MessageSid":"IM1"})");
  }
}

TEST(TwilioConversations, AClosedStateClosesTheChat) {
  EXPECT_EQ(Conversations("onConversationStateUpdated&StateTo=closed").notice->type, "chatClosed");
  EXPECT_EQ(Conversations("onConversationStateUpdated&StateTo=inactive").notice->type, "unknown");
}

TEST(TwilioConversations, AMessageOrDeliveryThatNamesNoMessageIsANotice) {
  EXPECT_EQ(Conversations("onMessageAdded&Body=x").notice->type, "unknown");
  EXPECT_EQ(Conversations("onDeliveryUpdated&Status=read").notice->type, "unknown");
}

TEST(TwilioConversations, AnEventOfAUserBelongsToTheUser) {
  const Event event = EventOf("AccountSid=AC1&EventType=onUserAdded&UserSid=US1");
  EXPECT_EQ(event.conversation, "twilio:AC1:US1");
}

TEST(TwilioConversations, AStatusCallbackWithAnEventTypeIsNoConversation) {
  EXPECT_EQ(EventOf("MessageSid=SM1&AccountSid=AC1&MessageStatus=read&EventType=READ").kind,
            EventKind::kStatus);
}

TEST(TwilioConversations, PublishesUnchangedWhatIsAskedBeforehand) {
  const std::string base(kBase);
  for (std::string_view event_type : {"onMessageAdd", "onConversationUpdate", "onUserUpdate",
                                      "onParticipantRemove", "onConversationAdd"}) {
    EXPECT_EQ(AckTypeOf(base + std::string(event_type)), "application/json") << event_type;
  }
  for (std::string_view event_type :
       {"onMessageAdded", "onMessageUpdated", "onMessageRemoved", "onDeliveryUpdated"}) {
    EXPECT_EQ(AckTypeOf(base + std::string(event_type)), "text/xml") << event_type;
  }
  EXPECT_EQ(NormalizeBody(base + "onMessageAdd")->ack.body, "{}");
}

}  // namespace
}  // namespace twilio
}  // namespace omni::inline v0_1
