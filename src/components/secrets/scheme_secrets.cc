#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "omni/components/secrets.h"

namespace omni::inline v0_1 {
namespace {

constexpr std::string_view kLiteral = "literal";

constexpr bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool IsSchemeCharacter(char c) {
  return IsLower(c) || (c >= '0' && c <= '9') || c == '+' || c == '.' || c == '-';
}

struct Reference {
  std::string_view scheme = {};  ///< empty when there is none
  std::string_view rest = {};
};

Reference Split(std::string_view text) {
  const auto end = std::find_if_not(text.begin(), text.end(), IsSchemeCharacter);
  const auto length = static_cast<std::size_t>(end - text.begin());
  if (length == 0 || length == text.size() || *end != ':' || !IsLower(text.front())) {
    return {.rest = text};
  }
  return {.scheme = text.substr(0, length), .rest = text.substr(length + 1)};
}

/// Thread safety: thread-safe, as the providers are.
class SchemeSecrets final : public SecretsProvider {
 public:
  // NOLINTNEXTLINE(performance-unnecessary-value-param): it is emptied
  explicit SchemeSecrets(SchemeSecretsOptions options) {
    for (auto& [scheme, provider] : options.schemes) {
      providers_.insert_or_assign(std::move(scheme), std::move(provider));
    }
    if (options.allow_literals) providers_.try_emplace(std::string(kLiteral), MakeLiteralSecrets());
  }

  [[nodiscard]] absl::StatusOr<KeyRing> Lookup(const LookupParams& params) override {
    const Reference reference = Split(params.reference);
    const std::string_view scheme = reference.scheme.empty() ? kLiteral : reference.scheme;
    const auto found = providers_.find(scheme);
    if (found == providers_.end()) {
      return absl::NotFoundError(reference.scheme.empty() ? "secrets must not be written out here"
                                                          : "no provider has this scheme");
    }
    return found->second->Lookup({.reference = reference.rest, .name = params.name});
  }

 private:
  std::map<std::string, std::shared_ptr<SecretsProvider>, std::less<>> providers_;
};

}  // namespace

std::shared_ptr<SecretsProvider> MakeSchemeSecrets(SchemeSecretsOptions options) {
  return std::make_shared<SchemeSecrets>(std::move(options));
}

}  // namespace omni::inline v0_1
