/// \file
/// What customers write.
#pragma once

#include "inteliquent_batch.h"
#include "inteliquent_item.h"
#include "inteliquent_numbers.h"

namespace omni::inline v0_1 {
namespace inteliquent {

/// Adds a message for each of our numbers that has got it. `item` breaks no rule.
void AddMessage(const Item& item, const OurNumbers& our_numbers, Batch& batch);

}  // namespace inteliquent
}  // namespace omni::inline v0_1
