#include "omni/support/config.h"
