#include "omni/support/origin.h"
