/// \file
/// What administrators changed of the channels at run time, and the file that keeps it.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "omni/adapter_registry.h"

namespace host {

/// A channel that was added at run time.
struct AddedChannel {
  std::string id = {};
  std::string json = {};  ///< the channel's object, with this id in it; holds its secrets
  bool enabled = true;
};

struct ChannelChanges {
  std::vector<AddedChannel> added = {};
  std::set<std::string, std::less<>> disabled = {};  ///< ids of channels of the configuration file

  [[nodiscard]] const AddedChannel* Find(std::string_view id) const;
};

/// Thread safety: thread-safe.
class ChannelBook {
 public:
  /// `path`: of the file; empty: the changes end with the process.
  explicit ChannelBook(std::string path) : path_(std::move(path)) {}

  /// Reads the file, where there is one. Errors: DataLoss, Unavailable.
  absl::Status Load();
  [[nodiscard]] ChannelChanges changes() const;
  void Set(ChannelChanges changes);
  /// Writes them to the disk: all of it or nothing.
  absl::Status Save() const;
  [[nodiscard]] bool is_kept() const { return !path_.empty(); }

 private:
  const std::string path_;
  mutable Mutex mutex_;
  ChannelChanges changes_ HOST_GUARDED_BY(mutex_);
};

/// The id of the channel at that position of a configuration: its own, or the one it gets by
/// default. Empty when there is neither.
[[nodiscard]] std::string ChannelId(std::string_view json, std::size_t position,
                                    const omni::AdapterRegistry& registry);
/// The channel with that id in it.
[[nodiscard]] std::string WithId(std::string_view json, std::string_view id);

/// The channels of the file as they are after the changes. Ids stay what they were, although
/// positions change.
[[nodiscard]] std::vector<std::string> ApplyChanges(const std::vector<std::string>& file_channels,
                                                    const ChannelChanges& changes,
                                                    const omni::AdapterRegistry& registry);

}  // namespace host
