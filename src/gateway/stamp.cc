#include "gateway/stamp.h"

#include <array>
#include <cstdint>
#include <string_view>

#include "omni/codec.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"
#include "omni/uuid.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::size_t kHashLength = 32;

/// What tells an event from every other of its carrier, tenant and kind. `inbound` is as the
/// adapter made it, so that a redelivery gives the same.
std::string Identity(const InboundEvent& inbound) {
  const Event& event = *inbound.event;
  if (!inbound.identity.empty()) return inbound.identity;
  if (event.carrier_message_id.empty()) {
    return HexEncode(AsView(Sha256(ToJson(event)))).substr(0, kHashLength);
  }
  std::string identity = event.carrier_message_id;
  if (event.kind == EventKind::kStatus && event.status) {
    // Several carriers share one id among the recipients of a batch.
    identity += ':';
    if (!event.to.empty()) identity += event.to.front().address;
    identity += ':';
    identity += event.status->value == StatusValue::kUnknown
                    ? std::string_view(event.status->carrier_value)
                    : ToWord(event.status->value);
  }
  return identity;
}

std::string DedupeKey(const Event& event, std::string_view identity) {
  const std::string_view kind = ToWord(event.kind);
  std::string key;
  key.reserve(event.carrier.size() + event.tenant.size() + kind.size() + identity.size() + 3);
  key.append(event.carrier).append(":").append(event.tenant).append(":");
  key.append(kind).append(":").append(identity);
  return key;
}

}  // namespace

std::string MakeId(absl::Time time, Entropy& entropy) {
  std::array<std::uint8_t, 10> bytes;
  entropy.Fill(bytes);
  return MakeUuidV7(time, bytes);
}

void Stamp(InboundEvent& inbound, const StampParams& params) {
  const std::string identity = Identity(inbound);
  inbound.event.Amend([&](Event& event) {
    const Channel& channel = params.channel;
    event.id = MakeId(params.received_at, params.entropy);
    if (event.carrier.empty()) event.carrier = channel.adapter->info().name;
    event.tenant = channel.config.tenant;
    event.received_at = params.received_at;
    if (event.occurred_at == absl::InfinitePast()) event.occurred_at = params.received_at;
    event.dedupe_key = DedupeKey(event, identity);
    if (!channel.config.keep_raw) event.raw.text.clear();
  });
}

}  // namespace internal
}  // namespace omni::inline v0_1
