#include "omni/support/signature.h"
