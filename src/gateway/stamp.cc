#include "gateway/stamp.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "omni/codec.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::size_t kHashLength = 32;
constexpr std::size_t kUsualKeyLength = 128;

/// Several carriers share one id among the recipients of a batch, and a message has many statuses.
void AppendStatus(const Event& event, std::string& key) {
  key += ':';
  if (!event.to.empty()) key += event.to.front().address;
  key += ':';
  key += event.status->value == StatusValue::kUnknown
             ? std::string_view(event.status->carrier_value)
             : ToWord(event.status->value);
}

/// The parts of one message may share its id.
void AppendPart(const Event& event, std::string& key) {
  const Fragment& fragment = *event.message->fragment;
  key.append(":").append(fragment.reference).append("/").append(std::to_string(fragment.number));
}

/// Of the event as the adapter made it, so that a redelivery gives the same.
std::string DedupeKey(const InboundEvent& inbound, std::string_view carrier,
                      std::string_view tenant) {
  const Event& event = *inbound.event;
  std::string key;
  key.reserve(kUsualKeyLength);
  key.append(carrier).append(":").append(tenant).append(":");
  key.append(ToWord(event.kind)).append(":");
  if (!inbound.identity.empty()) {
    key += inbound.identity;
  } else if (event.carrier_message_id.empty()) {
    key.append(HexEncode(AsView(Sha256(ToJson(event)))), 0, kHashLength);
  } else {
    key += event.carrier_message_id;
    if (event.kind == EventKind::kStatus && event.status) AppendStatus(event, key);
    if (inbound.part && event.message && event.message->fragment) AppendPart(event, key);
  }
  return key;
}

}  // namespace

UuidText MakeId(absl::Time time, Entropy& entropy) {
  std::array<std::uint8_t, 10> bytes;
  entropy.Fill(bytes);
  return MakeUuidV7Text(time, bytes);
}

void Stamp(InboundEvent& inbound, const StampParams& params) {
  const Channel& channel = params.channel;
  const std::string& carrier =
      inbound.event->carrier.empty() ? channel.adapter->info().name : inbound.event->carrier;
  std::string dedupe_key = DedupeKey(inbound, carrier, channel.config.tenant);
  inbound.event.Amend([&](Event& event) {
    event.id = std::string(AsView(MakeId(params.received_at, params.entropy)));
    if (event.carrier.empty()) event.carrier = carrier;
    event.tenant = channel.config.tenant;
    event.received_at = params.received_at;
    if (event.occurred_at == absl::InfinitePast()) event.occurred_at = params.received_at;
    event.dedupe_key = std::move(dedupe_key);
    if (!channel.keep_raw) event.raw.text.clear();
  });
}

}  // namespace internal
}  // namespace omni::inline v0_1
