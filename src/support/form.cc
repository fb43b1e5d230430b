#include "omni/support/form.h"
