#include "omni/http.h"
