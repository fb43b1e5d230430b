#include "gateway/authentication_word.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr struct {
  Authentication authentication;
  std::string_view word;
} kWords[] = {{Authentication::kVerified, "verified"},
              {Authentication::kShadow, "shadow"},
              {Authentication::kInsecure, "insecure"}};

}  // namespace

std::string_view AuthenticationWord(Authentication authentication) {
  for (const auto& entry : kWords) {
    if (entry.authentication == authentication) return entry.word;
  }
  return {};
}

std::optional<Authentication> AuthenticationFromWord(std::string_view word) {
  for (const auto& entry : kWords) {
    if (entry.word == word) return entry.authentication;
  }
  return std::nullopt;
}

}  // namespace internal
}  // namespace omni::inline v0_1
