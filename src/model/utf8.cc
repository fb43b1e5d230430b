#include "omni/json.h"
