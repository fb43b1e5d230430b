#include "omni/error.h"
