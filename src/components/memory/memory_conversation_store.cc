#include <algorithm>
#include <cstdint>
#include <limits>
#include <list>
#include <map>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/mutex.h"
#include "omni/components/memory_stores.h"

namespace omni::inline v0_1 {
namespace {

/// Conversations in a list, the one that was silent longest first, and an index over it.
///
/// Thread safety: thread-safe.
class MemoryConversationStore final : public ConversationStore {
 public:
  explicit MemoryConversationStore(const MemoryConversationOptions& options) : options_(options) {}

  absl::Status Append(const AppendParams& params) override;
  absl::Status Revise(const ReviseParams& params) override;
  [[nodiscard]] absl::StatusOr<HistoryPage> Read(const HistoryQuery& query) override;

 private:
  /// When, and of several at the same time in the order of their arrival.
  using Place = std::pair<absl::Time, std::uint64_t>;
  struct Kept {
    Event event;
    bool revised = false;
    bool deleted = false;  ///< and forgotten but for what tells which it was
  };
  struct Conversation {
    std::string name;
    std::map<Place, Kept> messages = {};
    // Views into the messages, whose nodes do not move.
    absl::flat_hash_set<absl::string_view> dedupe_keys = {};
    /// The carrier's ids of the messages that were revised.
    absl::flat_hash_set<std::string> revised = {};
  };
  using Conversations = std::list<Conversation>;

  static std::string NameOf(const std::string& tenant, const std::string& conversation) {
    return absl::StrCat(tenant.size(), ":", tenant, conversation);
  }
  Conversation& Touch(const Event& event) OMNI_REQUIRES(mutex_);
  Kept& Insert(const Event& event, Conversation& conversation) OMNI_REQUIRES(mutex_);
  void Trim(Conversation& conversation) const;
  void Add(const Event& event) OMNI_REQUIRES(mutex_);
  static void Change(const Event& event, Kept& kept);
  void Revise(const Event& event) OMNI_REQUIRES(mutex_);
  void MakeRoom() OMNI_REQUIRES(mutex_);

  const MemoryConversationOptions options_;
  internal::Mutex mutex_;
  Conversations conversations_ OMNI_GUARDED_BY(mutex_);
  // The names are views into the list, whose nodes do not move.
  absl::flat_hash_map<absl::string_view, Conversations::iterator> index_ OMNI_GUARDED_BY(mutex_);
  std::uint64_t last_arrival_ OMNI_GUARDED_BY(mutex_) = 0;
};

absl::Status MemoryConversationStore::Append(const AppendParams& params) {
  internal::MutexLock lock(mutex_);
  for (const Event& event : params.events) Add(event);
  MakeRoom();
  return absl::OkStatus();
}

absl::Status MemoryConversationStore::Revise(const ReviseParams& params) {
  internal::MutexLock lock(mutex_);
  for (const Event& event : params.events) Revise(event);
  MakeRoom();
  return absl::OkStatus();
}

absl::StatusOr<HistoryPage> MemoryConversationStore::Read(const HistoryQuery& query) {
  const std::string name = NameOf(query.tenant, query.conversation);
  internal::MutexLock lock(mutex_);
  const auto found = index_.find(name);
  if (found == index_.end()) return absl::NotFoundError("no such conversation");
  const auto& messages = found->second->messages;
  auto place = messages.upper_bound({query.to, std::numeric_limits<std::uint64_t>::max()});
  HistoryPage page;
  while (place != messages.begin() && (--place)->first.first >= query.from) {
    if (place->second.deleted) continue;
    if (page.messages.size() >= query.limit) {
      page.has_more = true;
      break;
    }
    page.messages.push_back(place->second.event);
  }
  std::reverse(page.messages.begin(), page.messages.end());
  return page;
}

MemoryConversationStore::Conversation& MemoryConversationStore::Touch(const Event& event) {
  std::string name = NameOf(event.tenant, event.conversation);
  if (const auto found = index_.find(name); found != index_.end()) {
    conversations_.splice(conversations_.end(), conversations_, found->second);
    return *found->second;
  }
  conversations_.push_back({.name = std::move(name)});
  const auto added = std::prev(conversations_.end());
  index_.emplace(added->name, added);
  return *added;
}

MemoryConversationStore::Kept& MemoryConversationStore::Insert(const Event& event,
                                                               Conversation& conversation) {
  Kept& kept =
      conversation.messages.emplace(Place(event.occurred_at, ++last_arrival_), Kept{.event = event})
          .first->second;
  if (!event.dedupe_key.empty()) conversation.dedupe_keys.insert(kept.event.dedupe_key);
  return kept;
}

void MemoryConversationStore::Trim(Conversation& conversation) const {
  while (conversation.messages.size() > options_.max_messages) {
    const auto oldest = conversation.messages.begin();
    const Kept& kept = oldest->second;
    conversation.dedupe_keys.erase(kept.event.dedupe_key);
    if (kept.revised) conversation.revised.erase(kept.event.carrier_message_id);
    conversation.messages.erase(oldest);
  }
}

void MemoryConversationStore::Add(const Event& event) {
  Conversation& conversation = Touch(event);
  if (conversation.dedupe_keys.contains(event.dedupe_key)) return;
  if (conversation.revised.contains(event.carrier_message_id)) return;
  Insert(event, conversation);
  Trim(conversation);
}

void MemoryConversationStore::Change(const Event& event, Kept& kept) {
  kept.revised = true;
  if (kept.deleted) return;
  kept.deleted = !event.message;
  kept.event.message = event.message;
  kept.event.raw = event.raw;
  if (!kept.deleted) return;
  // What is left is viewed, and stays where it is.
  kept.event.raw = {};
  kept.event.metadata = {};
  kept.event.from.reset();
  kept.event.to.clear();
}

void MemoryConversationStore::Revise(const Event& event) {
  if (event.carrier_message_id.empty()) return;
  Conversation& conversation = Touch(event);
  bool found = false;
  for (auto& [place, kept] : conversation.messages) {
    if (kept.event.carrier_message_id != event.carrier_message_id) continue;
    Change(event, kept);
    found = true;
  }
  if (!found) Change(event, Insert(event, conversation));
  conversation.revised.insert(event.carrier_message_id);
  Trim(conversation);
}

void MemoryConversationStore::MakeRoom() {
  while (conversations_.size() > options_.max_conversations) {
    index_.erase(conversations_.front().name);
    conversations_.pop_front();
  }
}

}  // namespace

std::shared_ptr<ConversationStore> MakeMemoryConversationStore(
    const MemoryConversationOptions& options) {
  return std::make_shared<MemoryConversationStore>(options);
}

}  // namespace omni::inline v0_1
