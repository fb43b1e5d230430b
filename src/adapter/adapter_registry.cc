#include "omni/adapter_registry.h"

#include <map>
#include <utility>

#include "absl/status/status.h"
#include "base/suggest.h"
#include "omni/error.h"

namespace omni::inline v0_1 {

AdapterFactory::~AdapterFactory() = default;

struct AdapterRegistry::Impl {
  std::vector<std::unique_ptr<const AdapterFactory>> factories;
  std::map<std::string, const AdapterFactory*, std::less<>> by_name;  ///< aliases included
};

AdapterRegistry::AdapterRegistry(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
AdapterRegistry::AdapterRegistry(AdapterRegistry&&) noexcept = default;
AdapterRegistry& AdapterRegistry::operator=(AdapterRegistry&&) noexcept = default;
AdapterRegistry::~AdapterRegistry() = default;

absl::StatusOr<const AdapterFactory*> AdapterRegistry::Find(std::string_view name) const {
  if (const auto found = impl_->by_name.find(name); found != impl_->by_name.end()) {
    return found->second;
  }
  std::vector<std::string> names;
  for (const auto& [known, factory] : impl_->by_name) names.push_back(known);
  std::string message = "there is no adapter \"" + std::string(name) + "\"";
  if (const auto nearest = internal::Nearest(name, names)) {
    message += "; did you mean " + *nearest + "?";
  }
  return MakeError(absl::StatusCode::kNotFound, message,
                   {.reason = "unknown_adapter", .blame = Blame::kHost});
}

std::vector<const AdapterInfo*> AdapterRegistry::infos() const {
  std::vector<const AdapterInfo*> infos;
  for (const auto& [name, factory] : impl_->by_name) {
    if (name == factory->info().name) infos.push_back(&factory->info());
  }
  return infos;
}

AdapterRegistry::Builder::Builder() = default;
AdapterRegistry::Builder::~Builder() = default;

AdapterRegistry::Builder& AdapterRegistry::Builder::Add(
    std::unique_ptr<const AdapterFactory> factory) {
  factories_.push_back(std::move(factory));
  return *this;
}

absl::StatusOr<AdapterRegistry> AdapterRegistry::Builder::Build() && {
  auto impl = std::make_unique<Impl>();
  impl->factories = std::move(factories_);
  for (const auto& factory : impl->factories) {
    std::vector<std::string> names = factory->info().aliases;
    names.insert(names.begin(), factory->info().name);
    for (const std::string& name : names) {
      const auto [place, added] = impl->by_name.emplace(name, factory.get());
      if (added) continue;
      return MakeError(absl::StatusCode::kAlreadyExists,
                       "the adapter name \"" + name + "\" is taken by both " +
                           place->second->info().name + " and " + factory->info().name,
                       {.reason = "adapter_name_taken", .blame = Blame::kHost});
    }
  }
  return AdapterRegistry(std::move(impl));
}

}  // namespace omni::inline v0_1
