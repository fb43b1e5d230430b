#include "omni/uuid.h"
