/// \file
/// Statuses and the meaning of error codes.

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "omni/event.h"
#include "whatsapp_test_requests.h"

namespace omni::inline v0_1 {
namespace whatsapp::testing {
namespace {

/// The event of one status; `members` come after its id.
Event Status(std::string_view members) {
  return OnlyEvent(MessagesChange(R"("statuses":[{"id":"wamid.1",)" + std::string(members) + "}]"));
}

Event Failed(std::string_view code) {
  return Status(R"("status":"failed","recipient_id":"447700900123","errors":[{"code":)" +
                std::string(code) + R"(,"title":"why"}])");
}

TEST(StatusTest, MapsEveryWordAndKeepsTheCarriersOwn) {
  const std::pair<std::string_view, StatusValue> words[] = {
      {"sent", StatusValue::kSent},     {"delivered", StatusValue::kDelivered},
      {"read", StatusValue::kRead},     {"played", StatusValue::kRead},
      {"failed", StatusValue::kFailed}, {"deleted", StatusValue::kDeleted},
      {"held", StatusValue::kUnknown},  {"", StatusValue::kUnknown},
  };
  for (const auto& [word, value] : words) {
    const Event event = Status("\"status\":\"" + std::string(word) + "\"");
    ASSERT_TRUE(event.status.has_value());
    EXPECT_EQ(event.status->value, value) << word;
    EXPECT_EQ(event.status->carrier_value, word);
    EXPECT_EQ(event.direction, Direction::kOutbound);
  }
}

TEST(StatusTest, PlayedIsNoRepetitionOfRead) {
  const auto result = Normalize(MessagesChange(
      R"("statuses":[{"id":"wamid.1","status":"read","recipient_id":"447700900123"},)"
      R"({"id":"wamid.1","status":"played","recipient_id":"447700900123"},)"
      R"({"status":"played","recipient_id":"447700900123"}])"));
  ASSERT_TRUE(result.ok());
  ASSERT_EQ(result->events.size(), 3U);
  EXPECT_EQ(result->events[0].identity, "");
  EXPECT_EQ(result->events[1].identity, "wamid.1:+447700900123:played");
  EXPECT_EQ(result->events[2].identity, "");
}

TEST(StatusTest, NamesTheRecipientByWhatTheCarrierTells) {
  struct Case {
    std::string_view members, to, conversation, group;
  };
  const Case cases[] = {
      {R"("recipient_id":"447700900123")",
       R"([{"address":"+447700900123","name":"Priya","carrierId":"447700900123"}])",
       "whatsapp:+15550142277:+447700900123", ""},
      {R"("recipient_user_id":"GB.7392")", R"([{"address":"GB.7392","name":"Priya"}])",
       "whatsapp:+15550142277:GB.7392", ""},
      {R"("recipient_type":"group","recipient_id":"Z3Jv","participant_recipient_id":"447700900123")",
       R"([{"address":"+447700900123","name":"Priya","carrierId":"447700900123"}])",
       "whatsapp:+15550142277:Z3Jv", "Z3Jv"},
      {R"("recipient_type":"group","recipient_id":"Z3Jv","recipient_participant_user_id":"GB.7392")",
       R"([{"address":"GB.7392","name":"Priya"}])", "whatsapp:+15550142277:Z3Jv", "Z3Jv"},
      {R"("recipient_type":"group","recipient_id":"Z3Jv")", R"([{"address":"Z3Jv"}])",
       "whatsapp:+15550142277:Z3Jv", "Z3Jv"},
  };
  for (const Case& expected : cases) {
    SCOPED_TRACE(expected.members);
    const Event event = Status(expected.members);
    EXPECT_EQ(Part(event, "to"), expected.to);
    EXPECT_EQ(event.conversation, expected.conversation);
    EXPECT_EQ(event.metadata.Get("groupId"), expected.group);
    EXPECT_EQ(Part(event, "from"), R"({"address":"+15550142277","carrierId":"731905528846017"})");
  }
}

TEST(StatusTest, TakesTheParentIdUnderBothItsNames) {
  for (std::string_view name : {"recipient_parent_user_id", "parent_recipient_user_id"}) {
    const Event event = Status("\"" + std::string(name) + R"(":"GB.ENT.1")");
    EXPECT_EQ(event.metadata.Get("parentUserId"), "GB.ENT.1");
  }
}

TEST(StatusTest, KeepsPricingConversationAndWhatIsNew) {
  const Event event = Status(
      R"("status":"sent","recipient_identity_key_hash":"h=","type":"message",)"
      R"("conversation":{"id":"c","expiration_timestamp":1791100860,"origin":{"type":"service",)"
      R"("via":"ad"},"depth":2},"pricing":{"pricing_model":"CBP","billable":true,)"
      R"("category":"service","tier":3},"payment":{"amount":5},"biz_opaque_callback_data":"x")");
  EXPECT_EQ(Part(event, "metadata"),
            R"({"phoneNumberId":"731905528846017","identityKeyHash":"h=","pricingModel":"CBP",)"
            R"("pricingCategory":"service","billable":"true","pricingTier":"3",)"
            R"("conversationId":"c","conversationOrigin":"service",)"
            R"("conversationExpiresAt":"2026-10-04T08:01:00.000Z","conversationOriginVia":"ad",)"
            R"("conversationDepth":"2","bizOpaqueCallbackData":"x","type":"message",)"
            R"("payment":"{\"amount\":5}"})");
}

TEST(StatusTest, KeepsEveryError) {
  const Event event = Status(
      R"("status":"failed","errors":[{"code":"131026","title":"Undeliverable","message":)"
      R"("Message undeliverable","error_data":{"details":"why","hint":"h"},"is_transient":false},)"
      R"({"code":1}])");
  EXPECT_EQ(Part(event, "status"),
            R"({"value":"failed","carrierValue":"failed","error":{"code":"131026","message":)"
            R"("Message undeliverable","class":"unreachable","retryable":false}})");
  EXPECT_EQ(event.metadata.Get("errorTitle"), "Undeliverable");
  EXPECT_EQ(event.metadata.Get("errorDetails"), "why");
  EXPECT_EQ(event.metadata.Get("errorHint"), "h");
  EXPECT_EQ(event.metadata.Get("errorIsTransient"), "false");
  EXPECT_TRUE(event.metadata.Get("errors").ends_with(R"({"code":1}])"));
}

TEST(StatusTest, AnErrorWithoutAUsableCodeIsOfUnknownClass) {
  for (std::string_view code : {"\"\"", "\"abc\"", "131026.5", "\"131026x\"", "null", "[]",
                                "99999999999999999999", "424242"}) {
    const Event event = Failed(code);
    ASSERT_TRUE(event.status->error.has_value()) << code;
    EXPECT_EQ(event.status->error->class_, ErrorClass::kUnknown) << code;
    EXPECT_FALSE(event.status->error->retryable) << code;
    EXPECT_EQ(event.status->error->message, "why");
  }
}

TEST(StatusTest, EveryDocumentedCodeHasItsClass) {
  struct Row {
    ErrorClass error_class;
    bool retryable;
    std::vector<int> codes;
  };
  const Row rows[] = {
      {ErrorClass::kAuthentication,
       false,
       {0, 190, 3, 10, 200, 201, 250, 299, 33, 131005, 131037, 131045, 133000, 133005, 133010,
        133015}},
      {ErrorClass::kBlocked, false, {368, 130497, 131031, 130472}},
      {ErrorClass::kPayment, false, {131042}},
      {ErrorClass::kRateLimited, true, {4, 80007, 130429, 131056, 133016, 131064, 132069}},
      {ErrorClass::kRateLimited, false, {131049}},
      {ErrorClass::kSpam, true, {131048}},
      {ErrorClass::kCarrierFault, true, {1, 2, 131000, 131016, 133004, 131057}},
      {ErrorClass::kUnreachable, false, {131026}},
      {ErrorClass::kInvalidRecipient,
       false,
       {131030, 131021, 137000, 131062, 131020, 131041, 131200, 131299, 147001, 147005}},
      {ErrorClass::kOptedOut, false, {131050}},
      {ErrorClass::kWindowClosed, false, {131047}},
      {ErrorClass::kContentRejected, true, {131053}},
      {ErrorClass::kContentRejected, false, {100,    131008, 131009, 131051, 131052, 131055, 131063,
                                             135000, 132000, 132001, 132005, 132007, 132012, 132015,
                                             132016, 132018, 132068, 134100, 134101, 134102}},
      {ErrorClass::kUnknown, false, {5, 199, 300, 131199, 131300, 147006}},
  };
  for (const Row& row : rows) {
    for (int code : row.codes) {
      const Event event = Failed(std::to_string(code));
      EXPECT_EQ(event.status->error->class_, row.error_class) << code;
      EXPECT_EQ(event.status->error->retryable, row.retryable) << code;
      EXPECT_EQ(event.status->error->code, std::to_string(code));
    }
  }
}

}  // namespace
}  // namespace whatsapp::testing
}  // namespace omni::inline v0_1
