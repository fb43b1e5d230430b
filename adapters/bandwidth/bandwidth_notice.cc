#include "bandwidth_notice.h"

#include <cstddef>
#include <string>
#include <utility>

#include "bandwidth_parties.h"
#include "bandwidth_time.h"
#include "omni/support/encoding.h"
#include "omni/support/phone.h"
#include "omni/support/signature.h"

namespace omni::inline v0_1 {
namespace bandwidth {
namespace {

constexpr std::size_t kHashLength = 32;

// Several notices may be about one message, so its id alone does not tell them apart.
std::string Identity(const Event& event, const Callback& callback) {
  if (event.carrier_message_id.empty()) return {};
  const std::string hash = HexEncode(AsView(Sha256(callback.item.raw())));
  return event.carrier_message_id + ":" + hash.substr(0, kHashLength);
}

void SetNotice(std::string_view type, std::string_view subject, const Callback& callback,
               Event& event) {
  event.notice = Notice{.type = std::string(type),
                        .subject = std::string(subject),
                        .detail = RawJson::From(callback.item)};
}

void AddAsItIs(std::string_view subject, Direction direction, const Callback& callback,
               Batch& batch) {
  Event event = NewEvent(EventKind::kNotice, callback);
  event.direction = direction;
  if (callback.message.is_object()) {
    const Parties parties = direction == Direction::kOutbound ? SetOutboundParties(callback, event)
                                                              : SetInboundParties(callback, event);
    SetChannel(callback, parties, event);
    SetTime({{"callbackTime", callback.item["time"]}}, event);
  }
  SetNotice("unknown", subject, callback, event);
  std::string identity = Identity(event, callback);
  batch.Add(std::move(event), callback, std::move(identity));
}

}  // namespace

void AddUnknown(std::string_view subject, const Callback& callback, Batch& batch) {
  const bool outbound = callback.message["direction"].text() == "out";
  AddAsItIs(subject, outbound ? Direction::kOutbound : Direction::kInbound, callback, batch);
}

void AddIncomplete(std::string_view field, Direction direction, const Callback& callback,
                   Batch& batch) {
  AddAsItIs(callback.type, direction, callback, batch);
  batch.NoteMissing(field, callback);
}

bool IsVerification(JsonValue item) {
  const bool outcome = item["phoneNumber"].exists() && item["accountId"].exists();
  const bool failure = item["errorMessage"].exists() && item["errors"].is_array();
  return outcome || failure;
}

void AddVerification(const Callback& callback, Batch& batch) {
  const JsonValue item = callback.item;
  Event event = NewEvent(EventKind::kNotice, callback);
  event.direction = Direction::kInbound;
  event.account = item["accountId"].scalar();
  if (const std::string_view number = item["phoneNumber"].scalar(); !number.empty()) {
    event.to.push_back(MakeAddress(number));
  }
  event.metadata.Set("internalTicketNumber", item["internalTicketNumber"].scalar());
  const std::string_view status = item["status"].scalar();
  SetNotice("account", status.empty() ? item["errorCode"].scalar() : status, callback, event);
  batch.Add(std::move(event), callback, {});
}

}  // namespace bandwidth
}  // namespace omni::inline v0_1
