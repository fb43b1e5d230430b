#include "omni/support/phone.h"
