#include "omni/components/memory.h"
