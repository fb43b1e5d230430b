/// \file
/// Whether a channel's configuration can work.
#pragma once

#include "gateway/plan.h"
#include "gateway/problems.h"

namespace omni::inline v0_1 {
namespace internal {

/// Fills what a channel leaves to its defaults (`number` counts channels from 0) and checks it for
/// itself. `info` is its adapter's, which need not be there yet. Mistakes go to `problems`,
/// which holds the channel's own.
void CheckChannel(std::size_t number, const AdapterInfo& info, Channel& channel,
                  Problems& problems);

/// Adds a problem when `url` is neither empty nor an absolute URL without query.
void CheckPublicUrl(std::string_view url, std::string_view path, Problems& problems);

}  // namespace internal
}  // namespace omni::inline v0_1
