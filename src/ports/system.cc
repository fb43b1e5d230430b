#include "omni/ports/clock.h"
