#include "livechat_people.h"

#include <algorithm>

#include "livechat_ids.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace {

struct RoleRow {
  std::string_view word;
  Role role;
};
// The first word of each role is its name.
constexpr RoleRow kRoles[] = {
    {"customer", Role::kCustomer}, {"visitor", Role::kCustomer}, {"client", Role::kCustomer},
    {"agent", Role::kAgent},       {"operator", Role::kAgent},   {"supervisor", Role::kAgent},
    {"bot", Role::kBot},
};

bool ById(const Person& a, const Person& b) { return a.id < b.id; }

}  // namespace

std::string_view RoleName(Role role) {
  for (const RoleRow& row : kRoles) {
    if (row.role == role) return row.word;
  }
  return {};
}

Role RoleFromWord(std::string_view word) {
  for (const RoleRow& row : kRoles) {
    if (row.word == word) return row.role;
  }
  return Role::kUnknown;
}

Role RoleFromId(std::string_view id) {
  if (IsAgentId(id)) return Role::kAgent;
  if (IsBotId(id)) return Role::kBot;
  return IsUuid(id) ? Role::kCustomer : Role::kUnknown;
}

People::People(JsonValue users) {
  if (users.is_array()) people_.reserve(users.size());
  for (const JsonValue user : users.elements()) {
    people_.push_back({.id = user["id"].scalar(),
                       .role = RoleFromWord(user["type"].text()),
                       .name = user["name"].text(),
                       .email = user["email"].text()});
  }
  std::stable_sort(people_.begin(), people_.end(), ById);
}

Person People::Find(std::string_view id) const {
  Person person{.id = id};
  const auto found = std::lower_bound(people_.begin(), people_.end(), person, ById);
  if (found != people_.end() && found->id == id) person = *found;
  if (person.role == Role::kUnknown) person.role = RoleFromId(id);
  return person;
}

const Person* People::customer() const {
  const auto found = std::find_if(people_.begin(), people_.end(),
                                  [](const Person& p) { return p.role == Role::kCustomer; });
  return found == people_.end() ? nullptr : &*found;
}

}  // namespace livechat
}  // namespace omni::inline v0_1
