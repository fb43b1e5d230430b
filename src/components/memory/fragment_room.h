/// \file
/// How much room fragments take, in all and for each tenant, and who has to go when it is full.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace omni::inline v0_1 {
namespace internal {

/// Thread safety: confined.
class FragmentRoom {
 public:
  struct Amount {
    std::size_t bytes = 0;
    std::size_t groups = 0;
  };

  FragmentRoom(const Amount& limit, const Amount& tenant_limit)
      : limit_(limit), tenant_limit_(tenant_limit) {}

  /// Whether an empty room has room for it.
  [[nodiscard]] bool CanHold(const Amount& amount) const;
  /// Whether what was handed out is so much that nothing more is taken in.
  [[nodiscard]] bool IsStuck(std::string_view tenant) const;
  /// The group to give up first for that much more to fit: the tenant's oldest, or the oldest.
  [[nodiscard]] std::optional<std::uint64_t> InTheWay(std::string_view tenant,
                                                      const Amount& amount) const;

  /// A waiting group takes so much more. Groups are numbered in the order of their age.
  void Enter(const std::string& tenant, std::uint64_t group, const Amount& amount);
  /// A group that took so much waits no longer, and takes it still.
  void HandOut(std::string_view tenant, std::uint64_t group, const Amount& amount);
  /// A group that took so much, and was handed out, is gone.
  void Free(std::string_view tenant, const Amount& amount);

 private:
  struct Share {
    Amount waiting;
    Amount handed_out;
    std::set<std::uint64_t> oldest_first;  ///< that wait
  };

  static bool Fits(const Amount& taken, const Amount& more, const Amount& limit);
  static bool IsStuck(const Share& share, const Amount& limit);

  const Amount limit_;
  const Amount tenant_limit_;
  Share all_;
  std::map<std::string, Share, std::less<>> tenants_;
};

}  // namespace internal
}  // namespace omni::inline v0_1
