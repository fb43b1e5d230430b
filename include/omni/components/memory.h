/// \file
/// Everything a gateway needs, in memory: for tests, for trying omni out, for a process that may
/// forget. Nothing here survives the process.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "omni/export.h"
#include "omni/ports/idempotency_store.h"
#include "omni/ports/queue_sink.h"
#include "omni/ports/secrets_provider.h"

namespace omni::inline v0_1 {

/// A bounded queue in memory.
///
/// Thread safety: thread-safe.
class OMNI_EXPORT MemoryQueue : public BlockingQueueSink {
 public:
  struct Options {
    std::size_t max_envelopes = 100'000;  ///< beyond this an envelope is refused: Unavailable
  };
  MemoryQueue();
  explicit MemoryQueue(const Options& options);
  ~MemoryQueue() override;

  [[nodiscard]] Settlement Put(const EnqueueParams& params) override;

  /// The oldest envelope of that queue, removed; nothing when it is empty.
  [[nodiscard]] std::optional<Envelope> Pop(std::string_view queue);
  /// Everything, oldest first, removed.
  [[nodiscard]] std::vector<Envelope> Drain();
  [[nodiscard]] std::size_t size() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

struct MemoryIdempotencyOptions {
  std::size_t max_keys = 1'000'000;  ///< beyond this the oldest completed keys are forgotten
};
[[nodiscard]] OMNI_EXPORT std::shared_ptr<IdempotencyStore> MakeMemoryIdempotencyStore(
    const MemoryIdempotencyOptions& options);

/// A secrets provider over a table that can be changed while it is in use.
///
/// Thread safety: thread-safe.
class OMNI_EXPORT MemorySecrets : public SecretsProvider {
 public:
  MemorySecrets();
  ~MemorySecrets() override;

  /// Sets the secrets behind a reference, newest first.
  void Set(std::string reference, std::vector<std::string> secrets);
  [[nodiscard]] absl::StatusOr<KeyRing> Lookup(const LookupParams& params) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace omni::inline v0_1
