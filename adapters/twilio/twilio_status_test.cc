#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "omni/codec.h"
#include "omni/testing/status_matchers.h"
#include "twilio_test_util.h"

namespace omni::inline v0_1 {
namespace twilio {
namespace {

using ::omni::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kStatus =
    "MessageSid=SM1&AccountSid=AC1&From=%2B14155550199&To=%2B15185550142&MessageStatus=";

// The first event of a status callback: an opt-out is told once more.
Event Status(std::string_view more) {
  const auto result = NormalizeBody(std::string(kStatus) + std::string(more));
  EXPECT_THAT(result, IsOk());
  return result.ok() && !result->events.empty() ? *result->events.front().event : Event();
}

TEST(TwilioStatus, KnowsEveryWord) {
  for (std::string_view word : {"accepted", "scheduled", "queued", "sending", "sent", "delivered",
                                "read", "undelivered", "failed", "canceled"}) {
    const Event event = Status(word);
    EXPECT_EQ(event.kind, EventKind::kStatus);
    EXPECT_EQ(ToWord(event.status->value), word);
    EXPECT_EQ(event.status->carrier_value, word);
  }
}

TEST(TwilioStatus, KeepsAWordThatItDoesNotKnow) {
  for (std::string_view word : {"partially_delivered", "Received", "Sent", ""}) {
    const Event event = Status(word);
    EXPECT_EQ(event.status->value, StatusValue::kUnknown);
    EXPECT_EQ(event.status->carrier_value, word);
  }
}

TEST(TwilioStatus, IgnoresHowFarAnInboundMessageIs) {
  for (std::string_view word : {"receiving", "received"}) {
    const auto result = NormalizeBody(std::string(kStatus) + std::string(word));
    ASSERT_THAT(result, IsOk());
    EXPECT_THAT(result->events, IsEmpty());
    EXPECT_THAT(result->ignored, ElementsAre("reception_report"));
    EXPECT_EQ(result->ack.status, 200);
    EXPECT_EQ(result->ack.headers.Find("Content-Type"), "text/xml");
  }
}

TEST(TwilioStatus, TakesTheFormerNamesWhereTheyStandAlone) {
  for (std::string_view id : {"MessageSid=SM1", "SmsSid=SM1", "MessageSid=SM1&SmsSid=SM1"}) {
    const Event event = EventOf(std::string(id) +
                                "&AccountSid=AC1&From=%2B14155550199&To=%2B15185550142"
                                "&SmsStatus=undelivered&ErrorCode=30003");
    ASSERT_EQ(event.kind, EventKind::kStatus) << id;
    EXPECT_EQ(event.carrier_message_id, "SM1");
    EXPECT_EQ(event.direction, Direction::kOutbound);
    EXPECT_EQ(event.conversation, "twilio:+14155550199:+15185550142");
    EXPECT_EQ(event.status->value, StatusValue::kUndelivered);
    EXPECT_EQ(event.status->carrier_value, "undelivered");
    EXPECT_EQ(event.status->error->code, "30003");
    EXPECT_THAT(event.metadata.entries(), IsEmpty());
  }
  EXPECT_EQ(Status("sent&SmsStatus=delivered").status->carrier_value, "sent");
}

TEST(TwilioStatus, GoesFromTheBusinessToTheRecipient) {
  const Event event = Status("sent");
  EXPECT_EQ(event.direction, Direction::kOutbound);
  EXPECT_EQ(event.from->address, "+14155550199");
  EXPECT_EQ(event.to[0].address, "+15185550142");
  EXPECT_EQ(event.conversation, "twilio:+14155550199:+15185550142");
  EXPECT_EQ(event.carrier_message_id, "SM1");
  EXPECT_THAT(event.metadata.entries(), IsEmpty());
}

TEST(TwilioStatus, LetsTheMessagingServiceStandForASenderThatIsNotChosenYet) {
  const Event event = EventOf(
      "MessageSid=SM1&AccountSid=AC1&To=%2B15185550142&MessageStatus=queued"
      "&MessagingServiceSid=MG1");
  EXPECT_EQ(event.from->address, "MG1");
  EXPECT_EQ(event.conversation, "twilio:MG1:+15185550142");
  EXPECT_EQ(event.metadata.Get("messagingServiceSid"), "MG1");
  const Event bare = EventOf("MessageSid=SM1&AccountSid=AC1&MessageStatus=queued");
  EXPECT_EQ(bare.from->address, "AC1");
  EXPECT_THAT(bare.to, IsEmpty());
  EXPECT_EQ(bare.conversation, "");
}

TEST(TwilioStatus, TakesTheChannelFromChannelPrefixOrTheAddresses) {
  EXPECT_EQ(Status("sent&ChannelPrefix=rcs").channel, "rcs");
  EXPECT_EQ(Status("sent").channel, "sms");
  const Event odd = Status("sent&ChannelPrefix=a:b");
  EXPECT_EQ(odd.channel, "sms");
  EXPECT_EQ(odd.metadata.Get("channelPrefix"), "a:b");
  EXPECT_EQ(EventOf("MessageSid=SM1&AccountSid=AC1&MessageStatus=sent&To=whatsapp:%2B5511955550177")
                .channel,
            "whatsapp");
}

TEST(TwilioStatus, HasNoErrorWithoutACode) {
  EXPECT_FALSE(Status("failed").status->error.has_value());
  EXPECT_FALSE(Status("failed&ErrorCode=").status->error.has_value());
  EXPECT_FALSE(Status("delivered&ErrorCode=0").status->error.has_value());
  EXPECT_EQ(Status("failed&ErrorMessage=odd").metadata.Get("errorMessage"), "odd");
}

TEST(TwilioStatus, PrefersTwiliosWordsToItsOwn) {
  const auto message = [](std::string_view more) {
    return Status("failed&ErrorCode=30007" + std::string(more)).status->error->message;
  };
  EXPECT_EQ(message(""), "filtered as spam");
  EXPECT_EQ(message("&ErrorMessage=a"), "a");
  EXPECT_EQ(message("&ChannelStatusMessage=b"), "b");
  EXPECT_EQ(message("&ErrorMessage=a&ChannelStatusMessage=b"), "a");
  EXPECT_EQ(Status("failed&ErrorCode=1&ErrorMessage=a&ChannelStatusMessage=b")
                .metadata.Get("channelStatusMessage"),
            "b");
}

TEST(TwilioStatus, AnOptOutIsToldTwice) {
  const auto result = Normalize(
      {.presented = {.body = std::string(kStatus) + "failed&ErrorCode=21610"}, .keep_raw = true});
  ASSERT_THAT(result, IsOk());
  ASSERT_THAT(result->events, SizeIs(2));
  EXPECT_EQ(result->events[0].event->kind, EventKind::kStatus);
  const Event& notice = *result->events[1].event;
  EXPECT_EQ(notice.kind, EventKind::kNotice);
  EXPECT_EQ(notice.notice->type, "preference");
  EXPECT_EQ(notice.notice->subject, "stop");
  EXPECT_EQ(notice.notice->detail.text,
            R"({"AccountSid":"AC1","ErrorCode":"21610","From":"+14155550199","MessageSid":"SM1",)"
            R"("MessageStatus":"failed","To":"+15185550142"})");
  EXPECT_EQ(notice.raw, notice.notice->detail);
  EXPECT_EQ(notice.direction, Direction::kInbound);
  EXPECT_EQ(notice.from->address, "+15185550142");
  EXPECT_EQ(notice.to[0].address, "+14155550199");
  EXPECT_EQ(notice.channel, "sms");
  EXPECT_EQ(notice.account, "AC1");
  EXPECT_EQ(notice.carrier_message_id, "SM1");
  EXPECT_EQ(notice.conversation, "twilio:+14155550199:+15185550142");
  EXPECT_EQ(result->events[1].identity, "SM1:+15185550142:stop");
}

TEST(TwilioStatus, GivesAnUnknownCodeTheClassUnknown) {
  for (std::string_view code : {"29999", "30003x", "99999999999999999999", "-30003", "x"}) {
    const DeliveryError error = *Status("failed&ErrorCode=" + std::string(code)).status->error;
    EXPECT_EQ(error.code, code);
    EXPECT_EQ(error.class_, ErrorClass::kUnknown);
    EXPECT_FALSE(error.retryable);
    EXPECT_EQ(error.message, "");
  }
}

struct CodeCase {
  int code;
  ErrorClass error_class;
  bool retryable;
};

TEST(TwilioStatus, ClassesEveryDocumentedCode) {
  using enum ErrorClass;
  constexpr CodeCase kCases[] = {
      {20003, kAuthentication, false},
      {20429, kRateLimited, true},
      {20500, kCarrierFault, true},
      {21211, kInvalidRecipient, false},
      {21217, kInvalidRecipient, false},
      {21408, kAuthentication, false},
      {21603, kAuthentication, false},
      {21606, kAuthentication, false},
      {21610, kOptedOut, false},
      {21611, kRateLimited, true},
      {21612, kUnreachable, false},
      {21614, kInvalidRecipient, false},
      {21617, kContentRejected, false},
      {21620, kContentRejected, false},
      {21623, kContentRejected, false},
      {21654, kContentRejected, false},
      {21655, kContentRejected, false},
      {21656, kContentRejected, false},
      {21659, kAuthentication, false},
      {21703, kAuthentication, false},
      {21704, kAuthentication, false},
      {30001, kRateLimited, true},
      {30002, kAuthentication, false},
      {30003, kUnreachable, true},
      {30004, kBlocked, false},
      {30005, kInvalidRecipient, false},
      {30006, kInvalidRecipient, false},
      {30007, kSpam, false},
      {30008, kUnknown, true},
      {30009, kCarrierFault, false},
      {30010, kPayment, false},
      {30011, kUnreachable, false},
      {30012, kContentRejected, false},
      {30013, kContentRejected, false},
      {30014, kInvalidRecipient, false},
      {30015, kInvalidRecipient, false},
      {30016, kContentRejected, false},
      {30017, kCarrierFault, true},
      {30018, kAuthentication, false},
      {30019, kContentRejected, false},
      {30022, kRateLimited, true},
      {30023, kRateLimited, true},
      {30024, kAuthentication, false},
      {30027, kRateLimited, true},
      {30032, kAuthentication, false},
      {30034, kAuthentication, false},
      {30036, kRateLimited, false},
      {30410, kCarrierFault, true},
      {63001, kAuthentication, false},
      {63002, kAuthentication, false},
      {63003, kInvalidRecipient, false},
      {63005, kContentRejected, false},
      {63006, kContentRejected, false},
      {63007, kAuthentication, false},
      {63009, kCarrierFault, true},
      {63010, kCarrierFault, true},
      {63012, kCarrierFault, true},
      {63013, kContentRejected, false},
      {63014, kBlocked, false},
      {63015, kUnreachable, false},
      {63016, kWindowClosed, false},
      {63017, kRateLimited, true},
      {63018, kRateLimited, true},
      {63019, kContentRejected, false},
      {63021, kContentRejected, false},
      {63024, kInvalidRecipient, false},
      {63026, kSpam, false},
      {63027, kContentRejected, false},
      {63028, kContentRejected, false},
      {63029, kContentRejected, false},
      {63032, kBlocked, false},
      {63033, kBlocked, false},
      {63034, kContentRejected, false},
      {63035, kAuthentication, false},
      {63036, kUnreachable, false},
      {63037, kContentRejected, false},
      {63038, kRateLimited, true},
      {63040, kContentRejected, false},
      {63041, kContentRejected, false},
      {63049, kBlocked, false},
      {63051, kBlocked, false},
  };
  for (const CodeCase& c : kCases) {
    const std::string code = std::to_string(c.code);
    const DeliveryError error = *Status("failed&ErrorCode=" + code).status->error;
    EXPECT_EQ(error.code, code);
    EXPECT_EQ(error.class_, c.error_class) << code;
    EXPECT_EQ(error.retryable, c.retryable) << code;
    EXPECT_NE(error.message, "") << code;
  }
}

}  // namespace
}  // namespace twilio
}  // namespace omni::inline v0_1
