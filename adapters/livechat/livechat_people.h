/// \file
/// Who takes part in a chat. An event names its author and does not say what the author is.
#pragma once

#include <string_view>
#include <vector>

#include "omni/json.h"

namespace omni::inline v0_1 {
namespace livechat {

enum class Role { kUnknown, kCustomer, kAgent, kBot };

/// `customer`, and so on; empty for kUnknown.
[[nodiscard]] std::string_view RoleName(Role role);

/// What the words of both vocabularies mean: `visitor` is a customer, `operator` an agent.
[[nodiscard]] Role RoleFromWord(std::string_view word);

/// By the form of the id. LiveChat's own rule of thumb, an `@` in it or not, takes bots for
/// customers.
[[nodiscard]] Role RoleFromId(std::string_view id);

/// Lifetime: the document's.
struct Person {
  std::string_view id = {};
  Role role = Role::kUnknown;
  std::string_view name = {};
  std::string_view email = {};
};

/// The people of one chat.
///
/// Thread safety: immutable. Lifetime: the document's.
class People {
 public:
  People() = default;
  /// `users` is the chat's list.
  explicit People(JsonValue users);

  /// As the list has it; what the list does not tell follows from the id.
  [[nodiscard]] Person Find(std::string_view id) const;
  /// The chat's customer; null when the list does not tell.
  [[nodiscard]] const Person* customer() const;

 private:
  std::vector<Person> people_;  // by id
};

}  // namespace livechat
}  // namespace omni::inline v0_1
