/// \file
/// The only way to RapidJSON: renamed, so that a host which has another RapidJSON, or the same with
/// other macros, cannot clash with ours.
#pragma once

#ifdef RAPIDJSON_RAPIDJSON_H_
#error "include RapidJSON through model/rapidjson.h only"
#endif

// A host may define these for its own use. The vector code reads past the end of the text, and
// accepts some control characters inside strings.
#undef RAPIDJSON_SSE2
#undef RAPIDJSON_SSE42

#define RAPIDJSON_NAMESPACE omni_rapidjson
#define RAPIDJSON_NAMESPACE_BEGIN namespace omni_rapidjson {
#define RAPIDJSON_NAMESPACE_END }

#include <rapidjson/allocators.h>
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>
