#include "omni/adapters/whatsapp.h"
