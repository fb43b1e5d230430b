#include "components/memory/fragment_room.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

using Amount = FragmentRoom::Amount;

void Add(Amount& sum, const Amount& amount) {
  sum.bytes += amount.bytes;
  sum.groups += amount.groups;
}

void Subtract(Amount& sum, const Amount& amount) {
  sum.bytes -= amount.bytes;
  sum.groups -= amount.groups;
}

}  // namespace

bool FragmentRoom::CanHold(const Amount& amount) const {
  return Fits({}, amount, limit_) && Fits({}, amount, tenant_limit_);
}

bool FragmentRoom::IsStuck(std::string_view tenant) const {
  if (IsStuck(all_, limit_)) return true;
  const auto share = tenants_.find(tenant);
  return share != tenants_.end() && IsStuck(share->second, tenant_limit_);
}

std::optional<std::uint64_t> FragmentRoom::InTheWay(std::string_view tenant,
                                                    const Amount& amount) const {
  const auto share = tenants_.find(tenant);
  if (share != tenants_.end() && !Fits(share->second.waiting, amount, tenant_limit_)) {
    return *share->second.oldest_first.begin();
  }
  if (!Fits(all_.waiting, amount, limit_)) return *all_.oldest_first.begin();
  return std::nullopt;
}

void FragmentRoom::Enter(const std::string& tenant, std::uint64_t group, const Amount& amount) {
  for (Share* share : {&tenants_[tenant], &all_}) {
    Add(share->waiting, amount);
    share->oldest_first.insert(group);
  }
}

void FragmentRoom::HandOut(std::string_view tenant, std::uint64_t group, const Amount& amount) {
  for (Share* share : {&tenants_.find(tenant)->second, &all_}) {
    Subtract(share->waiting, amount);
    Add(share->handed_out, amount);
    share->oldest_first.erase(group);
  }
}

void FragmentRoom::Free(std::string_view tenant, const Amount& amount) {
  const auto share = tenants_.find(tenant);
  Subtract(share->second.handed_out, amount);
  Subtract(all_.handed_out, amount);
  if (share->second.waiting.groups + share->second.handed_out.groups == 0) tenants_.erase(share);
}

bool FragmentRoom::Fits(const Amount& taken, const Amount& more, const Amount& limit) {
  return more.bytes <= limit.bytes && taken.bytes <= limit.bytes - more.bytes &&
         more.groups <= limit.groups && taken.groups <= limit.groups - more.groups;
}

bool FragmentRoom::IsStuck(const Share& share, const Amount& limit) {
  return share.handed_out.bytes >= limit.bytes || share.handed_out.groups >= limit.groups;
}

}  // namespace internal
}  // namespace omni::inline v0_1
