#include "omni/components/aws_secrets.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <list>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/mutex.h"
#include "base/status_macros.h"
#include "components/aws/secret_versions.h"
#include "components/curl/http_loop.h"
#include "omni/error.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr absl::Duration kRetryAfter = absl::Seconds(1);  // after a failure

/// `name#key`
struct SecretReference {
  std::string name = {};
  std::string key = {};
};

SecretReference ParseReference(std::string_view reference, std::string_view scheme) {
  if (reference.substr(0, scheme.size()) == scheme) reference.remove_prefix(scheme.size());
  const std::size_t hash = reference.rfind('#');
  if (hash == reference.npos) return {.name = std::string(reference)};
  return {.name = std::string(reference.substr(0, hash)),
          .key = std::string(reference.substr(hash + 1))};
}

/// The secrets that were asked for.
///
/// Thread safety: thread-safe.
class SecretCache : public std::enable_shared_from_this<SecretCache> {
 public:
  SecretCache(std::shared_ptr<AwsClient> client, const AwsSecretsOptions& options)
      : client_(std::move(client)),
        keep_(options.keep),
        max_stale_(options.max_stale),
        keep_missing_(options.keep_missing),
        lookup_timeout_(options.lookup_timeout),
        max_secrets_(options.max_secrets) {}

  absl::StatusOr<KeyRing> Lookup(const SecretReference& reference, std::string_view name);

 private:
  /// A ring, and what it was made from.
  struct Derived {
    SecretVersionsPtr from = {};
    absl::StatusOr<KeyRing> ring = absl::NotFoundError("not made yet");
    KeyRing last = {};  ///< whose keys are kept while they hold the same
  };
  struct Entry {
    std::list<std::string>::iterator age = {};
    SecretVersionsPtr versions = {};  ///< none: missing, or never fetched
    absl::Status problem = absl::UnavailableError("not fetched yet");
    bool is_fetching = false;
    bool was_fetched = false;                      ///< whatever came of it
    absl::Time refresh_at = absl::InfinitePast();  ///< when it is fetched again
    absl::Time usable_until = absl::InfinitePast();
    std::map<std::string, Derived> rings = {};  ///< by key and name
  };
  using EntryPtr = std::shared_ptr<Entry>;

  EntryPtr Touch(const std::string& name) OMNI_REQUIRES(mutex_);
  void Fetch(const std::string& name, const EntryPtr& entry);
  void OnFetched(const EntryPtr& entry, absl::StatusOr<SecretVersionsPtr> versions);

  const std::shared_ptr<AwsClient> client_;
  const absl::Duration keep_;
  const absl::Duration max_stale_;
  const absl::Duration keep_missing_;
  const absl::Duration lookup_timeout_;
  const std::size_t max_secrets_;

  Mutex mutex_;
  std::condition_variable_any fetched_;
  std::unordered_map<std::string, EntryPtr> entries_ OMNI_GUARDED_BY(mutex_);
  std::list<std::string> ages_ OMNI_GUARDED_BY(mutex_);  ///< those asked for last come first
};

SecretCache::EntryPtr SecretCache::Touch(const std::string& name) {
  EntryPtr& entry = entries_[name];
  if (entry != nullptr) {
    ages_.splice(ages_.begin(), ages_, entry->age);
    return entry;
  }
  entry = std::make_shared<Entry>();
  const EntryPtr made = entry;
  ages_.push_front(name);
  made->age = ages_.begin();
  if (entries_.size() > max_secrets_) {
    entries_.erase(ages_.back());
    ages_.pop_back();
  }
  return made;
}

