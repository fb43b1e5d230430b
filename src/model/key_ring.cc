#include "omni/key_ring.h"
