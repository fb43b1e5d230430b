/// \file
/// Stores in front of others, each operation with a switch that makes it fail.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "omni/ports/conversation_store.h"
#include "omni/ports/fragment_store.h"
#include "omni/ports/idempotency_store.h"
#include "omni/ports/mapping_store.h"
#include "omni/ports/quarantine_store.h"
#include "omni/testing/fakes.h"

namespace omni::inline v0_1 {
namespace testing {

/// Null: it never fails.
using Switch = std::shared_ptr<FailNth>;

/// What a store says that fails. Its words are not for strangers.
inline absl::Status ToldToFail() { return absl::UnavailableError("db-7 is down"); }
inline bool Strikes(const Switch& fail) { return fail != nullptr && fail->Strike(); }

/// Thread safety: as the switches, which are set before use.
class SwitchedIdempotencyStore : public IdempotencyStore {
 public:
  explicit SwitchedIdempotencyStore(std::shared_ptr<IdempotencyStore> inner)
      : inner_(std::move(inner)) {}

  [[nodiscard]] absl::Status Begin(const BeginParams& params, std::span<Claim> claims) override {
    if (Strikes(begin)) return ToldToFail();
    return inner_->Begin(params, claims);
  }
  absl::Status Complete(const CompleteParams& params) override {
    return Strikes(complete) ? ToldToFail() : inner_->Complete(params);
  }
  absl::Status Abandon(const AbandonParams& params) override {
    return Strikes(abandon) ? ToldToFail() : inner_->Abandon(params);
  }

  Switch begin = {};
  Switch complete = {};
  Switch abandon = {};

 private:
  std::shared_ptr<IdempotencyStore> inner_;
};

/// Thread safety: as SwitchedIdempotencyStore.
class SwitchedFragmentStore : public FragmentStore {
 public:
  explicit SwitchedFragmentStore(std::shared_ptr<FragmentStore> inner) : inner_(std::move(inner)) {}

  [[nodiscard]] absl::StatusOr<std::vector<FragmentGroup>> Put(const PutParams& params) override {
    if (Strikes(put)) return ToldToFail();
    auto groups = inner_->Put(params);
    if (Strikes(put_after)) return ToldToFail();
    return groups;
  }
  [[nodiscard]] absl::StatusOr<std::vector<FragmentGroup>> Due(const DueParams& params) override {
    if (Strikes(due)) return ToldToFail();
    return inner_->Due(params);
  }
  absl::Status Remove(std::uint64_t group) override {
    return Strikes(remove) ? ToldToFail() : inner_->Remove(group);
  }

  Switch put = {};
  Switch put_after = {};  ///< the part is kept, and the answer gets lost
  Switch due = {};
  Switch remove = {};

 private:
  std::shared_ptr<FragmentStore> inner_;
};

/// Thread safety: as SwitchedIdempotencyStore.
class SwitchedMappingStore : public MappingStore {
 public:
  explicit SwitchedMappingStore(std::shared_ptr<MappingStore> inner) : inner_(std::move(inner)) {}

  [[nodiscard]] absl::StatusOr<std::optional<AccountMapping>> Find(
      const Scope& scope, std::string_view account) override {
    if (Strikes(find)) return ToldToFail();
    return inner_->Find(scope, account);
  }
  [[nodiscard]] absl::StatusOr<AccountMapping> Change(const Scope& scope,
                                                      const MappingChange& change,
                                                      absl::Time now) override {
    if (Strikes(change_)) return ToldToFail();
    return inner_->Change(scope, change, now);
  }
  [[nodiscard]] absl::StatusOr<AccountMapping> Remove(const Scope& scope,
                                                      std::string_view account) override {
    return inner_->Remove(scope, account);
  }
  [[nodiscard]] absl::StatusOr<MappingPage> List(const Scope& scope,
                                                 const MappingQuery& query) override {
    return inner_->List(scope, query);
  }

  Switch find = {};
  Switch change_ = {};

 private:
  std::shared_ptr<MappingStore> inner_;
};

/// Thread safety: as SwitchedIdempotencyStore.
class SwitchedConversationStore : public ConversationStore {
 public:
  explicit SwitchedConversationStore(std::shared_ptr<ConversationStore> inner)
      : inner_(std::move(inner)) {}

  absl::Status Append(const AppendParams& params) override {
    return Strikes(append) ? ToldToFail() : inner_->Append(params);
  }
  absl::Status Revise(const ReviseParams& params) override {
    return Strikes(revise) ? ToldToFail() : inner_->Revise(params);
  }
  [[nodiscard]] absl::StatusOr<HistoryPage> Read(const HistoryQuery& query) override {
    if (Strikes(read)) return ToldToFail();
    return inner_->Read(query);
  }

  Switch append = {};
  Switch revise = {};
  Switch read = {};

 private:
  std::shared_ptr<ConversationStore> inner_;
};

/// Thread safety: as SwitchedIdempotencyStore.
class SwitchedQuarantineStore : public QuarantineStore {
 public:
  explicit SwitchedQuarantineStore(std::shared_ptr<QuarantineStore> inner)
      : inner_(std::move(inner)) {}

  absl::Status Put(const Capsule& capsule) override {
    return Strikes(put) ? ToldToFail() : inner_->Put(capsule);
  }
  [[nodiscard]] absl::StatusOr<Capsule> Get(std::string_view id) override {
    return inner_->Get(id);
  }
  [[nodiscard]] absl::StatusOr<std::vector<Capsule>> List(const ListParams& params) override {
    return inner_->List(params);
  }
  absl::Status Remove(std::string_view id) override { return inner_->Remove(id); }

  Switch put = {};

 private:
  std::shared_ptr<QuarantineStore> inner_;
};

}  // namespace testing
}  // namespace omni::inline v0_1
