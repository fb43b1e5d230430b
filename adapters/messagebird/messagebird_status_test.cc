// Delivery states, of whichever product.

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

constexpr std::string_view kReport = "id=1&recipient=15559876543&status=";

Event Report(std::string_view more) {
  return EventOfQuery(std::string(kReport) + std::string(more));
}

// The first of the events: an opt-out tells two things.
InboundEvent FirstOf(const absl::StatusOr<InboundResult>& result) {
  EXPECT_THAT(result, IsOk());
  return result->events.front();
}

DeliveryError ErrorOf(std::string_view more) {
  const auto result = NormalizeQuery(std::string(kReport) + std::string(more));
  return FirstOf(result).event->status->error.value_or(DeliveryError{.code = "none"});
}

TEST(MessageBirdStatus, IsOfTheRecipientAndFromTheBusinessWhereItIsTold) {
  const Event event = Report("delivered&reference=r&statusDatetime=2024-01-15T10:30:03%2B00:00");
  EXPECT_EQ(event.kind, EventKind::kStatus);
  EXPECT_EQ(event.direction, Direction::kOutbound);
  EXPECT_EQ(event.channel, "sms");
  EXPECT_FALSE(event.from.has_value());
  EXPECT_EQ(event.to[0].address, "+15559876543");
  EXPECT_EQ(event.conversation, "messagebird::+15559876543");
  EXPECT_EQ(event.carrier_message_id, "1");
  EXPECT_EQ(omni::FormatTime(event.occurred_at), "2024-01-15T10:30:03.000Z");
  EXPECT_EQ(event.metadata.Get("reference"), "r");
  const Event seed = Report("delivered&originator=15551234567");
  EXPECT_EQ(seed.from->address, "+15551234567");
  EXPECT_EQ(seed.conversation, "messagebird:+15551234567:+15559876543");
}

TEST(MessageBirdStatus, EveryWordHasItsValue) {
  struct Case {
    std::string_view word;
    StatusValue value;
  };
  constexpr Case kCases[] = {
      {"scheduled", StatusValue::kScheduled},
      {"sent", StatusValue::kSent},
      {"buffered", StatusValue::kSent},
      {"delivered", StatusValue::kDelivered},
      {"expired", StatusValue::kExpired},
      {"delivery_failed", StatusValue::kFailed},
      {"accepted", StatusValue::kAccepted},
      {"pending", StatusValue::kQueued},
      {"pending_media", StatusValue::kQueued},
      {"transmitted", StatusValue::kSent},
      {"dispatched", StatusValue::kSent},
      {"read", StatusValue::kRead},
      {"deleted", StatusValue::kDeleted},
      {"rejected", StatusValue::kRejected},
      {"failed", StatusValue::kFailed},
      {"unsupported", StatusValue::kFailed},
      {"unknown", StatusValue::kUnknown},
      {"clicked", StatusValue::kRead},
      {"opened", StatusValue::kRead},
      {"bounce", StatusValue::kUndelivered},
      {"out_of_bounded", StatusValue::kUndelivered},
      {"delayed", StatusValue::kSending},
      {"sending_failed", StatusValue::kFailed},
      {"undelivered", StatusValue::kUndelivered},
      {"teleported", StatusValue::kUnknown},
      {"Delivered", StatusValue::kUnknown},
  };
  for (const Case& c : kCases) {
    const Event event = Report(c.word);
    EXPECT_EQ(event.status->value, c.value) << c.word;
    EXPECT_EQ(event.status->carrier_value, c.word);
    EXPECT_FALSE(event.status->error.has_value()) << c.word;
  }
}

TEST(MessageBirdStatus, WordsOfOneValueHaveKeysOfTheirOwn) {
  const auto identity = [](std::string_view word) {
    return FirstOf(NormalizeQuery(std::string(kReport) + std::string(word))).identity;
  };
  EXPECT_EQ(identity("sent"), "");  // the gateway's own: id, recipient, value
  EXPECT_EQ(identity("buffered"), "1:+15559876543:buffered");
  EXPECT_EQ(identity("transmitted"), "1:+15559876543:transmitted");
  EXPECT_EQ(identity("delivered"), "");
}

