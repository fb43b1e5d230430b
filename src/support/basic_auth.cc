#include "omni/support/basic_auth.h"
