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
        max_secrets_(options.max_secrets),
        known_{.max = options.max_secrets},
        others_{.max = options.max_missing} {}

  absl::StatusOr<KeyRing> Lookup(const SecretReference& reference, std::string_view name);

 private:
  /// A ring, and what it was made from.
  struct Derived {
    SecretVersionsPtr from = {};
    absl::StatusOr<KeyRing> ring = absl::NotFoundError("not made yet");
    KeyRing last = {};  ///< whose keys are kept while they hold the same
  };
  /// Names, those asked for last first, and room for so many.
  struct Shelf {
    std::list<std::string> names = {};
    std::size_t max = 0;
  };
  struct Entry {
    Shelf* shelf = nullptr;  ///< none: it was forgotten
    std::list<std::string>::iterator place = {};
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
  /// Puts the entry first on that shelf, wherever it was, and forgets the last where it is full.
  void Put(const std::string& name, const EntryPtr& entry, Shelf& shelf) OMNI_REQUIRES(mutex_);
  void Settle(const std::string& name, const EntryPtr& entry) OMNI_REQUIRES(mutex_);
  void Fetch(const std::string& name, const EntryPtr& entry);
  void OnFetched(const std::string& name, const EntryPtr& entry,
                 absl::StatusOr<SecretVersionsPtr> versions);

  const std::shared_ptr<AwsClient> client_;
  const absl::Duration keep_;
  const absl::Duration max_stale_;
  const absl::Duration keep_missing_;
  const absl::Duration lookup_timeout_;
  const std::size_t max_secrets_;

  Mutex mutex_;
  std::condition_variable_any fetched_;
  std::unordered_map<std::string, EntryPtr> entries_ OMNI_GUARDED_BY(mutex_);
  // Apart, so that strangers who invent names push no secret out.
  Shelf known_ OMNI_GUARDED_BY(mutex_);   ///< of entries with versions
  Shelf others_ OMNI_GUARDED_BY(mutex_);  ///< of those without
};

SecretCache::EntryPtr SecretCache::Touch(const std::string& name) {
  const auto found = entries_.find(name);
  const bool is_new = found == entries_.end();
  EntryPtr entry = is_new ? std::make_shared<Entry>() : found->second;
  Put(name, entry, is_new ? others_ : *entry->shelf);
  return entry;
}

void SecretCache::Put(const std::string& name, const EntryPtr& entry, Shelf& shelf) {
  if (entry->shelf != nullptr) {
    shelf.names.splice(shelf.names.begin(), entry->shelf->names, entry->place);
  } else {
    shelf.names.push_front(name);
    entry->place = shelf.names.begin();
    entries_.emplace(name, entry);
  }
  entry->shelf = &shelf;
  if (shelf.names.size() <= shelf.max) return;
  const auto last = entries_.find(shelf.names.back());
  last->second->shelf = nullptr;
  entries_.erase(last);
  shelf.names.pop_back();
}

// It may have been forgotten while it was fetched, and even asked for anew.
void SecretCache::Settle(const std::string& name, const EntryPtr& entry) {
  const bool is_known = entry->versions != nullptr;
  if (entry->shelf == nullptr && (!is_known || entries_.contains(name))) return;
  Put(name, entry, is_known ? known_ : others_);
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
      [self = shared_from_this(), name, entry](absl::StatusOr<SecretVersionsPtr> versions) {
        self->OnFetched(name, entry, std::move(versions));
      });
}

void SecretCache::OnFetched(const std::string& name, const EntryPtr& entry,
                            absl::StatusOr<SecretVersionsPtr> versions) {
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
    Settle(name, entry);
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
  if (options.max_secrets == 0 || options.max_missing == 0 ||
      options.lookup_timeout <= absl::ZeroDuration() || options.keep <= absl::ZeroDuration() ||
      options.keep_missing <= absl::ZeroDuration()) {
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
