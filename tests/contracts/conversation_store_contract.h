/// \file
/// What every ConversationStore and every MediaStore promises. A test of a store instantiates the
/// suite with a function that makes an empty one.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "omni/ports/conversation_store.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace testing {

using ConversationStoreFactory = std::function<std::shared_ptr<ConversationStore>()>;

class ConversationStoreContract : public ::testing::TestWithParam<ConversationStoreFactory> {
 protected:
  static absl::Time At(int second) { return absl::FromUnixSeconds(1'700'000'000 + second); }

  /// A message whose text is its dedupe key too.
  static Event Say(const std::string& text, int second) {
    return {.id = "id of " + text,
            .kind = EventKind::kMessage,
            .carrier = "livechat",
            .tenant = "acme",
            .conversation = "chat",
            .occurred_at = At(second),
            .received_at = At(1000),
            .dedupe_key = text,
            .message = Message{.type = MessageType::kText, .text = text}};
  }
  /// As Say, of the carrier's message `id`.
  static Event SayAs(const std::string& id, const std::string& text, int second) {
    Event event = Say(text, second);
    event.carrier_message_id = id;
    return event;
  }
  /// What tells that the message `id` was deleted.
  static Event Deleted(const std::string& id, int second) {
    Event event = SayAs(id, "deletion of " + id, second);
    event.message.reset();
    return event;
  }
  void Append(const std::vector<Event>& events) {
    EXPECT_THAT(store_->Append({.events = events}), IsOk());
  }
  void Revise(const std::vector<Event>& events) {
    EXPECT_THAT(store_->Revise({.events = events}), IsOk());
  }
  static HistoryQuery All() { return {.tenant = "acme", .conversation = "chat"}; }
  HistoryPage Read(const HistoryQuery& query = All()) {
    const auto page = store_->Read(query);
    EXPECT_THAT(page, IsOk());
    return page.value_or(HistoryPage{});
  }
  static std::vector<std::string> TextsOf(const HistoryPage& page) {
    std::vector<std::string> texts;
    for (const Event& event : page.messages) texts.push_back(event.message->text);
    return texts;
  }
  std::vector<std::string> Texts(const HistoryQuery& query = All()) { return TextsOf(Read(query)); }

  std::shared_ptr<ConversationStore> store_ = GetParam()();
};

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_P(ConversationStoreContract, GivesEventsBackAsTheyWere) {
  Event event = Say("hello", 1);
  event.from = Address{.address = "visitor", .name = "Vi"};
  event.metadata.Set("k", "v");
  event.raw = {.text = R"({"a":1})"};
  Append({event});
  EXPECT_THAT(Read().messages, ElementsAre(event));
}

TEST_P(ConversationStoreContract, GivesMessagesOldestFirstInWhateverOrderTheyCame) {
  Append({Say("c", 3), Say("a", 1)});
  Append({Say("b", 2)});
  EXPECT_THAT(Texts(), ElementsAre("a", "b", "c"));
  EXPECT_FALSE(Read().has_more);
}

TEST_P(ConversationStoreContract, KeepsTheOrderOfArrivalAtTheSameTime) {
  Append({Say("first", 1), Say("second", 1)});
  Append({Say("a third", 1)});
  EXPECT_THAT(Texts(), ElementsAre("first", "second", "a third"));
}

TEST_P(ConversationStoreContract, KeepsAMessageOnce) {
  Append({Say("a", 1), Say("a", 1)});
  Append({Say("a", 5)});
  EXPECT_THAT(Read().messages, ElementsAre(Say("a", 1)));
}

TEST_P(ConversationStoreContract, GivesTheNewestAndSaysThatThereAreMore) {
  Append({Say("a", 1), Say("b", 2), Say("c", 3)});
  HistoryQuery query = All();
  query.limit = 2;
  EXPECT_THAT(Texts(query), ElementsAre("b", "c"));
  EXPECT_TRUE(Read(query).has_more);
  query.limit = 3;
  EXPECT_FALSE(Read(query).has_more);
  query.limit = 0;
  EXPECT_THAT(Texts(query), IsEmpty());
  EXPECT_TRUE(Read(query).has_more);
}

TEST_P(ConversationStoreContract, GivesWhatLiesInTheWindowItsEndsIncluded) {
  Append({Say("a", 1), Say("b", 2), Say("c", 3), Say("d", 4)});
  HistoryQuery query = All();
  query.from = At(2);
  query.to = At(3);
  EXPECT_THAT(Texts(query), ElementsAre("b", "c"));
  EXPECT_FALSE(Read(query).has_more) << "what lies before the window is not more of it";
  query.limit = 1;
  EXPECT_THAT(Texts(query), ElementsAre("c"));
  EXPECT_TRUE(Read(query).has_more);
  query.from = At(5);
  query.to = At(9);
  EXPECT_THAT(Texts(query), IsEmpty());
  query.from = At(4);
  query.to = At(1);
  EXPECT_THAT(Texts(query), IsEmpty());
}

TEST_P(ConversationStoreContract, PagesBackThroughAConversation) {
  for (int i = 0; i < 10; ++i) Append({Say(std::to_string(i), i)});
  HistoryQuery query = All();
  query.limit = 4;
  std::vector<std::string> seen;
  while (true) {
    const HistoryPage page = Read(query);
    const std::vector<std::string> texts = TextsOf(page);
    seen.insert(seen.begin(), texts.begin(), texts.end());
    if (!page.has_more) break;
    ASSERT_FALSE(page.messages.empty());
    query.to = page.messages.front().occurred_at - absl::Milliseconds(1);
  }
  EXPECT_THAT(seen, ElementsAre("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"));
}

TEST_P(ConversationStoreContract, KeepsTenantsAndConversationsApart) {
  Event other_tenant = Say("a", 1);
  other_tenant.tenant = "other";
  Event other_chat = Say("a", 1);
  other_chat.conversation = "other";
  Append({Say("a", 1), other_tenant, other_chat});
  EXPECT_THAT(Read().messages, ElementsAre(Say("a", 1)));
  EXPECT_THAT(Read({.tenant = "other", .conversation = "chat"}).messages,
              ElementsAre(other_tenant));
  // The two names run together are the same text as above.
  EXPECT_THAT(store_->Read({.tenant = "acmech", .conversation = "at"}),
              StatusIs(absl::StatusCode::kNotFound, ::testing::_));
}

TEST_P(ConversationStoreContract, KnowsNoConversationInWhichNothingWasSaid) {
  EXPECT_THAT(store_->Read(All()), StatusIs(absl::StatusCode::kNotFound, ::testing::_));
}

TEST_P(ConversationStoreContract, PutsWhatAMessageIsNowInItsPlace) {
  Event event = SayAs("1", "a", 1);
  event.raw = {.text = R"({"a":1})"};
  Append({event, SayAs("2", "b", 2)});
  Event edit = SayAs("1", "c", 3);
  edit.raw = {.text = R"({"a":2})"};
  Revise({edit});
  event.message = edit.message;
  event.raw = edit.raw;
  EXPECT_THAT(Read().messages, ElementsAre(event, SayAs("2", "b", 2)));
  Revise({SayAs("1", "d", 4), SayAs("1", "e", 5)});
  EXPECT_THAT(Texts(), ElementsAre("e", "b"));
  Append({SayAs("1", "a", 1)});
  EXPECT_THAT(Texts(), ElementsAre("e", "b")) << "it came before";
}

TEST_P(ConversationStoreContract, ForgetsWhatWasDeletedForGood) {
  Append({SayAs("1", "a", 1), SayAs("2", "b", 2), SayAs("3", "c", 3)});
  Revise({Deleted("2", 4)});
  EXPECT_THAT(Texts(), ElementsAre("a", "c"));
  HistoryQuery query = All();
  query.limit = 2;
  EXPECT_THAT(Texts(query), ElementsAre("a", "c")) << "it takes no message's room";
  EXPECT_FALSE(Read(query).has_more);
  Append({SayAs("2", "b", 2)});
  Revise({SayAs("2", "d", 5)});
  Revise({Deleted("2", 6)});
  EXPECT_THAT(Texts(), ElementsAre("a", "c"));
  Revise({Deleted("1", 7), Deleted("3", 7)});
  EXPECT_THAT(Texts(), IsEmpty()) << "something was said, though";
}

TEST_P(ConversationStoreContract, KnowsARevisionThatCameBeforeItsMessage) {
  Revise({SayAs("1", "edited", 1), Deleted("2", 5)});
  EXPECT_THAT(Texts(), ElementsAre("edited"));
  Append({SayAs("1", "a", 1), SayAs("2", "b", 2), SayAs("3", "c", 3)});
  EXPECT_THAT(Texts(), ElementsAre("edited", "c"));
  Revise({SayAs("1", "again", 6)});
  EXPECT_THAT(Texts(), ElementsAre("again", "c"));
}

TEST_P(ConversationStoreContract, RevisesEveryMessageOfThatIdAndNoOther) {
  const std::string odd = "a\"\\/\n\xC3\xA9";
  Event other_tenant = SayAs(odd, "a", 1);
  other_tenant.tenant = "other";
  Event other_chat = SayAs(odd, "a", 1);
  other_chat.conversation = "other";
  Event quoting = SayAs("q", "quotes", 2);
  quoting.raw = {.text = R"({"carrierMessageId":"1"})"};
  Append({SayAs(odd, "a", 1), other_tenant, other_chat, quoting, Say("anonymous", 3)});
  Append({SayAs(odd, "b", 4), SayAs("1", "c", 5)});
  Revise({Deleted(odd, 6), Deleted("1", 6), Deleted("", 6)});
  EXPECT_THAT(Texts(), ElementsAre("quotes", "anonymous"));
  EXPECT_THAT(Read({.tenant = "other", .conversation = "chat"}).messages,
              ElementsAre(other_tenant));
  EXPECT_THAT(Read({.tenant = "acme", .conversation = "other"}).messages, ElementsAre(other_chat));
}

using MediaStoreFactory = std::function<std::shared_ptr<MediaStore>()>;

class MediaStoreContract : public ::testing::TestWithParam<MediaStoreFactory> {
 protected:
  static MediaUpload Upload() {
    return {.tenant = "acme",
            .conversation = "chat",
            .filename = "photo.jpg",
            .content_type = "image/jpeg",
            .content = std::string("\xFF\xD8\0\xFF", 4)};
  }

  std::shared_ptr<MediaStore> store_ = GetParam()();
};

TEST_P(MediaStoreContract, GivesEveryFileAnIdAndAUrl) {
  OMNI_ASSERT_OK_AND_ASSIGN(const StoredMedia stored, store_->Put(Upload()));
  EXPECT_NE(stored.id, "");
  EXPECT_NE(stored.url, "");
}

TEST_P(MediaStoreContract, TakesAFileTwice) {
  EXPECT_THAT(store_->Put(Upload()), IsOk());
  EXPECT_THAT(store_->Put(Upload()), IsOk());
}

TEST_P(MediaStoreContract, GivesDifferentFilesDifferentIds) {
  OMNI_ASSERT_OK_AND_ASSIGN(const StoredMedia stored, store_->Put(Upload()));
  std::vector<MediaUpload> others(5, Upload());
  others[0].tenant = "other";
  others[1].conversation = "other";
  others[2].content_type = "image/png";
  others[3].content.clear();
  others[4].filename = "other.jpg";
  for (const MediaUpload& other : others) {
    OMNI_ASSERT_OK_AND_ASSIGN(const StoredMedia another, store_->Put(other));
    EXPECT_NE(another.id, stored.id);
    EXPECT_NE(another.url, stored.url);
  }
}

}  // namespace testing
}  // namespace omni::inline v0_1
