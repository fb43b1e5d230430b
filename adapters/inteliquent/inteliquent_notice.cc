#include "inteliquent_notice.h"

#include <string>
#include <string_view>
#include <utility>

#include "base/absl_bridge.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"

namespace omni::inline v0_1 {
namespace inteliquent {
namespace {

constexpr std::size_t kHashLength = 32;
constexpr absl::string_view kOrderTime =
    "%m/%d/%Y %I:%M:%E*S %p %Ez";  // 2/3/2026 3:56:06.0 AM -05:00

// Several notices may bear one id, or none.
std::string Identity(const Item& item) {
  const std::string hash = HexEncode(AsView(Sha256(item.value.raw()))).substr(0, kHashLength);
  return item.id.empty() ? hash : std::string(item.id) + ":" + hash;
}

void AddNotice(Event event, std::string_view type, std::string_view subject, const Item& item,
               Batch& batch) {
  event.channel = kCarrier;
  event.direction = Direction::kInbound;
  event.notice = Notice{.type = std::string(type),
                        .subject = std::string(subject),
                        .detail = RawJson::From(item.value)};
  batch.Add(std::move(event), item, Identity(item));
}

}  // namespace

void AddUnknown(const Item& item, Batch& batch) {
  AddNotice(NewEvent(EventKind::kNotice, item), "unknown", item.value["type"].text(), item, batch);
}

void AddOrder(const Item& item, Batch& batch) {
  Event event = NewEvent(EventKind::kNotice, item);
  const std::string_view timestamp = item.value["timestamp"].text();
  absl::Time time;
  if (absl::ParseTime(kOrderTime, internal::ToAbsl(timestamp), &time, nullptr)) {
    event.occurred_at = time;
    event.metadata = {};
  }
  AddNotice(std::move(event), "account", item.value["notificationType"].scalar(), item, batch);
}

}  // namespace inteliquent
}  // namespace omni::inline v0_1
