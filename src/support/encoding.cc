#include "omni/support/encoding.h"
