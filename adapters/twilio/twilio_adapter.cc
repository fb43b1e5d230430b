#include "omni/adapters/twilio.h"
