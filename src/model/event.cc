#include "omni/event.h"
