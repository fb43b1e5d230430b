#include "omni/version.h"
