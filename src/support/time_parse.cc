#include "omni/support/time_parse.h"
