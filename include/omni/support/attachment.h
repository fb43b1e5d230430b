/// \file
/// What an attachment is, where the carrier tells little of it.
#pragma once

#include <string>
#include <string_view>

#include "omni/event.h"
#include "omni/export.h"

namespace omni::inline v0_1 {

/// The message type that a file stands for: by its media type or, where there is none, by the
/// extension of its name, or of its URL's path. kDocument for what is neither picture, nor video,
/// nor sound.
[[nodiscard]] OMNI_EXPORT MessageType MessageTypeOf(const Media& media);

/// The name of the file that a URL leads to: the last part of its path, decoded. It comes from a
/// stranger's phone, so it never holds a directory; empty when there is none.
[[nodiscard]] OMNI_EXPORT std::string FilenameOfUrl(std::string_view url);

/// What stands behind the last dot of a file name; empty when there is none.
[[nodiscard]] OMNI_EXPORT std::string_view ExtensionOf(std::string_view filename);

}  // namespace omni::inline v0_1
