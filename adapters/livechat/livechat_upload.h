/// \file
/// `upload_media`: a file for a chat.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "livechat_identifier.h"
#include "omni/http.h"
#include "omni/inquiry.h"
#include "omni/support/form.h"

namespace omni::inline v0_1 {
namespace livechat {

/// The file of a multipart form with `file` and, where the sender knows better than the part's own
/// headers, `filename` and `content_type`.
///
/// Errors: InvalidArgument (400, or 415 for a type that is not allowed), OutOfRange (413) for a
/// file of more than 10 MiB.
[[nodiscard]] absl::StatusOr<MediaUpload> ReadUpload(const Identifier& identifier,
                                                     const Form& query,
                                                     std::string_view content_type,
                                                     std::string_view body);

/// `{status, media}`
[[nodiscard]] HttpResponse UploadAnswer(const MediaUpload& upload, const StoredMedia& stored);

/// `name` as one may keep it: no directories, no control characters, valid UTF-8, at most 255
/// bytes, never empty.
[[nodiscard]] std::string CleanFilename(std::string_view name);

}  // namespace livechat
}  // namespace omni::inline v0_1
