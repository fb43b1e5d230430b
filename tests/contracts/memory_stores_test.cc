/// \file
/// The stores of conversations, files, mappings and capsules in memory: the contracts, and what is
/// their own: the bounds.
#include "omni/components/memory_stores.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "contracts/conversation_store_contract.h"
#include "contracts/mapping_store_contract.h"
#include "contracts/quarantine_store_contract.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using ::testing::_;

std::shared_ptr<ConversationStore> MakeConversations() { return MakeMemoryConversationStore({}); }
std::shared_ptr<MediaStore> MakeMedia() {
  return MakeMemoryMediaStore({.base_url = "https://host.example/media/"});
}
std::shared_ptr<MappingStore> MakeMappings() { return MakeMemoryMappingStore({}); }
std::shared_ptr<QuarantineStore> MakeQuarantine() { return MakeMemoryQuarantineStore({}); }

INSTANTIATE_TEST_SUITE_P(Memory, ConversationStoreContract, ::testing::Values(MakeConversations));
INSTANTIATE_TEST_SUITE_P(Memory, MediaStoreContract, ::testing::Values(MakeMedia));
INSTANTIATE_TEST_SUITE_P(Memory, MappingStoreContract, ::testing::Values(MakeMappings));
INSTANTIATE_TEST_SUITE_P(Memory, QuarantineStoreContract, ::testing::Values(MakeQuarantine));

auto IsExhausted() { return StatusIs(absl::StatusCode::kResourceExhausted, _); }

class MemoryConversationStoreTest : public ::testing::Test {
 protected:
  static Event Say(const std::string& conversation, int second, const std::string& key) {
    return {.tenant = "acme",
            .conversation = conversation,
            .occurred_at = absl::FromUnixSeconds(second),
            .dedupe_key = key};
  }
  void Append(const std::vector<Event>& events) {
    ASSERT_THAT(store_->Append({.events = events}), IsOk());
  }
  absl::StatusOr<HistoryPage> Read(const std::string& conversation) {
    return store_->Read({.tenant = "acme", .conversation = conversation, .limit = 100});
  }

  std::shared_ptr<ConversationStore> store_ =
      MakeMemoryConversationStore({.max_conversations = 2, .max_messages = 3});
};

TEST_F(MemoryConversationStoreTest, ForgetsTheOldestMessages) {
  for (const int second : {5, 1, 4, 2, 3}) Append({Say("chat", second, std::to_string(second))});
  OMNI_ASSERT_OK_AND_ASSIGN(HistoryPage page, Read("chat"));
  ASSERT_EQ(page.messages.size(), 3u);
  EXPECT_EQ(page.messages.front().dedupe_key, "3");
  Append({Say("chat", 1, "1")});
  OMNI_ASSERT_OK_AND_ASSIGN(page, Read("chat"));
  EXPECT_EQ(page.messages.front().dedupe_key, "3") << "what is forgotten does not come back";
  Append({Say("chat", 6, "1")});
  OMNI_ASSERT_OK_AND_ASSIGN(page, Read("chat"));
  EXPECT_EQ(page.messages.back().dedupe_key, "1") << "and its key is forgotten too";
}

TEST_F(MemoryConversationStoreTest, ForgetsTheOldestRevisionsToo) {
  Event deletion = Say("chat", 1, "deletion");
  deletion.carrier_message_id = "id";
  ASSERT_THAT(store_->Revise({.events = std::span(&deletion, 1)}), IsOk());
  for (const int second : {2, 3, 4}) Append({Say("chat", second, std::to_string(second))});
  Event late = Say("chat", 5, "late");
  late.carrier_message_id = "id";
  Append({late});
  OMNI_ASSERT_OK_AND_ASSIGN(const HistoryPage page, Read("chat"));
  EXPECT_EQ(page.messages.back().dedupe_key, "late");
}

TEST_F(MemoryConversationStoreTest, ForgetsTheConversationThatWasSilentLongest) {
  Append({Say("a", 9, "1")});
  Append({Say("b", 1, "2")});
  Append({Say("a", 2, "3")});
  Append({Say("c", 0, "4")});
  EXPECT_THAT(Read("a"), IsOk());
  EXPECT_THAT(Read("b"), StatusIs(absl::StatusCode::kNotFound, _));
  EXPECT_THAT(Read("c"), IsOk());
}

TEST_F(MemoryConversationStoreTest, KeepsMessagesWithoutAKey) {
  Append({Say("chat", 1, ""), Say("chat", 2, "")});
  OMNI_ASSERT_OK_AND_ASSIGN(const HistoryPage page, Read("chat"));
  EXPECT_EQ(page.messages.size(), 2u);
}

TEST(MemoryMediaStoreTest, GivesFilesBackToServeThem) {
  const auto store = MakeMemoryMediaStore({.base_url = "https://host.example/media/"});
  OMNI_ASSERT_OK_AND_ASSIGN(const StoredMedia stored, store->Put({.tenant = "acme",
                                                                  .conversation = "chat",
                                                                  .filename = "a.txt",
                                                                  .content_type = "text/plain",
                                                                  .content = "hello"}));
  EXPECT_EQ(stored.url, "https://host.example/media/" + stored.id);
  const auto file = store->Find(stored.id);
  ASSERT_TRUE(file.has_value());
  EXPECT_EQ(file->content, "hello");
  EXPECT_EQ(file->content_type, "text/plain");
  EXPECT_EQ(file->filename, "a.txt");
  EXPECT_EQ(store->Find("nothing"), std::nullopt);
}

