/// \file
/// Random bytes, so that nothing else asks the system for them.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "omni/export.h"

namespace omni::inline v0_1 {

/// Thread safety: thread-safe.
class OMNI_EXPORT Entropy {
 public:
  virtual ~Entropy();
  /// Fills all of `bytes` with unpredictable values.
  virtual void Fill(std::span<std::uint8_t> bytes) = 0;
};

/// The operating system's generator, through OpenSSL.
[[nodiscard]] OMNI_EXPORT std::shared_ptr<Entropy> MakeSystemEntropy();

}  // namespace omni::inline v0_1
