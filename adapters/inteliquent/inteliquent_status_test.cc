/// \file
/// Receipts: the words, the text that hides them, and which side is the recipient.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "inteliquent_receipt.h"
#include "inteliquent_test_requests.h"
#include "omni/codec.h"
#include "omni/event.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace inteliquent {
namespace testing {
namespace {

using ::omni::testing::IsOk;

struct WordCase {
  std::string_view word;
  std::string_view value;
  std::string_view error = "";  ///< of a status with the code 017
};
constexpr std::string_view kUnreachable = R"({"code":"017","class":"unreachable"})";
constexpr std::string_view kLater = R"({"code":"017","class":"unreachable","retryable":true})";
constexpr std::string_view kBlocked = R"({"code":"017","class":"blocked"})";
constexpr std::string_view kPlain = R"({"code":"017","class":"unknown"})";
constexpr WordCase kWords[] = {
    {"pending", "queued", kPlain},
    {"SCHEDULED", "scheduled", kPlain},
    {"ENROUTE", "sending", kPlain},
    {"ACCEPTD", "sent", kPlain},
    {"ACCEPTED", "sent", kPlain},
    {"sent", "sent", kPlain},
    {"DELIVRD", "delivered"},
    {"Delivered", "delivered"},
    {"UNDELIV", "undelivered", kUnreachable},
    {"UNDELIVERED", "undelivered", kUnreachable},
    {"UNDELIVERABLE", "undelivered", kUnreachable},
    {"expired", "expired", kLater},
    {"REJECTD", "rejected", kBlocked},
    {"rejected", "rejected", kBlocked},
    {"failed", "failed", kPlain},
    {"DELETED", "failed", kPlain},
    {"SKIPPED", "failed", kPlain},
    {"UNKNOWN", "unknown", kPlain},
    {"bounced", "unknown", kPlain},
};

TEST(WordTest, MeansTheSameInBothShapes) {
  for (const WordCase& c : kWords) {
    SCOPED_TRACE(c.word);
    const std::string word(c.word);
    for (const std::string& body :
         {Receipt(R"("status":")" + word + R"(","errorCode":"017")"),
          NativeReceipt(R"("text":"id:1 stat:)" + word + R"( err:017 text:")")}) {
      const Event event = OnlyEvent(body);
      ASSERT_EQ(event.kind, EventKind::kStatus);
      EXPECT_EQ(event.direction, Direction::kOutbound);
      EXPECT_EQ(ToWord(event.status->value), c.value);
      EXPECT_EQ(event.status->carrier_value, c.word);
      EXPECT_EQ(event.status->error.has_value(), !c.error.empty());
      if (event.status->error) {
        EXPECT_EQ(event.status->error->code, "017");
        EXPECT_EQ(event.status->error->class_ == ErrorClass::kUnknown, c.error == kPlain);
        EXPECT_EQ(event.status->error->class_ == ErrorClass::kBlocked, c.error == kBlocked);
        EXPECT_EQ(event.status->error->retryable, c.error == kLater);
      } else {
        EXPECT_EQ(event.metadata.Get("errorCode"), "017");
      }
    }
  }
}

TEST(ErrorTest, IsOneOnlyWhereSomethingWentWrong) {
  EXPECT_FALSE(OnlyEvent(Receipt(R"("errorCode":"000","status":"sent")")).status->error);
  EXPECT_FALSE(OnlyEvent(Receipt(R"("errorMessage":"ok")")).status->error);
  const Event failed = OnlyEvent(Receipt(R"("status":"failed")"));
  ASSERT_TRUE(failed.status->error);
  EXPECT_EQ(failed.status->error->code, "");
  const Event number = OnlyEvent(Receipt(R"("status":"failed","errorCode":30008)"));
  EXPECT_EQ(number.status->error->code, "30008");
  EXPECT_EQ(number.status->error->class_, ErrorClass::kUnknown);
}

struct TextCase {
  std::string_view text;
  std::string_view stat;
  std::string_view err = "";
};

TEST(ReceiptTextTest, TakesTheFirstOfEachBeforeTheUsersWords) {
  constexpr TextCase kCases[] = {
      {"", ""},
      {"stat:", ""},
      {"stat:DELIVRD", "DELIVRD"},
      {"STAT:delivrd ERR:034", "delivrd", "034"},
      {"err:1 stat:UNDELIV", "UNDELIV", "1"},
      {"stat:UNDELIV stat:DELIVRD err:1 err:2", "UNDELIV", "1"},
      {"stat:UNDELIV,err:00A;", "UNDELIV", "00A"},
      {"id:1 text:stat:DELIVRD err:000", ""},
      {"id:1 Text: stat:DELIVRD", ""},
      {"err:034 TEXT:x err:000 stat:DELIVRD", "", "034"},
      {"id:1 context:x stat:EXPIRED", "EXPIRED"},
      {"substat:DELIVRD", ""},
      {"sub stat: DELIVRD", ""},
      {"stat DELIVRD", ""},
      {"Your parcel was delivered", ""},
  };
  for (const TextCase& c : kCases) {
    SCOPED_TRACE(c.text);
    const ReceiptText receipt = ParseReceiptText(c.text);
    EXPECT_EQ(receipt.stat, c.stat);
    EXPECT_EQ(receipt.err, c.err);
  }
}

TEST(ReceiptTextTest, IsNotLookedForInTheContractsShape) {
  const Event event = OnlyEvent(Receipt(R"("status":"failed","text":"stat:DELIVRD")"));
  EXPECT_EQ(event.status->value, StatusValue::kFailed);
  EXPECT_EQ(event.metadata.Get("receipt"), "stat:DELIVRD");
}

TEST(HybridReceiptTest, TakesWhateverSaysTheStatus) {
  const Event field =
      OnlyEvent(NativeReceipt(R"("messageId":"m1","status":"expired","errorCode":"7","text":"")"));
  EXPECT_EQ(field.status->value, StatusValue::kExpired);
  EXPECT_EQ(field.status->error->code, "7");
  EXPECT_EQ(field.metadata.Get("messageId"), "m1");
  const Event both = OnlyEvent(NativeReceipt(R"("status":"expired","text":"stat:DELIVRD")"));
  EXPECT_EQ(both.status->value, StatusValue::kDelivered);
  EXPECT_EQ(both.metadata.Get("status"), "expired");
}

TEST(OddReceiptTest, KeepsPartiesThatCannotBeRead) {
  const Event event = OnlyEvent(NativeReceipt(R"("from":true,"to":-7)"));
  EXPECT_EQ(Part(event, "metadata"), R"({"atSource":"receiver","from":"true","to":"-7"})");
  EXPECT_FALSE(event.from);
}

TEST(HybridReceiptTest, KnowsOneByItsTypeOrItsFlag) {
  for (const std::string& body :
       {NativeReceipt(""), NativeReceipt(R"("deliveryReceipt":"TRUE")"),
        NativeReceipt(R"("deliveryReceipt":null,"type":"delivery_receipt")")}) {
    EXPECT_EQ(OnlyEvent(body).kind, EventKind::kStatus) << body;
  }
  EXPECT_EQ(OnlyEvent(NativeMessage(R"("deliveryReceipt":false,"type":"delivery_receipt")")).kind,
            EventKind::kMessage);
}

struct SideCase {
  std::string_view name;
  std::string_view parties;
  std::vector<std::string> our_numbers;
  std::string_view business;
  std::vector<std::string> recipients;
  bool assumed = false;
};

class SideTest : public ::testing::TestWithParam<SideCase> {};

TEST_P(SideTest, IsTheRecipient) {
  const SideCase& c = GetParam();
  const auto result =
      NormalizeWith({.body = NativeReceipt(c.parties), .our_numbers = c.our_numbers});
  ASSERT_THAT(result, IsOk());
  std::vector<std::string> recipients;
  for (const InboundEvent& inbound : result->events) {
    const Event& event = *inbound.event;
    EXPECT_EQ(event.from ? event.from->address : "", c.business);
    EXPECT_EQ(event.metadata.Get("recipientAssumed"), c.assumed ? "true" : "");
    for (const Address& address : event.to) recipients.push_back(address.address);
    const bool both = event.from && !event.to.empty();
    EXPECT_EQ(event.conversation,
              both ? "inteliquent:" + event.from->address + ":" + event.to.front().address : "");
  }
  EXPECT_EQ(recipients, c.recipients);
  EXPECT_EQ(result->events.size(), recipients.empty() ? 1U : recipients.size());
}

const std::string& Ours() {
  static const auto& number = *new std::string("+14045550123");
  return number;
}

std::vector<SideCase> SideCases() {
  constexpr std::string_view kSwapped = R"("from":"12125550187","to":["14045550123"])";
  constexpr std::string_view kKept = R"("from":"14045550123","to":["12125550187"])";
  return {
      {"Swapped", kSwapped, {Ours()}, Ours(), {"+12125550187"}},
      {"Kept", kKept, {Ours()}, Ours(), {"+12125550187"}},
      {"NobodyKnown", kSwapped, {}, Ours(), {"+12125550187"}, true},
      {"KeptToSeveral",
       R"("from":"14045550123","to":["12125550187","17185550142"])",
       {Ours()},
       Ours(),
       {"+12125550187", "+17185550142"}},
      {"SeveralAndNobodyKnown",
       R"("from":"14045550123","to":["12125550187","17185550142"])",
       {},
       Ours(),
       {"+12125550187", "+17185550142"},
       true},
      {"OneOfSeveralIsOurs",
       R"("from":"12125550187","to":["17185550142","14045550123"])",
       {Ours()},
       Ours(),
       {"+12125550187"}},
      {"BothOurs", kSwapped, {Ours(), "2125550187"}, "+12125550187", {Ours()}},
      {"RecipientOnly", R"("to":["12125550187"])", {Ours()}, "", {"+12125550187"}},
      {"OursOnlyAsTo", R"("to":["14045550123"])", {Ours()}, Ours(), {}},
      {"FromOnly", R"("from":"12125550187")", {Ours()}, "", {"+12125550187"}},
      {"OursOnlyAsFrom", R"("from":"14045550123")", {Ours()}, Ours(), {}},
      {"Nobody", R"("to":[])", {Ours()}, "", {}},
  };
}

INSTANTIATE_TEST_SUITE_P(All, SideTest, ::testing::ValuesIn(SideCases()),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace testing
}  // namespace inteliquent
}  // namespace omni::inline v0_1
