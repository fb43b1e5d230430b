/// \file
/// Every adapter that was built, in one call.
#pragma once

#include "omni/adapter_registry.h"
#include "omni/export.h"

namespace omni::inline v0_1 {

/// Registers the adapters that OMNI_ADAPTERS selected when omni was built.
OMNI_EXPORT void RegisterAllAdapters(AdapterRegistry::Builder& builder);

}  // namespace omni::inline v0_1