TEST(MessageBirdStatus, TheReferenceStandsInForTheId) {
  const auto result = NormalizeQuery("reference=r&recipient=15559876543&status=sent");
  EXPECT_EQ(FirstOf(result).event->carrier_message_id, "");
  EXPECT_EQ(FirstOf(result).identity, "r:+15559876543:sent");
}

TEST(MessageBirdStatus, KeepsWhatElseIsSaid) {
  const Event event = Report(
      "sent&mccmnc=031026&ported=0&price%5Bamount%5D=0.0080&price%5Bcurrency%5D=USD"
      "&messagePartCount=2&statusErrorCode=&statusReason=successfully+delivered");
  EXPECT_THAT(
      event.metadata.entries(),
      ElementsAre(Metadata::Entry{"mccmnc", "031026"}, Metadata::Entry{"messagePartCount", "2"},
                  Metadata::Entry{"ported", "0"}, Metadata::Entry{"priceAmount", "0.0080"},
                  Metadata::Entry{"priceCurrency", "USD"},
                  Metadata::Entry{"statusReason", "successfully delivered"}));
  EXPECT_EQ(event.status->value, StatusValue::kSent);
}

TEST(MessageBirdStatus, EveryCodeHasItsClass) {
  struct Case {
    std::string_view code;
    ErrorClass error_class;
    bool retryable;
  };
  constexpr Case kCases[] = {
      {"1", ErrorClass::kInvalidRecipient, false},  {"2", ErrorClass::kInvalidRecipient, false},
      {"3", ErrorClass::kInvalidRecipient, false},  {"5", ErrorClass::kInvalidRecipient, false},
      {"8", ErrorClass::kUnreachable, true},        {"9", ErrorClass::kInvalidRecipient, false},
      {"10", ErrorClass::kInvalidRecipient, false}, {"11", ErrorClass::kInvalidRecipient, false},
      {"12", ErrorClass::kInvalidRecipient, false}, {"26", ErrorClass::kUnreachable, true},
      {"27", ErrorClass::kUnreachable, true},       {"31", ErrorClass::kUnreachable, true},
      {"34", ErrorClass::kCarrierFault, true},      {"103", ErrorClass::kOptedOut, false},
      {"4", ErrorClass::kUnknown, false},           {"104", ErrorClass::kUnknown, false},
      {"x", ErrorClass::kUnknown, false},           {"1x", ErrorClass::kUnknown, false},
      {"99999999999", ErrorClass::kUnknown, false}};
  for (const Case& c : kCases) {
    const DeliveryError error = ErrorOf("delivery_failed&statusErrorCode=" + std::string(c.code));
    EXPECT_EQ(error.code, c.code);
    EXPECT_EQ(error.class_, c.error_class) << c.code;
    EXPECT_EQ(error.retryable, c.retryable) << c.code;
    EXPECT_EQ(error.message.empty(), c.error_class == ErrorClass::kUnknown) << c.code;
  }
}

