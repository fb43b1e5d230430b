// Bird Channels.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "messagebird_test_util.h"
#include "omni/codec.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

using ::omni::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::SizeIs;

std::string Channels(std::string_view event, std::string_view payload) {
  return R"({"service":"channels","event":")" + std::string(event) + R"(","payload":{"id":"p1",)" +
         R"("channelId":"ch1",)" + std::string(payload) + "}}";
}

constexpr std::string_view kInboundParties =
    R"("sender":{"contact":{"id":"c1","identifierKey":"phonenumber",)"
    R"("identifierValue":"+15559876543","annotations":{"name":"Ada"}}},)"
    R"("receiver":{"connector":{"id":"n1","identifierValue":"+15551234567"}},)"
    R"("direction":"incoming","status":"delivered","createdAt":"2024-01-15T10:30:01.120Z")";

Event Inbound(std::string_view body, std::string_view event = "sms.inbound") {
  return EventOf(Channels(event, std::string(kInboundParties) + R"(,"body":)" + std::string(body)));
}

TEST(MessageBirdChannels, AnIncomingMessageIsInboundAlthoughItIsDelivered) {
  const Event event = Inbound(R"({"type":"text","text":{"text":"hi"}})");
  EXPECT_EQ(event.kind, EventKind::kMessage);
  EXPECT_EQ(event.direction, Direction::kInbound);
  EXPECT_EQ(event.channel, "sms");
  EXPECT_EQ(event.account, "ch1");
  EXPECT_EQ(event.from->address, "+15559876543");
  EXPECT_EQ(event.from->name, "Ada");
  EXPECT_EQ(event.to[0].address, "+15551234567");
  EXPECT_EQ(event.carrier_message_id, "p1");
  EXPECT_EQ(omni::FormatTime(event.occurred_at), "2024-01-15T10:30:01.120Z");
  EXPECT_EQ(event.message->type, MessageType::kText);
  EXPECT_EQ(event.message->text, "hi");
  EXPECT_THAT(event.metadata.entries(), ElementsAre(Metadata::Entry{"contactId", "c1"},
                                                    Metadata::Entry{"connectorId", "n1"}));
}

TEST(MessageBirdChannels, TheDirectionDecidesBeforeTheEventsName) {
  const auto kind = [](std::string_view event, std::string_view direction) {
    return EventOf(Channels(event, R"("status":"delivered")" + std::string(direction))).kind;
  };
  EXPECT_EQ(kind("sms.inbound", ""), EventKind::kMessage);
  EXPECT_EQ(kind("sms.outbound", ""), EventKind::kStatus);
  EXPECT_EQ(kind("sms.outbound", R"(,"direction":"incoming")"), EventKind::kMessage);
  EXPECT_EQ(kind("sms.inbound", R"(,"direction":"outgoing")"), EventKind::kStatus);
}

TEST(MessageBirdChannels, TheChannelStandsForAConnectorWithoutAddress) {
  const Event event = EventOf(Channels(
      "whatsapp.inbound",
      R"("sender":{"contact":{"identifierValue":"+15559876543"}},)"
      R"("receiver":{"connector":{"id":"n1","identifierValue":""}},"direction":"incoming")"));
  EXPECT_EQ(event.to[0].address, "ch1");
  EXPECT_EQ(event.conversation, "messagebird:ch1:+15559876543");
}

TEST(MessageBirdChannels, AKnownChannelStandsForItsAddress) {
  const NormalizeSettings settings = {
      .options = {.channel_addresses = {{"ch0", "+15550000000"}, {"ch1", "15551234567"}}}};
  const std::string_view contact =
      R"({"identifierKey":"phonenumber","identifierValue":"+15559876543"})";
  const auto read = [&](std::string_view event, const std::string& end) {
    return OnlyEvent(Normalize({.body = Channels(event, end)}, settings));
  };
  const Event status = read(
      "sms.outbound", R"("status":"sent","receiver":{"contacts":[)" + std::string(contact) + "]}");
  EXPECT_EQ(status.from->address, "+15551234567");
  EXPECT_EQ(status.account, "ch1");
  EXPECT_EQ(status.conversation, "messagebird:+15551234567:+15559876543");
  const Event message = read("sms.inbound", R"("sender":{"contact":)" + std::string(contact) + "}");
  EXPECT_EQ(message.conversation, status.conversation);
}

