/// \file
/// The registry: which adapters a host knows, by name.
///
/// It is built explicitly and then frozen. Nothing registers itself: the linker drops registrars
/// from static libraries, silently.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "omni/adapter.h"
#include "omni/export.h"
#include "omni/json.h"

namespace omni::inline v0_1 {

/// Makes adapters of one kind from configuration.
///
/// Thread safety: immutable.
class OMNI_EXPORT AdapterFactory {
 public:
  virtual ~AdapterFactory();

  /// Lifetime: the factory's.
  [[nodiscard]] virtual const AdapterInfo& info() const = 0;

  struct CreateParams {
    JsonValue options;                      ///< the channel's configuration object
    std::string_view path;                  ///< its JSON path, for error messages: `channels[2]`
    std::span<const std::string> reserved;  ///< keys that the gateway reads and the factory skips
  };
  /// Whether all that Create reads of a channel are its options that are not reserved. Then
  /// channels of which these are the same share an instance, which is faster where there are
  /// thousands.
  [[nodiscard]] virtual bool ReadsOptionsAlone() const { return false; }

  /// Errors: InvalidArgument with every mistake, one a line, each with its JSON path.
  [[nodiscard]] virtual absl::StatusOr<std::unique_ptr<const ChannelAdapter>> Create(
      const CreateParams& params) const = 0;
};

/// Thread safety: immutable.
class OMNI_EXPORT AdapterRegistry {
 public:
  class Builder;

  AdapterRegistry(AdapterRegistry&&) noexcept;
  AdapterRegistry& operator=(AdapterRegistry&&) noexcept;
  ~AdapterRegistry();

  /// The factory of that name or alias. Lifetime: the registry's.
  ///
  /// Errors: NotFound, with the nearest name that exists.
  [[nodiscard]] absl::StatusOr<const AdapterFactory*> Find(std::string_view name) const;
  /// What is registered, by name.
  [[nodiscard]] std::vector<const AdapterInfo*> infos() const;

 private:
  struct Impl;
  explicit AdapterRegistry(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Thread safety: confined.
class OMNI_EXPORT AdapterRegistry::Builder {
 public:
  Builder();
  ~Builder();
  Builder(const Builder&) = delete;
  Builder& operator=(const Builder&) = delete;

  Builder& Add(std::unique_ptr<const AdapterFactory> factory);
  /// Errors: AlreadyExists, naming both owners of a name or alias that was given twice.
  [[nodiscard]] absl::StatusOr<AdapterRegistry> Build() &&;

 private:
  std::vector<std::unique_ptr<const AdapterFactory>> factories_;
};

}  // namespace omni::inline v0_1
