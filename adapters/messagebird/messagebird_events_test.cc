// Bird's newest events.

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

Event Newest(std::string_view type, std::string_view data) {
  const auto result =
      NormalizeJson(R"({"type":")" + std::string(type) +
                    R"(","timestamp":"2024-01-15T10:30:01Z","data":{)" + std::string(data) + "}}");
  EXPECT_THAT(result, IsOk());
  return result.ok() ? *result->events.front().event : Event();
}

TEST(MessageBirdEvents, ReadsAMessage) {
  const Event event = Newest(
      "sms.received", R"("sms_id":"s1","workspace_id":"w1","to":"+15551234567",)"
                      R"("from":"+15559876543","text":"Stop","tags":null,"mcc_mnc":"310260")");
  EXPECT_EQ(event.kind, EventKind::kMessage);
  EXPECT_EQ(event.channel, "sms");
  EXPECT_EQ(event.account, "w1");
  EXPECT_EQ(event.from->address, "+15559876543");
  EXPECT_EQ(event.to[0].address, "+15551234567");
  EXPECT_EQ(event.carrier_message_id, "s1");
  EXPECT_EQ(omni::FormatTime(event.occurred_at), "2024-01-15T10:30:01.000Z");
  EXPECT_EQ(event.message->keyword, Keyword::kStop);
  EXPECT_THAT(event.metadata.entries(), ElementsAre(Metadata::Entry{"mccMnc", "310260"}));
}

TEST(MessageBirdEvents, ReadsStatuses) {
  struct Case {
    std::string_view type;
    StatusValue value;
  };
  constexpr Case kCases[] = {
      {"sms.accepted", StatusValue::kAccepted},   {"sms.sent", StatusValue::kSent},
      {"sms.delivered", StatusValue::kDelivered}, {"sms.undelivered", StatusValue::kUndelivered},
      {"sms.failed", StatusValue::kFailed},       {"sms.rejected", StatusValue::kRejected},
      {"sms.expired", StatusValue::kExpired},     {"email.delivered", StatusValue::kDelivered},
  };
  for (const Case& c : kCases) {
    const Event event = Newest(c.type, R"("sms_id":"s1","email_id":"s1","to":"+15559876543",)"
                                       R"("from":"+15551234567")");
    EXPECT_EQ(event.kind, EventKind::kStatus) << c.type;
    EXPECT_EQ(event.status->value, c.value) << c.type;
    EXPECT_EQ(event.from->address, "+15551234567");
    EXPECT_EQ(event.to[0].address, "+15559876543");
    EXPECT_EQ(event.carrier_message_id, "s1");
  }
}

TEST(MessageBirdEvents, EveryErrorWordHasItsClass) {
  struct Case {
    std::string_view code;
    ErrorClass error_class;
    bool retryable;
  };
  constexpr Case kCases[] = {
      {"invalid_destination", ErrorClass::kInvalidRecipient, false},
      {"unreachable", ErrorClass::kUnreachable, true},
      {"blocked_by_carrier", ErrorClass::kBlocked, false},
      {"blocked_by_recipient", ErrorClass::kBlocked, false},
      {"landline_unreachable", ErrorClass::kInvalidRecipient, false},
      {"content_rejected", ErrorClass::kContentRejected, false},
      {"sender_unregistered", ErrorClass::kAuthentication, false},
      {"recipient_opted_out", ErrorClass::kOptedOut, false},
      {"provider_unavailable", ErrorClass::kCarrierFault, true},
      {"insufficient_balance", ErrorClass::kPayment, false},
      {"unknown", ErrorClass::kUnknown, false},
      {"brand_new", ErrorClass::kUnknown, false},
      {"1", ErrorClass::kUnknown, false},
  };
  for (const Case& c : kCases) {
    const Event event =
        Newest("sms.failed", R"("sms_id":"s1","to":"+15559876543","error":{"code":")" +
                                 std::string(c.code) + R"(","carrier_error_code":"77"})");
    EXPECT_EQ(event.status->error->code, c.code);
    EXPECT_EQ(event.status->error->class_, c.error_class) << c.code;
    EXPECT_EQ(event.status->error->retryable, c.retryable) << c.code;
    EXPECT_EQ(event.metadata.Get("errorCarrierErrorCode"), "77");
  }
}

TEST(MessageBirdEvents, WhatIsNotUnderstoodIsAnUnknownNotice) {
  for (std::string_view type : {"sms.teleported", "sms", "sms.", "invoice.paid"}) {
    const Event event = Newest(type, R"("sms_id":"s1","to":"x","workspace_id":"w1")");
    EXPECT_EQ(event.notice->type, "unknown") << type;
    EXPECT_EQ(event.notice->subject, type);
    EXPECT_EQ(event.account, "w1");
  }
  EXPECT_EQ(Newest("sms.received", R"("sms_id":"s1","to":"x")").notice->type, "unknown");
  EXPECT_EQ(Newest("sms.sent", R"("to":"x")").notice->type, "unknown");
  EXPECT_EQ(Newest("sms.sent", R"("sms_id":"s1")").notice->type, "unknown");
}

TEST(MessageBirdEvents, WhatIsNotUnderstoodHasItsTimeAllTheSame) {
  const auto time = [](std::string_view timestamp) {
    return EventOf(R"({"type":"sms.teleported","data":{},"timestamp":")" + std::string(timestamp) +
                   "\"}")
        .occurred_at;
  };
  EXPECT_EQ(time("2024-01-15T10:30:03Z"), absl::FromUnixSeconds(1705314603));
  EXPECT_EQ(time("noon"), absl::InfinitePast());
}

TEST(MessageBirdEvents, TheWebhooksIdIsTheKeyOnlyWhereItIsSigned) {
  const std::string body =
      R"({"type":"sms.sent","data":{"sms_id":"s1","to":"+15559876543","from":"51234"}})";
  const auto key = [&body](const HttpHeaders& more) {
    Presented presented = {.body = body};
    for (const auto& [name, value] : more) presented.headers.Add(name, value);
    const auto result = Normalize(presented);
    EXPECT_THAT(result, IsOk());
    return result->events.front().identity;
  };
  EXPECT_EQ(key({{"webhook-id", "w1"}, {"webhook-signature", "v1,x"}}), "w1");
  EXPECT_EQ(key({{"webhook-id", "w1"}}), "");
  EXPECT_EQ(key({{"webhook-id", "w1"},
                 {"webhook-signature", "v1,x"},
                 {"MessageBird-Signature-JWT", "a.b.c"}}),
            "");
}

}  // namespace
}  // namespace messagebird
}  // namespace omni::inline v0_1
