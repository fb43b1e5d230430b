#include "omni/adapter_registry.h"
