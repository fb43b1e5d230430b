#include "gateway/assembly.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "gateway/part_record.h"
#include "omni/http.h"
#include "omni/provenance.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr char kSeparator = '\x1f';

/// Both parties, because senders count their references by themselves; the width, because 201 of 8
/// bits and 201 of 16 bits are different references.
std::string FragmentKey(const Event& event, const MessagePart& part) {
  const Fragment& fragment = *event.message->fragment;
  std::string key = event.tenant;
  const auto add = [&key](std::string_view field) { (key += kSeparator).append(field); };
  add(event.carrier);
  add(event.account);
  add(event.from ? event.from->address : std::string());
  add(event.to.empty() ? std::string() : event.to.front().address);
  add(std::to_string(part.reference_bits));
  add(fragment.reference);
  add(std::to_string(fragment.total));
  return key;
}

/// The same for a repetition of the part under another id.
std::string ContentHash(const Event& event, const MessagePart& part) {
  std::string content = part.text.empty() ? event.message->text : part.text;
  for (const Media& media : event.message->media) {
    content += kSeparator;
    content += media.url.empty() ? media.id : media.url;
  }
  return HexEncode(AsView(Sha256(content)));
}

std::string_view AuthenticationWord(Authentication authentication) {
  if (authentication == Authentication::kShadow) return "shadow";
  if (authentication == Authentication::kInsecure) return "insecure";
  return {};
}

Authentication ReadAuthentication(std::string_view word) {
  if (word == "shadow") return Authentication::kShadow;
  if (word == "insecure") return Authentication::kInsecure;
  return Authentication::kVerified;
}

/// Only what a verified request brought is ever put into the store, so it comes out as signed.
Signed<Event> ProvedByStore(Event event) {
  const WebhookRequest nothing;
  return SignedRequest(nothing, {}, {}).Prove(std::move(event));
}

}  // namespace

absl::Status Assembly::Keep(absl::Time now, Batch& batch) {
  // Releasing moves the batch's items about, so it waits until every part is kept.
  std::vector<std::pair<FragmentGroup, std::optional<std::size_t>>> leaving;
  for (const Batch::ClaimedPart& part : batch.ClaimedParts()) {
    auto groups = KeepPart(part, now);
    if (absl::IsResourceExhausted(groups.status())) {
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
  for (auto& [group, brought_by] : leaving) Release(std::move(group), brought_by, batch);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<FragmentGroup>> Assembly::KeepPart(const Batch::ClaimedPart& part,
                                                              absl::Time now) const {
  const Event& event = *part.event;
  const PartRecord record{.channel = part.channel->config.id,
                          .authentication = std::string(AuthenticationWord(part.authentication)),
                          .text = part.part->text,
                          .event = event};
  return core_.fragments->Put({.key = FragmentKey(event, *part.part),
                               .tenant = event.tenant,
                               .total = event.message->fragment->total,
                               .part = {.number = event.message->fragment->number,
                                        .id = event.dedupe_key,
                                        .content = ContentHash(event, *part.part),
                                        .payload = ToJson(record)},
                               .now = now,
                               .patience = core_.options.fragment_patience});
}

void Assembly::Release(FragmentGroup group, std::optional<std::size_t> brought_by, Batch& batch) {
  Leaving leaving{.id = group.id, .brought_by = brought_by};
  std::vector<PartRecord> records;
  for (const FragmentPart& part : group.parts) {
    auto record = PartRecordFromJson(part.payload);
    if (!record.ok()) {
      return Warn("fragment_unreadable", "the fragment store holds a part that cannot be read");
    }
    records.push_back(*std::move(record));
  }
  if (records.empty()) return;
  const auto found = core_.channels_by_id.find(records.front().channel);
  if (found == core_.channels_by_id.end()) {
    return Warn("fragment_without_channel", "the channel of a part is not configured any more");
  }
  const Authentication authentication = ReadAuthentication(records.front().authentication);
  const auto add = [&](Event event) {
    leaving.items.push_back(
        batch.Add(ProvedByStore(std::move(event)), *found->second, authentication));
  };
  if (group.state == FragmentGroup::State::kComplete) {
    add(JoinParts(std::move(records)));
  } else {
    for (PartRecord& record : records) add(std::move(record.event));
  }
  groups_.push_back(std::move(leaving));
}

std::size_t Assembly::Conclude(Batch& batch) {
  std::size_t queued = 0;
  for (const Leaving& group : groups_) {
    if (std::all_of(group.items.begin(), group.items.end(),
                    [&](std::size_t item) { return batch.IsQueued(item); })) {
      ++queued;
      if (!core_.fragments->Remove(group.id).ok()) {
        Warn("fragment_not_removed", "the fragment store did not remove what is delivered");
      }
    } else if (group.brought_by) {
      batch.SettlePart(*group.brought_by,
                       absl::UnavailableError("the message that it completes is not queued"));
    }
  }
  return queued;
}

void Assembly::Warn(std::string_view reason, std::string_view message) const {
  if (core_.observer != nullptr) core_.observer->OnWarning(reason, message);
}

}  // namespace internal
}  // namespace omni::inline v0_1
