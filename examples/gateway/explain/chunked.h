/// \file
/// Bodies that were captured in chunks, as they went over the wire.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "omni/http.h"

namespace host {

/// The body that the chunks make. As strict as the server: sizes are hexadecimal and nothing else,
/// each chunk ends where its size says, and nothing follows the last one but trailer fields, which
/// are left out. Lines may end with LF alone, as those of a capture's head may.
///
/// Errors: InvalidArgument, with the number of the chunk that is wrong.
[[nodiscard]] absl::StatusOr<std::string> DecodeChunks(std::string_view body);

/// Puts the request's body together where its head says that it is chunked.
///
/// Errors: InvalidArgument: a head that the server refuses, and those of DecodeChunks.
[[nodiscard]] absl::Status JoinChunks(omni::WebhookRequest& request);

}  // namespace host
