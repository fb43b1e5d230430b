#include "omni/adapter.h"
