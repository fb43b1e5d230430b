/// \file
/// Everything in memory: to try omni out. It ends with the process, and nobody else sees it.

#include <boost/describe.hpp>
#include <cstdint>
#include <utility>

#include "engine/engine_types.h"
#include "omni/components/memory.h"
#include "omni/components/memory_stores.h"

namespace host {
namespace {

struct MemoryKeys {
  std::int64_t max_envelopes = 100'000;  ///< beyond this events are refused: 503
};
BOOST_DESCRIBE_STRUCT(MemoryKeys, (), (max_envelopes))

class MemoryEngineOptions final : public EngineOptions {
 public:
  explicit MemoryEngineOptions(MemoryKeys keys) : keys_(keys) {}

  absl::StatusOr<Engine> Open() const override {
    const auto queue = std::make_shared<omni::MemoryQueue>(
        omni::MemoryQueue::Options{.max_envelopes = static_cast<std::size_t>(keys_.max_envelopes)});
    const auto media = omni::MakeMemoryMediaStore({});
    const auto has_room = [queue, max = static_cast<std::size_t>(keys_.max_envelopes)] {
      return queue->size() < max ? absl::OkStatus() : absl::UnavailableError("the queue is full");
    };
    const auto find =
        [media](std::string_view id) -> absl::StatusOr<std::optional<omni::MediaUpload>> {
      return media->Find(id);
    };
    return Engine{.sink = queue,
                  .idempotency = omni::MakeMemoryIdempotencyStore({}),
                  .fragments = omni::MakeMemoryFragmentStore({}),
                  .quarantine = omni::MakeMemoryQuarantineStore({}),
                  .mappings = omni::MakeMemoryMappingStore({}),
                  .conversations = omni::MakeMemoryConversationStore({}),
                  .media = media,
                  .find_media = std::make_shared<const Engine::FindMedia>(find),
                  .probe = std::make_shared<const Engine::Probe>(has_room)};
  }

  absl::StatusOr<std::shared_ptr<omni::QueueBrowser>> OpenBrowser() const override {
    return NotShared();
  }
  absl::StatusOr<std::shared_ptr<omni::QueueSource>> OpenSource() const override {
    return NotShared();
  }

 private:
  static absl::Status NotShared() {
    return absl::FailedPreconditionError(
        "a queue of type memory is in the process that serves and cannot be reached from another; "
        "use the type sqlite");
  }

  const MemoryKeys keys_;
};

}  // namespace

std::shared_ptr<const EngineOptions> ReadMemoryEngine(omni::ConfigReader& reader) {
  MemoryKeys keys;
  reader.Read(keys);
  if (keys.max_envelopes < 1) reader.Fail("maxEnvelopes", "expected an integer above 0");
  return std::make_shared<MemoryEngineOptions>(keys);
}

}  // namespace host