TEST(MessageBirdChannels, OnlyAPhoneNumberIsAPhoneNumber) {
  const auto from = [](std::string_view event, std::string_view contact) {
    return EventOf(Channels(event, R"("sender":{"contact":{)" + std::string(contact) + "}}"))
        .from->address;
  };
  EXPECT_EQ(from("facebook.inbound", R"("identifierValue":"104428374651234")"), "104428374651234");
  EXPECT_EQ(
      from("telegram.inbound", R"("identifierKey":"phonenumber","identifierValue":"15559876543")"),
      "+15559876543");
  EXPECT_EQ(from("whatsapp.inbound", R"("identifierValue":"15559876543")"), "+15559876543");
  EXPECT_EQ(from("email.inbound",
                 R"("identifierKey":"emailaddress","identifierValue":"ada@example.com")"),
            "ada@example.com");
}

TEST(MessageBirdChannels, ReadsImagesAndFiles) {
  const Event image = Inbound(
      R"({"type":"image","image":{"images":[{"mediaUrl":"https://h/a"},{"mediaUrl":"https://h/b"}],)"
      R"("text":"look"}})");
  EXPECT_EQ(image.message->type, MessageType::kImage);
  EXPECT_EQ(image.message->text, "look");
  ASSERT_THAT(image.message->media, SizeIs(2));
  EXPECT_EQ(image.message->media[1].url, "https://h/b");

  const Event audio = Inbound(
      R"({"type":"file","file":{"files":[{"mediaUrl":"https://h/a","contentType":"audio/ogg",)"
      R"("filename":"voice.bin"}]}})");
  EXPECT_EQ(audio.message->type, MessageType::kAudio);
  EXPECT_EQ(audio.message->media[0].mime_type, "audio/ogg");
  EXPECT_EQ(audio.message->media[0].filename, "voice.bin");
  EXPECT_EQ(
      Inbound(R"({"type":"file","file":{"files":[{"mediaUrl":"https://h/a","filename":"x.mp4"}]}})")
          .message->type,
      MessageType::kVideo);
  EXPECT_EQ(Inbound(R"({"type":"file","file":{"files":["https://h/a.pdf"]}})").message->type,
            MessageType::kDocument);
}

TEST(MessageBirdChannels, KeepsAListThatSaysMoreThanItsMedia) {
  const Event event =
      Inbound(R"({"type":"file","file":{"files":[{"mediaUrl":"https://h/a","pages":3},7]}})");
  EXPECT_THAT(event.message->media, SizeIs(1));
  EXPECT_EQ(event.metadata.Get("fileFiles"), R"([{"mediaUrl":"https://h/a","pages":3},7])");
}

TEST(MessageBirdChannels, ReadsATappedButton) {
  const Event event =
      Inbound(R"({"type":"text","text":{"text":"Thanks","actions":[{"type":"postback",)"
              R"("postback":{"text":"Thanks","payload":"thx"}}]}})");
  EXPECT_EQ(event.message->type, MessageType::kInteractive);
  EXPECT_EQ(event.message->interactive->kind, InteractiveKind::kQuickReply);
  EXPECT_EQ(event.message->interactive->id, "thx");
  EXPECT_EQ(event.message->text, "Thanks");
  const Event several = Inbound(
      R"({"type":"text","text":{"text":"Pick","actions":[{"type":"link"},{"type":"link"}]}})");
  EXPECT_EQ(several.message->type, MessageType::kText);
  EXPECT_EQ(several.metadata.Get("textActions"), R"([{"type":"link"},{"type":"link"}])");
}

TEST(MessageBirdChannels, ReadsALocationAndAReply) {
  const Event event =
      EventOf(Channels("whatsapp.inbound",
                       std::string(kInboundParties) +
                           R"(,"replyTo":{"id":"p0","type":"message"},"body":{"type":"location",)"
                           R"("location":{"coordinates":{"latitude":1.5,"longitude":2.5}}})"));
  EXPECT_EQ(event.message->type, MessageType::kLocation);
  EXPECT_EQ(event.message->location->longitude, 2.5);
  EXPECT_EQ(event.message->reply_to->message_id, "p0");
  EXPECT_EQ(event.metadata.Get("replyToType"), "message");
}

TEST(MessageBirdChannels, KeepsABodyThatItDoesNotKnow) {
  const Event event = Inbound(R"({"type":"carousel","carousel":{"cards":[1]}})");
  EXPECT_EQ(event.message->type, MessageType::kUnsupported);
  EXPECT_EQ(event.metadata.Get("carrierType"), "carousel");
  EXPECT_EQ(event.metadata.Get("bodyCarousel"), R"({"cards":[1]})");
}

// ---- states of outbound messages

Event Outbound(std::string_view more) {
  const auto result = NormalizeJson(
      Channels("sms.outbound", R"("receiver":{"contacts":[{"identifierKey":"phonenumber",)"
                               R"("identifierValue":"+15559876543"}]},"direction":"outgoing",)" +
                                   std::string(more)));
  EXPECT_THAT(result, IsOk());
  return result.ok() ? *result->events.front().event : Event();
}

TEST(MessageBirdChannels, AnOutgoingMessageIsAStatusOfItsRecipients) {
  const Event event = Outbound(R"("status":"sent","lastStatusAt":"2024-01-15T10:30:03.000Z")");
  EXPECT_EQ(event.kind, EventKind::kStatus);
  EXPECT_EQ(event.direction, Direction::kOutbound);
  EXPECT_EQ(event.status->value, StatusValue::kSent);
  EXPECT_EQ(event.from->address, "ch1");
  EXPECT_EQ(event.to[0].address, "+15559876543");
  EXPECT_EQ(omni::FormatTime(event.occurred_at), "2024-01-15T10:30:03.000Z");

  const std::string contacts = R"([{"identifierValue":"+15559876543","id":"a"},)"
                               R"({"identifierValue":"+15559876544","id":"b"}])";
  const Event several = EventOf(
      Channels("sms.outbound", R"("status":"sent","receiver":{"contacts":)" + contacts + "}"));
  ASSERT_THAT(several.to, SizeIs(2));
  EXPECT_EQ(several.to[1].address, "+15559876544");
  EXPECT_EQ(several.metadata.Get("contacts"), contacts);
}

TEST(MessageBirdChannels, TheSourcesCodeTellsMoreThanBirds) {
  struct Case {
    std::string_view failure;
    std::string_view code;
    ErrorClass error_class;
    bool retryable;
  };
  constexpr Case kCases[] = {
      {R"({"code":15005,"source":{"name":"s","code":"1"}})", "1", ErrorClass::kInvalidRecipient,
       false},
      {R"({"code":15001,"source":{"code":"34"}})", "34", ErrorClass::kCarrierFault, true},
      {R"({"code":15005,"source":{"code":"77"}})", "15005", ErrorClass::kInvalidRecipient, false},
      {R"({"code":15005})", "15005", ErrorClass::kInvalidRecipient, false},
      {R"({"code":15001})", "15001", ErrorClass::kCarrierFault, true},
      {R"({"code":15999})", "15999", ErrorClass::kCarrierFault, true},
      {R"({"code":12001})", "12001", ErrorClass::kCarrierFault, true},
      {R"({"code":12002})", "12002", ErrorClass::kContentRejected, false},
      {R"({"code":12003})", "12003", ErrorClass::kInvalidRecipient, false},
      {R"({"code":12500})", "12500", ErrorClass::kCarrierFault, true},
      {R"({"code":11001})", "11001", ErrorClass::kContentRejected, false},
      {R"({"code":14001})", "14001", ErrorClass::kContentRejected, false},
      {R"({"code":16001})", "16001", ErrorClass::kUnknown, false},
      {R"({"source":{"code":"77"}})", "77", ErrorClass::kUnknown, false},
  };
  for (const Case& c : kCases) {
    const Event event =
        Outbound(R"("status":"delivery_failed","failure":)" + std::string(c.failure));
    ASSERT_TRUE(event.status->error.has_value()) << c.failure;
    EXPECT_EQ(event.status->error->code, c.code) << c.failure;
    EXPECT_EQ(event.status->error->class_, c.error_class) << c.failure;
    EXPECT_EQ(event.status->error->retryable, c.retryable) << c.failure;
  }
}

TEST(MessageBirdChannels, TheDetailsTellWhereNoCodeDoes) {
  const Event event =
      Outbound(R"("status":"sending_failed","reason":"long story","details":"unknown_subscriber")");
  EXPECT_EQ(event.status->value, StatusValue::kFailed);
  EXPECT_EQ(event.status->error->message, "long story");
  EXPECT_EQ(event.status->error->class_, ErrorClass::kInvalidRecipient);
  EXPECT_EQ(event.metadata.Get("details"), "unknown_subscriber");
}

TEST(MessageBirdChannels, TheDetailsTellMoreThanTheGroupOfACode) {
  const Event event = Outbound(
      R"("status":"delivery_failed","details":"carrier_rejected","failure":{"code":14999})");
  EXPECT_EQ(event.status->error->code, "14999");
  EXPECT_EQ(event.status->error->class_, ErrorClass::kBlocked);
}

TEST(MessageBirdChannels, AnOptOutIsToldTwice) {
  const auto result = NormalizeJson(Channels(
      "sms.outbound", R"("status":"delivery_failed","failure":{"source":{"code":"103"}})"));
  ASSERT_THAT(result, IsOk());
  ASSERT_THAT(result->events, SizeIs(2));
  EXPECT_EQ(result->events[1].event->notice->type, "preference");
  EXPECT_EQ(result->events[1].event->account, "ch1");
}

// ---- interactions

std::string Interaction(std::string_view type) {
  return Channels("whatsapp.interaction",
                  R"("messageId":"m1","type":")" + std::string(type) +
                      R"(","receiver":{"contacts":[{"identifierValue":"+15559876543"}]},)"
                      R"("details":"d","createdAt":"2024-01-15T10:30:03.000Z")");
}

TEST(MessageBirdChannels, AnInteractionIsAStatusWithAKeyOfItsOwn) {
  for (std::string_view type : {"read", "opened", "clicked"}) {
    const auto result = NormalizeJson(Interaction(type));
    ASSERT_THAT(result, IsOk());
    ASSERT_THAT(result->events, SizeIs(1));
    EXPECT_EQ(result->events[0].identity, "p1");
    const Event& event = *result->events[0].event;
    EXPECT_EQ(event.status->value, StatusValue::kRead);
    EXPECT_EQ(event.status->carrier_value, type);
    EXPECT_EQ(event.carrier_message_id, "m1");
    EXPECT_EQ(event.to[0].address, "+15559876543");
    EXPECT_EQ(event.metadata.Get("details"), "d");
    EXPECT_EQ(event.metadata.Get("id"), "p1");
  }
}

TEST(MessageBirdChannels, AComplaintIsAPreference) {
  for (std::string_view type : {"reported-as-spam", "unsubscribe-request"}) {
    const Event event = EventOf(Interaction(type));
    EXPECT_EQ(event.notice->type, "preference") << type;
    EXPECT_EQ(event.notice->subject, "stop");
    EXPECT_EQ(event.from->address, "+15559876543");
    EXPECT_EQ(event.channel, "whatsapp");
  }
}

TEST(MessageBirdChannels, WhatIsNotUnderstoodIsANoticeWithEverythingInIt) {
  const std::string bodies[] = {
      Interaction("winked"),
      Channels("sms.outbound", R"("direction":"outgoing")"),
      Channels("sms.exploded", R"("status":"sent")"),
      Channels("balance", R"("status":"low")"),
      R"({"service":"numbers","event":"kyc.updated","payload":{"state":"ok"}})",
      R"({"service":"channels","event":"sms.inbound","payload":{"body":{}}})",
  };
  for (const std::string& body : bodies) {
    const Event event = EventOf(body);
    EXPECT_EQ(event.kind, EventKind::kNotice) << body;
    EXPECT_EQ(event.notice->type, "unknown") << body;
    EXPECT_EQ(event.notice->detail.text, body);
  }
  EXPECT_EQ(EventOf(bodies[4]).notice->subject, "kyc.updated");
}

}  // namespace
}  // namespace messagebird
}  // namespace omni::inline v0_1
