#include "gateway/assembly.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "gateway/authentication_word.h"
#include "omni/http.h"
#include "omni/provenance.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

/// Only what a verified request brought is ever put into the store, so it comes out as signed.
Signed<Event> ProvedByStore(Event event) {
  const WebhookRequest nothing;
  return SignedRequest(nothing, {}, {}).Prove(std::move(event));
}

/// Whether the store will never have it, however often it is asked.
bool IsRefusal(const absl::Status& status) {
  return absl::IsResourceExhausted(status) || absl::IsInvalidArgument(status);
}

}  // namespace

absl::Status Assembly::Keep(absl::Time now, Batch& batch) {
  // Releasing moves the batch's items about, so it waits until every part is kept.
  std::vector<std::pair<FragmentGroup, std::optional<std::size_t>>> leaving;
  for (const Batch::ClaimedPart& part : batch.ClaimedParts()) {
    auto groups = KeepPart(part, now);
    if (IsRefusal(groups.status())) {
      batch.ReleasePart(part.item);
      continue;
    }
    OMNI_RETURN_IF_ERROR(groups.status());
    batch.SettlePart(part.item, absl::OkStatus());
    for (FragmentGroup& group : *groups) {
      const bool own = group.state != FragmentGroup::State::kIncomplete;
      leaving.emplace_back(std::move(group), own ? std::optional(part.item) : std::nullopt);
    }
  }
  for (const auto& [group, brought_by] : leaving) Release(group, brought_by, batch);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<FragmentGroup>> Assembly::KeepPart(const Batch::ClaimedPart& part,
                                                              absl::Time now) const {
  const Event& event = **part.event;
  auto [queue, group] = RouteEvent(*part.channel, *part.event);
  PartRecord record{.channel = part.channel->config.id,
                    .queue = std::move(queue),
                    .group = std::move(group),
                    .authentication = std::string(AuthenticationWord(part.authentication)),
                    .text = part.part->text,
                    .event = event};
  return core_.fragments->Put({.key = FragmentKey(event, *part.part, part.authentication),
                               .tenant = event.tenant,
                               .total = event.message->fragment->total,
                               .part = {.number = event.message->fragment->number,
                                        .id = event.dedupe_key,
                                        .content = ContentHash(event, *part.part),
                                        .payload = ToJson(std::move(record))},
                               .now = now,
                               .patience = core_.options.fragment_patience});
}

void Assembly::Release(const FragmentGroup& group, std::optional<std::size_t> brought_by,
                       Batch& batch) {
  if (group.parts.empty() || !ids_.insert(group.id).second) return;
  Leaving leaving{.id = group.id, .brought_by = brought_by};
  std::vector<PartRecord> records;
  for (const FragmentPart& part : group.parts) {
    auto record = PartRecordFromJson(part.payload);
    if (!record.ok()) {
      return Warn("fragment_unreadable", "the fragment store holds a part that cannot be read");
    }
    records.push_back(*std::move(record));
    leaving.part_ids.push_back(part.id);
  }
  if (group.state == FragmentGroup::State::kComplete) {
    leaving.items.push_back(AddEvent(JoinParts(std::move(records)), batch));
  } else {
    for (PartRecord& record : records) {
      leaving.items.push_back(AddEvent(std::move(record), batch));
    }
  }
  groups_.push_back(std::move(leaving));
}

std::size_t Assembly::AddEvent(PartRecord record, Batch& batch) const {
  const Authentication authentication =
      AuthenticationFromWord(record.authentication).value_or(Authentication::kInsecure);
  Signed<Event> event = ProvedByStore(std::move(record.event));
  const auto channel = core_.channels_by_id.find(record.channel);
  if (channel != core_.channels_by_id.end()) {
    return batch.AddOwned(std::move(event), *channel->second, authentication);
  }
  return batch.AddTo({.queue = std::move(record.queue), .group = std::move(record.group)},
                     std::move(event), authentication);
}

void Assembly::AddKeys(const Batch& batch, Claims& claims) {
  if (groups_.empty()) return;
  for (const auto& [dedupe_key, claim] : batch.PartClaims()) {
    claims_by_part_.emplace(dedupe_key, claim);
  }
  for (Leaving& group : groups_) {
    for (std::string& id : group.part_ids) {
      const auto [entry, added] = claims_by_part_.try_emplace(std::move(id), 0);
      if (added) entry->second = claims.Add(PartClaimKey(entry->first));
      group.claims.push_back(entry->second);
    }
    group.part_ids.clear();
  }
}

void Assembly::Settle(Batch& batch, absl::Duration keep, Claims& claims) {
  for (Leaving& group : groups_) {
    group.queued = std::all_of(group.items.begin(), group.items.end(),
                               [&](std::size_t item) { return batch.IsQueued(item); });
    group.held_elsewhere = std::any_of(
        group.claims.begin(), group.claims.end(),
        [&](std::size_t claim) { return claims.state(claim) == ClaimState::kInFlight; });
    if (group.queued) {
      for (const std::size_t claim : group.claims) claims.Complete(claim, keep);
    } else if (group.brought_by) {
      batch.SettlePart(*group.brought_by,
                       absl::UnavailableError("the message that it completes is not queued"));
    }
  }
}

std::size_t Assembly::Remove() {
  std::size_t queued = 0;
  for (const Leaving& group : groups_) {
    if (!group.queued) continue;
    ++queued;
    if (group.held_elsewhere || core_.fragments->Remove(group.id).ok()) continue;
    Warn("fragment_not_removed", "the fragment store did not remove what is delivered");
  }
  return queued;
}

void Assembly::Warn(std::string_view reason, std::string_view message) const {
  if (core_.observer != nullptr) core_.observer->OnWarning(reason, message);
}

}  // namespace internal
}  // namespace omni::inline v0_1
