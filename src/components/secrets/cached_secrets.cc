#include <condition_variable>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/mutex.h"
#include "components/secrets/rings.h"
#include "components/secrets/two_generations.h"
#include "omni/components/secrets.h"

namespace omni::inline v0_1 {
namespace {

/// A lookup that is being made. Guarded by the provider's mutex.
struct Flight {
  std::optional<absl::StatusOr<KeyRing>> answer = {};
};

/// Thread safety: thread-safe. No lock is held while the inner provider is asked.
class CachedSecrets final : public SecretsProvider {
 public:
  CachedSecrets(std::shared_ptr<SecretsProvider> inner, const CachedSecretsOptions& options,
                std::shared_ptr<Clock> clock)
      : inner_(std::move(inner)),
        options_(options),
        clock_(std::move(clock)),
        known_(options.max_secrets),
        failed_(options.max_missing) {}

  [[nodiscard]] absl::StatusOr<KeyRing> Lookup(const LookupParams& params) override {
    const std::string key = internal::MemoKey(params.reference, params.name);
    const absl::Time asked = clock_->Now();
    std::shared_ptr<Flight> flight;
    {
      internal::MutexLock lock(mutex_);
      if (auto remembered = Remembered(key, asked)) return *std::move(remembered);
      if (const auto found = flights_.find(key); found != flights_.end()) {
        const Known* const known = known_.Find(key);
        return IsUsable(known, asked) ? known->ring : WaitFor(found->second);
      }
      flight = flights_.emplace(key, std::make_shared<Flight>()).first->second;
    }
    absl::StatusOr<KeyRing> answer = inner_->Lookup(params);
    const absl::Time answered = clock_->Now();
    internal::MutexLock lock(mutex_);
    flight->answer = Settle(key, std::move(answer), answered);
    flights_.erase(key);
    landed_.notify_all();
    return *flight->answer;
  }

 private:
  struct Known {
    KeyRing ring = {};
    absl::Time looked_up = absl::InfinitePast();
  };
  struct Failed {
    absl::Status status = {};
    absl::Time looked_up = absl::InfinitePast();
  };

  /// A clock that was set back makes nothing last longer.
  static bool Within(absl::Time since, absl::Duration period, absl::Time now) {
    return since <= now && now - since < period;
  }

  /// Whether it may still be used when nobody can say better.
  [[nodiscard]] bool IsUsable(const Known* known, absl::Time now) const {
    return known != nullptr && Within(known->looked_up, options_.ttl + options_.stale_for, now);
  }

  /// What can be said without asking.
  std::optional<absl::StatusOr<KeyRing>> Remembered(const std::string& key, absl::Time now)
      OMNI_REQUIRES(mutex_) {
    const Known* const known = known_.Find(key);
    if (known != nullptr && Within(known->looked_up, options_.ttl, now)) return known->ring;
    const Failed* const failed = failed_.Find(key);
    if (failed == nullptr) return std::nullopt;
    const bool is_missing = absl::IsNotFound(failed->status);
    const absl::Duration pause = is_missing ? options_.missing_ttl : options_.retry_after;
    if (!Within(failed->looked_up, pause, now)) return std::nullopt;
    if (IsUsable(known, now)) return known->ring;
    return failed->status;
  }

  absl::StatusOr<KeyRing> Settle(const std::string& key, absl::StatusOr<KeyRing> answer,
                                 absl::Time now) OMNI_REQUIRES(mutex_) {
    Known* const known = known_.Find(key);
    if (!answer.ok()) {
      failed_.Put(key, {answer.status(), now});
      if (absl::IsNotFound(answer.status())) {
        known_.Erase(key);
      } else if (IsUsable(known, now)) {
        return known->ring;
      }
      return answer;
    }
    failed_.Erase(key);
    // The old keys where they say the same: what was prepared from them is kept.
    const bool is_same = known != nullptr && internal::SameSecrets(known->ring, *answer);
    KeyRing ring = is_same ? known->ring : *std::move(answer);
    return known_.Put(key, {std::move(ring), now}).ring;
  }

  // By value: it is there until all who wait for it have gone on.
  // NOLINTNEXTLINE(performance-unnecessary-value-param)
  absl::StatusOr<KeyRing> WaitFor(std::shared_ptr<Flight> flight) OMNI_REQUIRES(mutex_) {
    while (!flight->answer) landed_.wait(mutex_);
    return *flight->answer;
  }

  const std::shared_ptr<SecretsProvider> inner_;
  const CachedSecretsOptions options_;
  const std::shared_ptr<Clock> clock_;

  internal::Mutex mutex_;
  std::condition_variable_any landed_;
  internal::TwoGenerations<Known> known_ OMNI_GUARDED_BY(mutex_);
  internal::TwoGenerations<Failed> failed_ OMNI_GUARDED_BY(mutex_);
  std::map<std::string, std::shared_ptr<Flight>> flights_ OMNI_GUARDED_BY(mutex_);
};

}  // namespace

std::shared_ptr<SecretsProvider> MakeCachedSecrets(std::shared_ptr<SecretsProvider> inner,
                                                   const CachedSecretsOptions& options,
                                                   std::shared_ptr<Clock> clock) {
  if (clock == nullptr) clock = MakeSystemClock();
  return std::make_shared<CachedSecrets>(std::move(inner), options, std::move(clock));
}

}  // namespace omni::inline v0_1
