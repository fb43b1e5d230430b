#include "omni/event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "omni/testing/status_matchers.h"

namespace omni {
namespace {

using enum StatusValue;
using ::testing::ElementsAre;
using ::testing::Pair;

const std::vector<StatusValue>& Progress() {
  static const auto& values = *new std::vector<StatusValue>{
      kAccepted, kScheduled, kQueued, kSending, kSent, kDelivered, kRead};
  return values;
}

const std::vector<StatusValue>& Failures() {
  static const auto& values =
      *new std::vector<StatusValue>{kUndelivered, kFailed, kRejected, kExpired, kCanceled};
  return values;
}

TEST(MayReplaceTest, ProgressGoesOnlyForward) {
  for (std::size_t i = 0; i < Progress().size(); ++i) {
    for (std::size_t j = 0; j < Progress().size(); ++j) {
      EXPECT_EQ(MayReplace(Progress()[i], Progress()[j]), j > i) << i << " " << j;
    }
  }
}

TEST(MayReplaceTest, AFailureReplacesWhatHasNotArrived) {
  for (StatusValue failure : Failures()) {
    for (StatusValue value : {kAccepted, kScheduled, kQueued, kSending, kSent}) {
      EXPECT_TRUE(MayReplace(value, failure));
    }
    EXPECT_FALSE(MayReplace(kDelivered, failure));
    EXPECT_FALSE(MayReplace(kRead, failure));
  }
}

TEST(MayReplaceTest, AFailureYieldsOnlyToAnArrivalOrAFailureThatIsMoreDefinite) {
  for (StatusValue failure : Failures()) {
    for (StatusValue value : {kAccepted, kScheduled, kQueued, kSending, kSent}) {
      EXPECT_FALSE(MayReplace(failure, value));
    }
    EXPECT_TRUE(MayReplace(failure, kDelivered));
    EXPECT_TRUE(MayReplace(failure, kRead));
    EXPECT_FALSE(MayReplace(failure, failure));
    EXPECT_EQ(MayReplace(failure, kFailed), failure == kUndelivered || failure == kExpired);
  }
}

TEST(MergeTest, GivesTheStateFurtherOn) {
  EXPECT_EQ(Merge(kSent, kDelivered), kDelivered);
  EXPECT_EQ(Merge(kDelivered, kSent), kDelivered);
  EXPECT_EQ(Merge(kFailed, kDelivered), kDelivered);
  EXPECT_EQ(Merge(kDelivered, kFailed), kDelivered);
  EXPECT_EQ(Merge(kUndelivered, kFailed), kFailed);
  EXPECT_EQ(Merge(kRead, kRead), kRead);
}

TEST(MergeTest, IsConstantWhereItsArgumentsAre) {
  static_assert(Merge(kUnknown, kDeleted) == kDeleted);
  static_assert(MayReplace(kQueued, kSending));
}

TEST(MayReplaceTest, DeletedReplacesEverythingAndIsFinal) {
  for (const auto* values : {&Progress(), &Failures()}) {
    for (StatusValue value : *values) {
      EXPECT_TRUE(MayReplace(value, kDeleted));
      EXPECT_FALSE(MayReplace(kDeleted, value));
    }
  }
  EXPECT_FALSE(MayReplace(kDeleted, kDeleted));
}

TEST(MayReplaceTest, UnknownReplacesNothingAndYieldsToAnything) {
  for (const auto* values : {&Progress(), &Failures()}) {
    for (StatusValue value : *values) {
      EXPECT_FALSE(MayReplace(value, kUnknown));
      EXPECT_TRUE(MayReplace(kUnknown, value));
    }
  }
  EXPECT_TRUE(MayReplace(kUnknown, kDeleted));
  EXPECT_FALSE(MayReplace(kDeleted, kUnknown));
  EXPECT_FALSE(MayReplace(kUnknown, kUnknown));
}

TEST(ConversationIdTest, IsTheSameWhicheverWayAMessageGoes) {
  EXPECT_EQ(ConversationId("whatsapp", "+15551234567", "+15559876543"),
            "whatsapp:+15551234567:+15559876543");
}

TEST(ConversationIdTest, IsNoneWithoutACustomer) {
  EXPECT_EQ(ConversationId("whatsapp", "+15551234567", ""), "");
  EXPECT_EQ(ConversationId("whatsapp", "", ""), "");
}

TEST(FindKeywordTest, KnowsEveryWord) {
  for (const char* word :
       {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}) {
    EXPECT_EQ(FindKeyword(word), Keyword::kStop) << word;
  }
  for (const char* word : {"HELP", "INFO"}) EXPECT_EQ(FindKeyword(word), Keyword::kHelp) << word;
  for (const char* word : {"START", "YES", "UNSTOP"}) {
    EXPECT_EQ(FindKeyword(word), Keyword::kStart) << word;
  }
}

TEST(FindKeywordTest, CaseAndSpaceAroundDoNotMatter) {
  EXPECT_EQ(FindKeyword("stop"), Keyword::kStop);
  EXPECT_EQ(FindKeyword(" \t\r\nUnStOp \n"), Keyword::kStart);
}

TEST(FindKeywordTest, OnlyTheWholeTextCounts) {
  for (const char* text : {"", "   ", "STOP it", "please stop", "STOPP", "STO", "ST OP", "STOP.",
                           "\xC5\xBFTOP", "YES!", "stop\xC2\xA0"}) {
    EXPECT_EQ(FindKeyword(text), std::nullopt) << text;
  }
}

TEST(MetadataTest, KeepsInsertionOrderAndReplacesInPlace) {
  Metadata metadata;
  metadata.Set("b", "1");
  metadata.Set("a", "2");
  metadata.Set("b", "3");
  EXPECT_THAT(metadata.entries(), ElementsAre(Pair("b", "3"), Pair("a", "2")));
  EXPECT_EQ(metadata.Get("b"), "3");
  EXPECT_EQ(metadata.Get("c"), "");
}

TEST(MetadataTest, TwoBrokenKeysThatReadTheSameAreOne) {
  Metadata metadata;
  metadata.Set("c\xe9", "first");
  metadata.Set("c\xff", "second");
  EXPECT_THAT(metadata.entries(), ElementsAre(Pair("c\xEF\xBF\xBD", "second")));
}

TEST(MetadataTest, TellsManyKeysApart) {
  Metadata metadata;
  const auto key = [](int i) { return "key" + std::to_string(i) + "End"; };
  for (int i = 0; i < 300; ++i) metadata.Set(key(i), std::to_string(i));
  for (int i = 0; i < 300; i += 2) metadata.Set(key(i), "");
  for (int i = 0; i < 300; i += 3) metadata.Set(key(i), "new");
  EXPECT_EQ(metadata.entries().size(), 200u);
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(metadata.Get(key(i)), i % 3 == 0 ? "new" : i % 2 == 0 ? "" : std::to_string(i));
  }
  EXPECT_EQ(metadata.Get("key300End"), "");
}

TEST(MetadataTest, AnEmptyValueIsNoEntry) {
  Metadata metadata;
  metadata.Set("a", "");
  EXPECT_TRUE(metadata.empty());
  metadata.Set("a", "1");
  metadata.Set("a", "");
  EXPECT_EQ(metadata, Metadata());
}

TEST(RawJsonTest, KeepsTheValueWithoutWhiteSpace) {
  OMNI_ASSERT_OK_AND_ASSIGN(const JsonDocument document,
                            JsonDocument::Parse("{\"a\" : [ 1.50 , \"\\u0041\" ]}"));
  EXPECT_EQ(RawJson::From(document.root()).text, R"({"a":[1.50,"\u0041"]})");
  EXPECT_EQ(RawJson::From(document.root()["a"].At(0)).text, "1.50");
  EXPECT_TRUE(RawJson::From(document.root()["b"]).empty());
}

TEST(RawJsonTest, TextThatIsNotJsonBecomesAString) {
  EXPECT_EQ(RawJson::FromText(" {\"a\": 1} ").text, R"({"a":1})");
  EXPECT_EQ(RawJson::FromText("not \"JSON\"\n").text, R"("not \"JSON\"\n")");
  EXPECT_EQ(RawJson::FromText("{\"a\":").text, R"("{\"a\":")");
  EXPECT_EQ(RawJson::FromText("\xFF").text, "\"\xEF\xBF\xBD\"");
  EXPECT_TRUE(RawJson::FromText("").empty());
}

}  // namespace
}  // namespace omni
