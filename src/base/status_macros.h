/// \file
/// Early return on errors.
#pragma once

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define OMNI_RETURN_IF_ERROR(expression)                                                \
  do {                                                                                  \
    if (absl::Status omni_status = (expression); !omni_status.ok()) return omni_status; \
  } while (false)

#define OMNI_ASSIGN_OR_RETURN(declaration, expression) \
  OMNI_ASSIGN_OR_RETURN_IMPL(OMNI_STATUS_CONCAT(omni_result_, __LINE__), declaration, expression)
#define OMNI_ASSIGN_OR_RETURN_IMPL(result, declaration, expression) \
  auto result = (expression);                                       \
  if (!result.ok()) return std::move(result).status();              \
  declaration = *std::move(result)
#define OMNI_STATUS_CONCAT(a, b) OMNI_STATUS_CONCAT_IMPL(a, b)
#define OMNI_STATUS_CONCAT_IMPL(a, b) a##b
