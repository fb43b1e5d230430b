#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <utility>

#include "base/mutex.h"
#include "omni/components/memory.h"

namespace omni::inline v0_1 {

struct MemoryQueue::Impl {
  struct Entry {
    std::uint64_t number;  ///< order of arrival over all queues
    Envelope envelope;
  };

  explicit Impl(const Options& given) : options(given) {}

  const Options options;
  internal::Mutex mutex;
  std::map<std::string, std::deque<Entry>, std::less<>> queues OMNI_GUARDED_BY(mutex);
  std::size_t size OMNI_GUARDED_BY(mutex) = 0;
  std::uint64_t next_number OMNI_GUARDED_BY(mutex) = 0;
};

MemoryQueue::MemoryQueue() : MemoryQueue(Options{}) {}
MemoryQueue::MemoryQueue(const Options& options) : impl_(std::make_unique<Impl>(options)) {}
MemoryQueue::~MemoryQueue() = default;

Settlement MemoryQueue::Put(const EnqueueParams& params) {
  Settlement settlement;
  settlement.outcomes.reserve(params.envelopes.size());
  // Copied before the lock is taken, which all threads want.
  std::vector<Envelope> envelopes = params.envelopes;
  internal::MutexLock lock(impl_->mutex);
  for (Envelope& envelope : envelopes) {
    if (impl_->size >= impl_->options.max_envelopes) {
      settlement.outcomes.push_back(absl::UnavailableError("the queue is full"));
      continue;
    }
    auto& queue = impl_->queues[envelope.queue];
    queue.push_back({impl_->next_number++, std::move(envelope)});
    ++impl_->size;
    settlement.outcomes.emplace_back();
  }
  return settlement;
}

std::optional<Envelope> MemoryQueue::Pop(std::string_view queue) {
  internal::MutexLock lock(impl_->mutex);
  const auto found = impl_->queues.find(queue);
  if (found == impl_->queues.end()) return std::nullopt;
  Envelope envelope = std::move(found->second.front().envelope);
  found->second.pop_front();
  if (found->second.empty()) impl_->queues.erase(found);
  --impl_->size;
  return envelope;
}

std::vector<Envelope> MemoryQueue::Drain() {
  std::vector<Impl::Entry> entries;
  {
    internal::MutexLock lock(impl_->mutex);
    entries.reserve(impl_->size);
    for (auto& [name, queue] : impl_->queues) {
      std::move(queue.begin(), queue.end(), std::back_inserter(entries));
    }
    impl_->queues.clear();
    impl_->size = 0;
  }
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  std::vector<Envelope> envelopes;
  envelopes.reserve(entries.size());
  for (Impl::Entry& entry : entries) envelopes.push_back(std::move(entry.envelope));
  return envelopes;
}

std::size_t MemoryQueue::size() const {
  internal::MutexLock lock(impl_->mutex);
  return impl_->size;
}

}  // namespace omni::inline v0_1
