/// \file
/// Symbol visibility. omni is built with hidden visibility; what is public carries OMNI_EXPORT.
#pragma once

#define OMNI_EXPORT __attribute__((visibility("default")))