TEST(MemoryMediaStoreTest, RefusesAFileThatIsTooLarge) {
  const auto store = MakeMemoryMediaStore({.max_file_bytes = 10});
  EXPECT_THAT(store->Put({.content = std::string(10, 'x')}), IsOk());
  EXPECT_THAT(store->Put({.content = std::string(11, 'x')}), IsExhausted());
}

TEST(MemoryMediaStoreTest, RefusesFilesBeyondItsRoomAndKeepsWhatItHas) {
  const auto store = MakeMemoryMediaStore({.max_bytes = 10'000});
  OMNI_ASSERT_OK_AND_ASSIGN(const StoredMedia first,
                            store->Put({.content = std::string(6'000, 'a')}));
  EXPECT_THAT(store->Put({.content = std::string(6'000, 'b')}), IsExhausted());
  EXPECT_THAT(store->Put({.content = std::string(6'000, 'a')}), IsOk());
  EXPECT_TRUE(store->Find(first.id).has_value());
  int empty_files = 0;
  while (store->Put({.filename = std::to_string(empty_files)}).ok()) ++empty_files;
  EXPECT_LT(empty_files, 20);
}

TEST(MemoryMappingStoreTest, RefusesMappingsBeyondItsRoom) {
  const auto store = MakeMemoryMappingStore({.max_mappings = 2});
  const auto map = [&](const std::string& account) {
    return store->Change({}, {.account = account, .target_url = "t"}, absl::UnixEpoch());
  };
  EXPECT_THAT(map("1"), IsOk());
  EXPECT_THAT(map("2"), IsOk());
  EXPECT_THAT(map("3"), IsExhausted());
  EXPECT_THAT(map("2"), IsOk());
  EXPECT_THAT(store->Remove({}, "1"), IsOk());
  EXPECT_THAT(map("3"), IsOk());
}

TEST(MemoryMappingStoreTest, FindsWhileOthersChange) {
  const auto store = MakeMemoryMappingStore({});
  std::atomic<bool> done = false;
  std::vector<std::thread> readers;
  for (int reader = 0; reader < 3; ++reader) {
    readers.emplace_back([&] {
      while (!done) {
        const auto mapping = store->Find({.tenant = "acme", .carrier = "whatsapp"}, "1");
        ASSERT_THAT(mapping, IsOk());
        if (*mapping) {
          EXPECT_EQ((*mapping)->target_url, "target");
        }
      }
    });
  }
  for (int i = 0; i < 500; ++i) {
    for (const char* account : {"1", "2"}) {
      EXPECT_THAT(store->Change({.tenant = "acme", .carrier = "whatsapp"},
                                {.account = account, .target_url = "target"}, absl::UnixEpoch()),
                  IsOk());
    }
    EXPECT_THAT(store->Remove({.tenant = "acme", .carrier = "whatsapp"}, "1"), IsOk());
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
}

Capsule MakeCapsule(const std::string& id, std::size_t bytes = 0) {
  return {.id = id, .request = {.target = id, .body = std::string(bytes, 'x')}};
}

TEST(MemoryQuarantineStoreTest, RefusesCapsulesBeyondItsCount) {
  const auto store = MakeMemoryQuarantineStore({.max_capsules = 2});
  EXPECT_THAT(store->Put(MakeCapsule("1")), IsOk());
  EXPECT_THAT(store->Put(MakeCapsule("2")), IsOk());
  EXPECT_THAT(store->Put(MakeCapsule("3")), IsExhausted());
  EXPECT_THAT(store->Put(MakeCapsule("2")), IsOk()) << "it is there";
  EXPECT_THAT(store->Remove("1"), IsOk());
  EXPECT_THAT(store->Put(MakeCapsule("3")), IsOk());
}

TEST(MemoryQuarantineStoreTest, RefusesCapsulesBeyondItsBytes) {
  const auto store = MakeMemoryQuarantineStore({.max_bytes = 100'000});
  EXPECT_THAT(store->Put(MakeCapsule("1", 100'000)), IsExhausted());
  EXPECT_THAT(store->Put(MakeCapsule("2", 60'000)), IsOk());
  EXPECT_THAT(store->Put(MakeCapsule("3", 60'000)), IsExhausted());
  EXPECT_THAT(store->Remove("2"), IsOk());
  EXPECT_THAT(store->Put(MakeCapsule("3", 60'000)), IsOk());
}

TEST(MemoryQuarantineStoreTest, RefusesAnIdThatAnotherCapsuleHas) {
  const auto store = MakeMemoryQuarantineStore({});
  EXPECT_THAT(store->Put(MakeCapsule("1", 1)), IsOk());
  EXPECT_THAT(store->Put(MakeCapsule("1", 2)), StatusIs(absl::StatusCode::kAlreadyExists, _));
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
