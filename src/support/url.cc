#include "omni/support/url.h"
