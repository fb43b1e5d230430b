/// \file
/// What has become of a message that we sent.
#pragma once

#include "inteliquent_batch.h"
#include "inteliquent_item.h"
#include "inteliquent_numbers.h"

namespace omni::inline v0_1 {
namespace inteliquent {

/// Adds a status for each recipient of a receipt; one without a recipient where it names none.
/// `item` breaks no rule.
void AddReceipt(const Item& item, const OurNumbers& our_numbers, Batch& batch);

}  // namespace inteliquent
}  // namespace omni::inline v0_1
