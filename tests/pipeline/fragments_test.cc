/// \file
/// Parts of longer messages: kept, joined, given up on, and nothing of them lost or told twice.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "omni/testing/status_matchers.h"
#include "pipeline/harness.h"
#include "pipeline/parts.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FragmentsTest : public ::testing::Test {
 protected:
  void SetUp() override { harness_.fragments = MakeMemoryFragmentStore({}); }
  void Open() { ASSERT_THAT(harness_.Open(), IsOk()); }
  int Deliver(const Part& part) { return harness_.Post(PartBody(part)).status; }
  /// What the next sweep delivers once every group has expired.
  absl::StatusOr<std::size_t> SweepLater() {
    harness_.clock->Advance(harness_.options.fragment_patience);
    return harness_.Sweep();
  }

  Harness harness_;
};

TEST_F(FragmentsTest, JoinsPartsInWhateverOrderTheyCome) {
  std::vector<int> order = {1, 2, 3};
  do {
    Harness harness;
    harness.fragments = MakeMemoryFragmentStore({});
    ASSERT_THAT(harness.Open(), IsOk());
    for (const int number : order) {
      EXPECT_THAT(harness.sink->accepted(), IsEmpty());
      EXPECT_EQ(harness.Post(PartBody({.number = number})).status, 200);
    }
    EXPECT_THAT(Texts(harness), ElementsAre("123"));
    EXPECT_THAT(harness.Sweep(), Delivers(0));
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_F(FragmentsTest, JoinsThePartsOfOneRequest) {
  Open();
  const std::string body = PartsBody({{.number = 3}, {.number = 1}, {.number = 2}});
  EXPECT_EQ(harness_.Post(body).status, 200);
  EXPECT_THAT(Texts(harness_), ElementsAre("123"));
}

TEST_F(FragmentsTest, TheJoinedMessageIsTheFirstPartWithTheWholeText) {
  Open();
  Deliver({.number = 2, .more = R"(,"at":"2024-01-15T10:00:00Z")"});
  harness_.clock->Advance(absl::Seconds(1));
  Deliver({.number = 3, .more = R"(,"at":"2024-01-15T10:00:02Z")"});
  harness_.clock->Advance(absl::Seconds(1));
  Deliver({.number = 1, .more = R"(,"at":"2024-01-15T10:00:01Z")"});
  const std::vector<Event> events = harness_.AcceptedEvents();
  ASSERT_THAT(events, SizeIs(1));
  const Event& event = events.front();
  EXPECT_EQ(event.carrier_message_id, "p1");
  EXPECT_EQ(event.dedupe_key, harness_.AcceptedKeys().front());
  EXPECT_EQ(event.dedupe_key, "echo:default:message:p1:201/1");
  EXPECT_EQ(event.occurred_at, absl::FromUnixSeconds(1705312800)) << "the earliest";
  EXPECT_EQ(event.received_at, harness_.clock->Now()) << "of the first part";
  EXPECT_EQ(event.metadata.Get("fragmentIds"), "p1,p2,p3");
  EXPECT_FALSE(event.message->fragment.has_value());
  EXPECT_EQ(harness_.sink->accepted().front().queue, "default:sms:inbound");
}

TEST_F(FragmentsTest, ReportsAKeptPartAsSuch) {
  Open();
  Deliver({.number = 1});
  ASSERT_THAT(harness_.observer->events(), SizeIs(1));
  EXPECT_EQ(harness_.observer->events().front().outcome, "accepted");
  EXPECT_EQ(harness_.observer->events().front().reason, "part_kept");
  EXPECT_EQ(harness_.observer->events().front().queue, "");
}

TEST_F(FragmentsTest, ARedeliveredPartChangesNothing) {
  Open();
  for (const int number : {1, 1, 2, 1, 2, 3, 1, 2, 3}) {
    EXPECT_EQ(Deliver({.number = number}), 200);
  }
  EXPECT_THAT(Texts(harness_), ElementsAre("123"));
  EXPECT_THAT(SweepLater(), Delivers(0));
  EXPECT_THAT(Texts(harness_), SizeIs(1));
}

TEST_F(FragmentsTest, TellsPartsApartThatShareTheCarriersId) {
  Open();
  for (const int number : {1, 2, 3}) Deliver({.number = number, .id = "same"});
  EXPECT_THAT(Texts(harness_), ElementsAre("123"));
}

TEST_F(FragmentsTest, DoesNotJoinWhatDoesNotBelongTogether) {
  Open();
  Deliver({.number = 1, .total = 2});
  for (const Part& stranger : {Part{.number = 2, .total = 2, .id = "a", .reference = "202"},
                               Part{.number = 2, .total = 2, .id = "b", .bits = 16},
                               Part{.number = 2, .total = 2, .id = "c", .from = "+15550009999"},
                               Part{.number = 2, .total = 2, .id = "d", .account = "AC2"},
                               Part{.number = 2, .total = 3, .id = "e"}}) {
    EXPECT_EQ(Deliver(stranger), 200);
    EXPECT_THAT(harness_.sink->accepted(), IsEmpty()) << stranger.id;
  }
}

TEST_F(FragmentsTest, AReusedReferenceGivesUpTheMessageBefore) {
  Open();
  Deliver({.number = 1, .total = 2, .text = "old"});
  Deliver({.number = 1, .total = 2, .text = "new", .id = "n1"});
  EXPECT_THAT(Texts(harness_), ElementsAre("old (1/2)"));
  Deliver({.number = 2, .total = 2, .text = "er", .id = "n2"});
  EXPECT_THAT(Texts(harness_), ElementsAre("old (1/2)", "newer"));
}

TEST_F(FragmentsTest, MarksPartsWhoseRestNeverCame) {
  Open();
  Deliver({.number = 3});
  Deliver({.number = 1});
  EXPECT_THAT(harness_.Sweep(), Delivers(0));
  EXPECT_THAT(SweepLater(), Delivers(1));
  EXPECT_THAT(Texts(harness_), ElementsAre("1 (1/3)", "3 (3/3)"));
  EXPECT_THAT(harness_.Sweep(), Delivers(0));
  // Its rest, when it comes after all, does not wait for what is gone.
  EXPECT_EQ(Deliver({.number = 2}), 200);
  EXPECT_THAT(Texts(harness_), ElementsAre("1 (1/3)", "3 (3/3)", "2 (2/3)"));
  EXPECT_THAT(SweepLater(), Delivers(0));
}

TEST_F(FragmentsTest, WithoutAStorePartsGoOutMarkedAsTheyCome) {
  harness_.fragments = nullptr;
  Open();
  Deliver({.number = 2});
  Deliver({.number = 1});
  Deliver({.number = 1});
  EXPECT_THAT(Texts(harness_), ElementsAre("2 (2/3)", "1 (1/3)"));
  EXPECT_THAT(harness_.Sweep(), Delivers(0));
}

TEST_F(FragmentsTest, WhatTheStoreNeverTakesGoesOutMarked) {
  Open();
  for (const Part& part :
       {Part{.number = 1, .total = 1, .id = "a"}, Part{.number = 9, .total = 2, .id = "b"},
        Part{.number = 1, .total = 256, .id = "c"}}) {
    EXPECT_EQ(Deliver(part), 200);
    EXPECT_EQ(Deliver(part), 200);
  }
  EXPECT_THAT(Texts(harness_), ElementsAre("1 (1/1)", "9 (9/2)", "1 (1/256)"));
}

TEST_F(FragmentsTest, ThePartThatHasNoRoomGoesOutMarked) {
  harness_.fragments = MakeMemoryFragmentStore({.max_bytes = 2000});
  Open();
  const std::string text(2000, 'x');
  EXPECT_EQ(Deliver({.number = 1, .text = text}), 200);
  EXPECT_EQ(Deliver({.number = 1, .text = text}), 200);
  EXPECT_THAT(Texts(harness_), ElementsAre(text + " (1/3)"));
}

TEST_F(FragmentsTest, JoinsTheHalvesOfACharacter) {
  Open();
  Deliver({.number = 2, .total = 2, .text = R"(\ude00 b)"});
  Deliver({.number = 1, .total = 2, .text = R"(a \ud83d)"});
  EXPECT_THAT(Texts(harness_), ElementsAre("a \xF0\x9F\x98\x80 b"));
}

TEST_F(FragmentsTest, HalfACharacterThatStaysAloneIsReplaced) {
  Open();
  Deliver({.number = 1, .total = 2, .text = R"(a \ud83d)"});
  EXPECT_THAT(SweepLater(), Delivers(1));
  EXPECT_THAT(Texts(harness_), ElementsAre("a \xEF\xBF\xBD (1/2)"));
}

struct KeywordCase {
  std::string first;
  std::string second;
  std::optional<Keyword> keyword;
};

TEST_F(FragmentsTest, TheKeywordIsThatOfTheWholeText) {
  for (const KeywordCase& c :
       {KeywordCase{"STOP", " it", std::nullopt}, KeywordCase{"ST", "OP", Keyword::kStop},
        KeywordCase{"HE", "L", std::nullopt}}) {
    Harness harness;
    harness.fragments = MakeMemoryFragmentStore({});
    ASSERT_THAT(harness.Open(), IsOk());
    harness.Post(PartBody({.number = 1, .total = 2, .text = c.first}));
    harness.Post(PartBody({.number = 2, .total = 2, .text = c.second}));
    ASSERT_THAT(harness.AcceptedEvents(), SizeIs(1));
    EXPECT_EQ(harness.AcceptedEvents().front().message->keyword, c.keyword) << c.first << c.second;
  }
}

TEST_F(FragmentsTest, TheMediaOfAllPartsAreTheMessages) {
  Open();
  Deliver({.number = 1, .total = 2});
  Deliver({.number = 2, .total = 2, .more = R"(,"media":["https://m.example/1"])"});
  const std::vector<Event> events = harness_.AcceptedEvents();
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events.front().message->type, MessageType::kImage);
  ASSERT_THAT(events.front().message->media, SizeIs(1));
  EXPECT_EQ(events.front().message->media.front().url, "https://m.example/1");
}

TEST_F(FragmentsTest, TheCarriersObjectsAreKeptInTheirOrderWhereTheyAreWanted) {
  harness_.AddChannel().keep_raw = true;
  Open();
  Deliver({.number = 2, .total = 2});
  Deliver({.number = 1, .total = 2});
  ASSERT_THAT(harness_.AcceptedEvents(), SizeIs(1));
  EXPECT_EQ(
      harness_.AcceptedEvents().front().raw.text,
      "[" + PartJson({.number = 1, .total = 2}) + "," + PartJson({.number = 2, .total = 2}) + "]");
}

TEST_F(FragmentsTest, WhatIsProvedIsNotJoinedWithWhatIsNot) {
  harness_.AddChannel().mode = VerifyMode::kShadow;
  Open();
  const auto deliver_unproved = [&](const Part& part) {
    WebhookRequest request = MakePost(PartBody(part));
    request.headers.Set("X-Token", "guess");
    return harness_.Send(std::move(request)).status;
  };
  Deliver({.number = 1, .total = 2, .text = "pay "});
  EXPECT_EQ(deliver_unproved({.number = 2, .total = 2, .text = "Mallory", .id = "x2"}), 200);
  EXPECT_THAT(harness_.sink->accepted(), IsEmpty());
  Deliver({.number = 2, .total = 2, .text = "Alice"});
  EXPECT_THAT(Texts(harness_), ElementsAre("pay Alice"));
  EXPECT_THAT(harness_.sink->accepted().front().headers, IsEmpty());

  EXPECT_EQ(deliver_unproved({.number = 1, .total = 2, .text = "call ", .id = "x1"}), 200);
  EXPECT_THAT(Texts(harness_), ElementsAre("pay Alice", "call Mallory"));
  EXPECT_THAT(harness_.sink->accepted().back().headers,
              ElementsAre(std::pair("omni-authentication", "shadow")));
}

TEST_F(FragmentsTest, WhatIsKeptIsDeliveredWhenItsChannelIsGone) {
  Open();
  Deliver({.number = 1, .total = 2, .more = R"(,"conversation":"c1")"});
  Harness after;
  after.fragments = harness_.fragments;
  after.store = harness_.store;
  after.clock = harness_.clock;
  after.AddChannel().id = "another";
  ASSERT_THAT(after.Open(), IsOk());
  after.clock->Advance(after.options.fragment_patience);
  EXPECT_THAT(after.Sweep(), Delivers(1));
  EXPECT_THAT(Texts(after), ElementsAre("1 (1/2)"));
  EXPECT_EQ(after.sink->accepted().front().queue, "default:sms:inbound");
  EXPECT_EQ(after.sink->accepted().front().group, "c1");
}

TEST_F(FragmentsTest, PartsNeedAnIdempotencyStore) {
  harness_.store = nullptr;
  EXPECT_EQ(harness_.Open().message(), "idempotencyStore: required by the fragment store");
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
