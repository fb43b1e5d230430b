#include "omni/provenance.h"
