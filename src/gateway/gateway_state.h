/// \file
/// Gateway::State, which gateway.cc uses and builder.cc makes.
#pragma once

#include "gateway/core.h"
#include "omni/gateway.h"

namespace omni::inline v0_1 {

/// Thread safety: as internal::GatewayCore.
struct Gateway::State final {
  /// Every request holds it.
  internal::SharedInLanes<internal::GatewayCore> core;
};

}  // namespace omni::inline v0_1
