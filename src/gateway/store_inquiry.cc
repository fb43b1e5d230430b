#include "gateway/store_inquiry.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "base/status_macros.h"
#include "gateway/errors.h"
#include "omni/error.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

using Answer = absl::StatusOr<InquiryResult>;

MappingStore::Scope ScopeOf(const Channel& channel) {
  return {.tenant = channel.config.tenant, .carrier = channel.adapter->info().name};
}

/// Thread safety: confined.
class Asker {
 public:
  Asker(const AskParams& params, const Channel* channel)
      : params_(params), core_(params.core), channel_(channel) {}

  Answer operator()(HistoryQuery query) const {
    if (core_.conversations == nullptr) return NotKeptError("conversations");
    if (channel_ == nullptr) return AccountNotServedError();
    query.tenant = channel_->config.tenant;
    return core_.conversations->Read(query);
  }

  Answer operator()(MediaUpload upload) const {
    if (core_.media == nullptr) return NotKeptError("media");
    if (channel_ == nullptr) return AccountNotServedError();
    upload.tenant = channel_->config.tenant;
    if (core_.conversations != nullptr) {
      // A chat that nobody has heard of gets no files.
      const HistoryQuery chat{
          .tenant = upload.tenant, .conversation = upload.conversation, .limit = 1};
      OMNI_RETURN_IF_ERROR(core_.conversations->Read(chat).status());
    }
    return core_.media->Put(upload);
  }

  Answer operator()(const MappingChange& change) const {
    if (core_.mappings == nullptr) return NotKeptError("mappings");
    return core_.mappings->Change(MappingScope(), change, params_.now);
  }

  Answer operator()(const MappingRemoval& removal) const {
    if (core_.mappings == nullptr) return NotKeptError("mappings");
    return core_.mappings->Remove(MappingScope(), removal.account);
  }

  Answer operator()(const MappingQuery& query) const {
    if (core_.mappings == nullptr) return NotKeptError("mappings");
    const bool one = !query.account.empty() || !params_.bound_account.empty();
    return one ? core_.mappings->List(MappingScope(), query) : ListAll(query);
  }

 private:
  /// A mapped account is served elsewhere, so perhaps by no channel here; the group's first channel
  /// is where the stage of mapped accounts looks then.
  [[nodiscard]] MappingStore::Scope MappingScope() const {
    return ScopeOf(channel_ != nullptr ? *channel_ : params_.group.first());
  }

  [[nodiscard]] Answer ListAll(const MappingQuery& query) const;

  const AskParams& params_;
  const GatewayCore& core_;
  const Channel* channel_;
};

/// The mappings of all tenants of the group, whose keys are the same.
Answer Asker::ListAll(const MappingQuery& query) const {
  std::set<std::string_view> tenants;
  MappingPage all;
  for (const Channel* channel : params_.group.channels) {
    if (!tenants.insert(channel->config.tenant).second) continue;
    OMNI_ASSIGN_OR_RETURN(MappingPage page, core_.mappings->List(ScopeOf(*channel), query));
    std::move(page.mappings.begin(), page.mappings.end(), std::back_inserter(all.mappings));
    all.has_more = all.has_more || page.has_more;
  }
  if (tenants.size() == 1) return all;
  std::sort(all.mappings.begin(), all.mappings.end(),
            [](const AccountMapping& a, const AccountMapping& b) { return a.account < b.account; });
  if (all.mappings.size() > query.limit) {
    all.mappings.resize(query.limit);
    all.has_more = true;
  }
  return all;
}

}  // namespace

Answer AskStores(const AskParams& params, Inquiry inquiry) {
  std::string account = std::visit([](const auto& asked) { return asked.account; }, inquiry);
  if (account.empty()) account = params.bound_account;
  if (!params.bound_account.empty() && account != params.bound_account) {
    return AccountNotServedError();
  }
  const Channel* channel =
      account.empty() ? &params.group.first() : params.group.ChannelFor(account);
  Answer answer = std::visit(Asker(params, channel), std::move(inquiry));
  if (answer.ok() || !GetErrorDetail(answer.status()).retryable) return answer;
  if (absl::IsResourceExhausted(answer.status())) return answer;
  // What a store says of its trouble is not for strangers.
  return TryAgainError("the store is unavailable", "inquiry_unavailable",
                       params.core.options.retry_after);
}

}  // namespace internal
}  // namespace omni::inline v0_1
