#include "omni/gateway.h"
