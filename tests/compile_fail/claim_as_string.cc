// A claim does not convert to its value; taking it means spelling `unverified`.
// Expect: conversion from 'omni::[^']*Claimed<[^']*' to non-scalar|no viable conversion from 'Claimed<
#include <string_view>

#include "omni/provenance.h"

std::string_view HeaderOf(const omni::SignedRequest& request) {
  std::string_view header = request.claimed_header("X-Id").unverified();
#ifdef OMNI_MISUSE
  std::string_view claimed = request.claimed_header("X-Id");
  header = claimed;
#endif
  return header;
}