absl::StatusOr<KeyRing> SecretCache::Lookup(const SecretReference& reference,
                                            std::string_view name) {
  const absl::Time now = client_->Now();
  EntryPtr entry;
  bool is_due = false;
  {
    MutexLock lock(mutex_);
    entry = Touch(reference.name);
    is_due = now >= entry->refresh_at && !entry->is_fetching;
    if (is_due) entry->is_fetching = true;
  }
  if (is_due) Fetch(reference.name, entry);

  const auto patience =
      std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(lookup_timeout_);
  MutexLock lock(mutex_);
  const auto is_usable = [&] { return entry->versions != nullptr && now < entry->usable_until; };
  const bool may_wait = !client_->loop().IsCurrentThread();
  while (entry->is_fetching && !is_usable() && may_wait &&
         !(entry->was_fetched && absl::IsNotFound(entry->problem))) {
    if (fetched_.wait_until(mutex_, patience) == std::cv_status::timeout) break;
  }
  if (!is_usable()) {
    if (entry->was_fetched) return absl::Status(entry->problem.code(), entry->problem.message());
    return absl::UnavailableError("Secrets Manager did not answer in time");
  }
  // One slot for each key and name that is asked for; a stranger may have named the key.
  if (entry->rings.size() > max_secrets_) entry->rings.clear();
  Derived& derived = entry->rings[reference.key + "\n" + std::string(name)];
  if (derived.from != entry->versions) {
    derived.from = entry->versions;
    derived.ring = RingOf(*entry->versions, reference.key, name, derived.last);
    if (derived.ring.ok()) derived.last = *derived.ring;
  }
  if (derived.ring.ok()) return *derived.ring;
  return absl::NotFoundError("the secret has nothing under that key");
}

void SecretCache::Fetch(const std::string& name, const EntryPtr& entry) {
  FetchSecretVersions(
      client_, name, client_->Now() + lookup_timeout_ * 3,
      [self = shared_from_this(), entry](absl::StatusOr<SecretVersionsPtr> versions) {
        self->OnFetched(entry, std::move(versions));
      });
}

void SecretCache::OnFetched(const EntryPtr& entry, absl::StatusOr<SecretVersionsPtr> versions) {
  const absl::Time now = client_->Now();
  {
    MutexLock lock(mutex_);
    entry->is_fetching = false;
    entry->was_fetched = true;
    if (versions.ok()) {
      entry->versions = *std::move(versions);
      entry->refresh_at = now + keep_;
      entry->usable_until = now + keep_ + max_stale_;
    } else if (absl::IsNotFound(versions.status())) {
      entry->versions = nullptr;
      entry->rings.clear();
      entry->problem = std::move(versions).status();
      entry->refresh_at = now + keep_missing_;
    } else {
      entry->problem = std::move(versions).status();
      entry->refresh_at = now + std::min(kRetryAfter, keep_);
    }
  }
  fetched_.notify_all();
}

/// Thread safety: thread-safe.
class AwsSecrets final : public SecretsProvider {
 public:
  AwsSecrets(std::unique_ptr<HttpLoopThread> thread, std::shared_ptr<SecretCache> cache,
             std::string scheme)
      : thread_(std::move(thread)), cache_(std::move(cache)), scheme_(std::move(scheme)) {}

  absl::StatusOr<KeyRing> Lookup(const LookupParams& params) override {
    return cache_->Lookup(ParseReference(params.reference, scheme_), params.name);
  }

 private:
  const std::unique_ptr<HttpLoopThread> thread_;
  const std::shared_ptr<SecretCache> cache_;
  const std::string scheme_;
};

}  // namespace
}  // namespace internal

absl::StatusOr<std::shared_ptr<SecretsProvider>> MakeAwsSecrets(const AwsSecretsOptions& options) {
  if (options.max_secrets == 0 || options.lookup_timeout <= absl::ZeroDuration() ||
      options.keep <= absl::ZeroDuration() || options.keep_missing <= absl::ZeroDuration()) {
    return MakeError(absl::StatusCode::kInvalidArgument, "limits and times must be positive",
                     {.reason = "invalid_option", .blame = Blame::kHost});
  }
  OMNI_ASSIGN_OR_RETURN(auto thread,
                        internal::HttpLoopThread::Start(internal::AwsLoopOptions(options.aws)));
  OMNI_ASSIGN_OR_RETURN(
      auto client, internal::AwsClient::Make(options.aws, internal::AwsEnvironment::OfProcess(),
                                             {.id = "secretsmanager",
                                              .target_prefix = "secretsmanager",
                                              .content_type = "application/x-amz-json-1.1"},
                                             thread->loop()));
  auto cache = std::make_shared<internal::SecretCache>(std::move(client), options);
  return std::make_shared<internal::AwsSecrets>(std::move(thread), std::move(cache),
                                                options.scheme);
}

}  // namespace omni::inline v0_1