TEST(MessageBirdStatus, AReasonTellsWhereTheCodeDoesNot) {
  struct Case {
    std::string_view reason;
    ErrorClass error_class;
    bool retryable;
  };
  constexpr Case kCases[] = {
      {"unknown subscriber", ErrorClass::kInvalidRecipient, false},
      {"Unknown Subscriber", ErrorClass::kInvalidRecipient, false},
      {"unavailable subscriber", ErrorClass::kUnreachable, true},
      {"system failure", ErrorClass::kCarrierFault, true},
      {"expired", ErrorClass::kUnreachable, true},
      {"incorrect number", ErrorClass::kInvalidRecipient, false},
      {"capacity exceeded", ErrorClass::kRateLimited, true},
      {"carrier rejected", ErrorClass::kBlocked, false},
      {"carrier violation", ErrorClass::kContentRejected, false},
      {"spam", ErrorClass::kSpam, false},
      {"insufficient balance", ErrorClass::kPayment, false},
      {"generic platform failure", ErrorClass::kCarrierFault, true},
      {"generic delivery failure", ErrorClass::kUnknown, false},
      {"DLR not received", ErrorClass::kUnknown, false},
      {"something new", ErrorClass::kUnknown, false},
  };
  for (const Case& c : kCases) {
    for (std::string_view code : {"", "0", "104"}) {
      std::string more = "delivery_failed&statusErrorCode=" + std::string(code) + "&statusReason=";
      for (char ch : c.reason) more += ch == ' ' ? '+' : ch;
      const DeliveryError error = ErrorOf(more);
      EXPECT_EQ(error.code, code);
      EXPECT_EQ(error.message, c.reason);
      EXPECT_EQ(error.class_, c.error_class) << c.reason;
      EXPECT_EQ(error.retryable, c.retryable) << c.reason;
    }
  }
  EXPECT_EQ(ErrorOf("delivery_failed&statusErrorCode=34&statusReason=unknown+subscriber").class_,
            ErrorClass::kCarrierFault);
}

TEST(MessageBirdStatus, AReasonAloneIsNoError) {
  for (std::string_view more :
       {"buffered&statusReason=pending+DLR", "sent&statusReason=unknown+subscriber",
        "delivered&statusErrorCode=0&statusReason=successfully+delivered", "delivery_failed"}) {
    EXPECT_EQ(ErrorOf(more).code, "none") << more;
  }
  // A code is one, whatever the state.
  EXPECT_EQ(ErrorOf("sent&statusErrorCode=27").code, "27");
}

TEST(MessageBirdStatus, AnOptOutIsToldTwice) {
  for (std::string_view more :
       {"delivery_failed&statusErrorCode=103", "delivery_failed&statusReason=opted+out",
        "spam_complaint", "list_unsubscribe"}) {
    SCOPED_TRACE(more);
    const auto result = NormalizeQuery(std::string(kReport) + std::string(more) +
                                       "&originator=15551234567"
                                       "&statusDatetime=2024-01-15T10:30:03Z");
    ASSERT_THAT(result, IsOk());
    ASSERT_THAT(result->events, SizeIs(2));
    EXPECT_EQ(result->events[0].event->kind, EventKind::kStatus);
    const Event& notice = *result->events[1].event;
    EXPECT_EQ(notice.kind, EventKind::kNotice);
    EXPECT_EQ(notice.notice->type, "preference");
    EXPECT_EQ(notice.notice->subject, "stop");
    EXPECT_EQ(notice.direction, Direction::kInbound);
    EXPECT_EQ(notice.from->address, "+15559876543");
    EXPECT_EQ(notice.to[0].address, "+15551234567");
    EXPECT_EQ(notice.channel, "sms");
    EXPECT_EQ(notice.conversation, result->events[0].event->conversation);
    EXPECT_EQ(notice.occurred_at, result->events[0].event->occurred_at);
    EXPECT_EQ(result->events[1].identity, "1:+15559876543:stop");
  }
}

TEST(MessageBirdStatus, ReadsAReportAsJsonToo) {
  const Event event = EventOf(
      R"({"id":"1","recipient":15559876543,"status":"delivery_failed","statusErrorCode":27,)"
      R"("statusReason":"absent","price":{"amount":0.008,"currency":"USD"}})");
  EXPECT_EQ(event.to[0].address, "+15559876543");
  EXPECT_EQ(event.status->error->code, "27");
  EXPECT_EQ(event.status->error->message, "absent");
  EXPECT_EQ(event.metadata.Get("priceAmount"), "0.008");
  EXPECT_EQ(event.metadata.Get("statusReason"), "");
}

}  // namespace
}  // namespace messagebird
}  // namespace omni::inline v0_1
