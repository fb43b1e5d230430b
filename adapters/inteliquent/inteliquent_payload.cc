#include "inteliquent_payload.h"

#include <cstddef>

#include "inteliquent_item.h"
#include "inteliquent_message.h"
#include "inteliquent_notice.h"
#include "inteliquent_status.h"

namespace omni::inline v0_1 {
namespace inteliquent {
namespace {

void AddItem(const Item& item, const PayloadParams& params, Batch& batch) {
  batch.Begin(item);
  if (item.violation) return AddUnknown(item, batch);
  switch (item.kind) {
    case Kind::kMessage:
      return AddMessage(item, params.our_numbers, batch);
    case Kind::kReceipt:
      return AddReceipt(item, params.our_numbers, batch);
    case Kind::kOrder:
      return AddOrder(item, batch);
    case Kind::kUnknown:
      return AddUnknown(item, batch);
  }
}

}  // namespace

void AddPayload(JsonValue root, const PayloadParams& params, Batch& batch) {
  if (!root.is_array()) return AddItem(ReadItem(root, params.receipts_only), params, batch);
  if (root.size() == 0) batch.Ignore("empty");
  std::size_t index = 0;
  for (const JsonValue element : root.elements()) {
    Item item = ReadItem(element, params.receipts_only);
    item.index = index++;
    AddItem(item, params, batch);
  }
}

}  // namespace inteliquent
}  // namespace omni::inline v0_1
