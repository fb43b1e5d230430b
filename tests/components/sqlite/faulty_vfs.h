/// \file
/// A file system for SQLite that fails, waits and loses power when a test says so.
#pragma once

#include <functional>
#include <map>
#include <string>

namespace omni::inline v0_1 {
namespace testing {

/// Over the default one. There is one of it in a process.
///
/// Thread safety: thread-safe.
class FaultyVfs {
 public:
  static constexpr const char* kName = "omni-faulty";

  /// Registers it. Faults of an earlier test are gone.
  static void Install();

  /// The write or sync that is `nth` from now, counted from 1, fails, and `count - 1` after it. A
  /// write that fails has written the half.
  static void FailAt(int nth, int count);
  /// Writes and syncs since Install or FailAt.
  static int operations();
  static int syncs();

  /// Runs before every sync, on the thread that syncs.
  static void BeforeSync(std::function<void()> hook);

  /// From now on every file is kept as it was at its last sync, for CutPower.
  static void RememberSyncs();
  /// Every file as a power cut now would leave it: `lost` where nothing was kept that was not
  /// synced, else as it is.
  static std::map<std::string, std::string> CutPower(bool lost);
};

}  // namespace testing
}  // namespace omni::inline v0_1
