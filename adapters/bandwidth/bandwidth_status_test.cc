/// \file
/// Statuses, and what every error code comes to.

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "bandwidth_errors.h"
#include "bandwidth_test_requests.h"
#include "omni/codec.h"
#include "omni/event.h"

namespace omni::inline v0_1 {
namespace bandwidth {
namespace testing {
namespace {

TEST(StatusTest, EveryTypeHasAValueAndKeepsTheCarriersWord) {
  const std::pair<std::string_view, std::string_view> types[] = {
      {"message-sending", "sending"},     {"message-sent", "sent"},
      {"message-delivered", "delivered"}, {"message-read", "read"},
      {"message-failed", "failed"},
  };
  for (const auto& [type, value] : types) {
    const Event event = OnlyEvent(StatusOf(type, ""));
    ASSERT_EQ(event.kind, EventKind::kStatus) << type;
    EXPECT_EQ(event.direction, Direction::kOutbound);
    EXPECT_EQ(event.from->address, "+14045550123");
    EXPECT_EQ(event.to.front().address, "+12125550187");
    EXPECT_EQ(ToWord(event.status->value), value);
    EXPECT_EQ(event.status->carrier_value, type);
    EXPECT_EQ(event.status->error.has_value(), type == "message-failed");
  }
}

struct FailureCase {
  std::string_view members;
  std::string_view status;
};

TEST(StatusTest, AFailureIsToldAsWellAsItIsKnown) {
  constexpr FailureCase kCases[] = {
      {R"("errorCode":4720,"description":"rejected",)",
       R"({"value":"undelivered","carrierValue":"message-failed","error":{"code":"4720",)"
       R"("message":"rejected","class":"invalidRecipient","retryable":false}})"},
      {R"("errorCode":"5600",)",
       R"({"value":"failed","carrierValue":"message-failed","error":{"code":"5600",)"
       R"("message":"queue of the recipient's carrier is full","class":"carrierFault",)"
       R"("retryable":true}})"},
      {R"("errorCode":"E7","description":"odd",)",
       R"({"value":"failed","carrierValue":"message-failed","error":{"code":"E7",)"
       R"("message":"odd","class":"unknown","retryable":false}})"},
      {R"("description":"no code",)",
       R"({"value":"failed","carrierValue":"message-failed","error":{"message":"no code",)"
       R"("class":"unknown","retryable":false}})"},
  };
  for (const FailureCase& c : kCases) {
    EXPECT_EQ(Part(OnlyEvent(StatusOf("message-failed", c.members)), "status"), c.status);
  }
}

TEST(StatusTest, AnErrorCodeOfWhatHasNotFailedIsKept) {
  const Event event =
      OnlyEvent(StatusOf("message-delivered", R"("errorCode":0,"description":"ok",)"));
  EXPECT_FALSE(event.status->error);
  EXPECT_EQ(Part(event, "metadata"), R"({"errorCode":"0","description":"ok"})");
}

TEST(StatusTest, TheRecipientIsTheCallbacksOrElseTheOnlyOne) {
  const Event alone = OnlyEvent(
      R"({"type":"message-sent","message":{"id":"m1","from":"+14045550123","to":["+12125550187"]}})");
  EXPECT_EQ(alone.to.front().address, "+12125550187");
  const auto of_two = Normalize(
      R"({"type":"message-sent","message":{"id":"m1","from":"+14045550123","to":["+1","+2"]}})");
  EXPECT_FALSE(of_two.ok());
}

TEST(StatusTest, WithoutSenderHasNoConversation) {
  const Event event =
      OnlyEvent(R"({"type":"message-sent","to":"+12125550187","message":{"id":"m1"}})");
  EXPECT_EQ(event.kind, EventKind::kStatus);
  EXPECT_FALSE(event.from);
  EXPECT_EQ(event.conversation, "");
}

TEST(ErrorTest, EveryDocumentedCodeHasAMeaningOfItsOwn) {
  constexpr std::string_view kDocumented[] = {
      "4001", "4301", "4302", "4303", "4350", "4360", "4401", "4403", "4404", "4405", "4406",
      "4407", "4408", "4409", "4410", "4411", "4412", "4420", "4421", "4431", "4432", "4433",
      "4434", "4435", "4451", "4452", "4470", "4475", "4476", "4481", "4482", "4492", "4493",
      "4700", "4701", "4702", "4710", "4711", "4712", "4720", "4721", "4730", "4735", "4740",
      "4750", "4751", "4752", "4753", "4754", "4770", "4771", "4772", "4773", "4774", "4775",
      "4780", "4781", "4785", "4790", "4791", "4792", "4793", "4794", "4795", "5100", "5101",
      "5106", "5111", "5201", "5211", "5220", "5231", "5500", "5501", "5600", "5610", "5620",
      "5630", "5650", "5999", "9902", "9999"};
  for (std::string_view code : kDocumented) {
    const ErrorMeaning meaning = MeaningOf(code);
    EXPECT_EQ(std::to_string(meaning.code), code);
    EXPECT_NE(meaning.message, "") << code;
    EXPECT_EQ(meaning.error_class == ErrorClass::kUnknown, code.starts_with('9')) << code;
    EXPECT_EQ(meaning.value == StatusValue::kUnknown, code.starts_with('9')) << code;
    if (code.starts_with('5')) {
      EXPECT_TRUE(meaning.retryable) << code;
    }
  }
}

struct RangeCase {
  std::string_view code;
  StatusValue value;
  bool retryable;
};

TEST(ErrorTest, AnUnknownCodeHasWhatItsRangeTells) {
  constexpr RangeCase kCases[] = {
      {"4002", StatusValue::kFailed, false},        {"4499", StatusValue::kFailed, false},
      {"4703", StatusValue::kUndelivered, false},   {"4799", StatusValue::kUndelivered, false},
      {"4800", StatusValue::kFailed, false},        {"5000", StatusValue::kFailed, true},
      {"5699", StatusValue::kFailed, true},         {"6000", StatusValue::kFailed, false},
      {"9000", StatusValue::kUnknown, false},       {"9998", StatusValue::kUnknown, false},
      {"10000", StatusValue::kFailed, false},       {"0", StatusValue::kFailed, false},
      {"-4702", StatusValue::kFailed, false},       {"4702x", StatusValue::kFailed, false},
      {"99999999999", StatusValue::kFailed, false}, {"", StatusValue::kFailed, false},
  };
  for (const RangeCase& c : kCases) {
    const ErrorMeaning meaning = MeaningOf(c.code);
    EXPECT_EQ(meaning.value, c.value) << c.code;
    EXPECT_EQ(meaning.retryable, c.retryable) << c.code;
    EXPECT_EQ(meaning.error_class, ErrorClass::kUnknown) << c.code;
  }
}

}  // namespace
}  // namespace testing
}  // namespace bandwidth
}  // namespace omni::inline v0_1
