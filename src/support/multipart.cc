#include "omni/support/multipart.h"
