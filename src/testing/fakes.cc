#include "omni/testing/fakes.h"
