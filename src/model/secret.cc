#include "omni/secret.h"
