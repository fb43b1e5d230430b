/// \file
/// What is neither a message nor a receipt, and what is not understood.
#pragma once

#include "inteliquent_batch.h"
#include "inteliquent_item.h"

namespace omni::inline v0_1 {
namespace inteliquent {

/// Adds the object as it is: as a notice of type `unknown`, with its `type` as the subject.
void AddUnknown(const Item& item, Batch& batch);

/// Adds news of an order or a ported number as a notice of type `account`.
void AddOrder(const Item& item, Batch& batch);

}  // namespace inteliquent
}  // namespace omni::inline v0_1
