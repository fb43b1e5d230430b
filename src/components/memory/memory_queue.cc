#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "base/mutex.h"
#include "components/memory/envelope_line.h"
#include "omni/components/memory.h"

namespace omni::inline v0_1 {

struct MemoryQueue::Impl {
  explicit Impl(const Options& given) : options(given) {}

  const Options options;
  internal::Mutex mutex;
  /// By their names; entries are numbered by their arrival over all queues.
  std::map<std::string, internal::EnvelopeLine, std::less<>> queues OMNI_GUARDED_BY(mutex);
  std::size_t size OMNI_GUARDED_BY(mutex) = 0;
  std::uint64_t next_number OMNI_GUARDED_BY(mutex) = 0;
};

MemoryQueue::MemoryQueue() : MemoryQueue(Options{}) {}
MemoryQueue::MemoryQueue(const Options& options) : impl_(std::make_unique<Impl>(options)) {}
MemoryQueue::~MemoryQueue() = default;

Settlement MemoryQueue::Put(const EnqueueParams& params) {
  Settlement settlement;
  settlement.outcomes.reserve(params.envelopes.size());
  internal::MutexLock lock(impl_->mutex);
  for (const Envelope& envelope : params.envelopes) {
    if (impl_->size >= impl_->options.max_envelopes) {
      settlement.outcomes.push_back(absl::UnavailableError("the queue is full"));
      continue;
    }
    impl_->queues[envelope.queue].Push(impl_->next_number++, envelope);
    ++impl_->size;
    settlement.outcomes.emplace_back();
  }
  return settlement;
}

std::optional<Envelope> MemoryQueue::Pop(std::string_view queue) {
  internal::MutexLock lock(impl_->mutex);
  const auto found = impl_->queues.find(queue);
  if (found == impl_->queues.end()) return std::nullopt;
  Envelope envelope = found->second.Pop().envelope;
  envelope.queue = queue;
  if (found->second.empty()) impl_->queues.erase(found);
  --impl_->size;
  return envelope;
}

std::vector<Envelope> MemoryQueue::Drain() {
  using Entry = internal::EnvelopeLine::Entry;
  std::vector<Entry> entries;
  {
    internal::MutexLock lock(impl_->mutex);
    entries.reserve(impl_->size);
    for (auto& [name, line] : impl_->queues) {
      while (!line.empty()) {
        entries.push_back(line.Pop());
        entries.back().envelope.queue = name;
      }
    }
    impl_->queues.clear();
    impl_->size = 0;
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.number < b.number; });
  std::vector<Envelope> envelopes;
  envelopes.reserve(entries.size());
  for (Entry& entry : entries) envelopes.push_back(std::move(entry.envelope));
  return envelopes;
}

std::size_t MemoryQueue::size() const {
  internal::MutexLock lock(impl_->mutex);
  return impl_->size;
}

}  // namespace omni::inline v0_1
