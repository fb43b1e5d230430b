#include "omni/codec.h"
