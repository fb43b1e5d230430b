/// \file
/// The members of a JSON object, or the parameters of a form or query, under one roof.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/status/statusor.h"
#include "omni/event.h"
#include "omni/json.h"
#include "omni/support/form.h"

namespace omni::inline v0_1 {
namespace messagebird {

/// Hands fields out and remembers which ones, so that the rest can go to the metadata and nothing
/// that the carrier says is lost.
///
/// Names compare without regard to case: the carrier's flows spell them in several ways. Of a
/// repeated name the last value counts: a form may hold the flow's values first and then the
/// message's own.
///
/// Thread safety: confined. Lifetime: a JSON document outlives the fields of its objects.
class Fields {
 public:
  struct Field {
    std::string_view name = {};
    std::string_view value = {};  ///< of a scalar; an integer is given in digits, however spelled
    JsonValue json = {};          ///< an object or array
    bool taken = false;
    std::uint32_t before = 0;  ///< the place of the field before it in its slot; 0: none
  };
  using List = absl::InlinedVector<Field, 12>;

  /// The members of an object; none for anything else. Those that are null are absent.
  explicit Fields(JsonValue object);
  /// A form body or a query. Sorted by name, since a signature may not cover their order.
  ///
  /// Errors: as Form::Parse.
  [[nodiscard]] static absl::StatusOr<Fields> Parse(std::string_view form);

  Fields(Fields&&) noexcept = default;
  Fields& operator=(Fields&&) noexcept = default;

  [[nodiscard]] bool empty() const { return fields_.empty(); }
  /// All of them, those of a repeated name in their order.
  [[nodiscard]] const List& fields() const { return fields_; }
  [[nodiscard]] List& fields() { return fields_; }

  /// The scalar of that name, which stays in the metadata; empty when there is none.
  [[nodiscard]] std::string_view Peek(std::string_view name) const {
    const Field* const field = Find(name);
    return field == nullptr ? std::string_view() : field->value;
  }
  [[nodiscard]] bool Has(std::string_view name) const { return !Peek(name).empty(); }
  /// The first of these that is not empty.
  [[nodiscard]] std::string_view PeekFirst(std::span<const std::string_view> names) const;

  /// The scalar, which the caller has put elsewhere in the event.
  std::string_view Take(std::string_view name) { return TakeValue(Find(name)); }
  /// As Take, of the first of these that is not empty; others that say the same are taken as well.
  std::string_view TakeFirst(std::span<const std::string_view> names);
  /// Takes the scalar if it is `value`, because the event then says the same.
  void Drop(std::string_view name, std::string_view value) { DropValue(Find(name), value); }
  /// The object of that name, which the caller reads; absent when there is none.
  JsonValue TakeObject(std::string_view name) { return TakeJson(Find(name), JsonType::kObject); }
  /// As TakeObject, the array.
  JsonValue TakeArray(std::string_view name) { return TakeJson(Find(name), JsonType::kArray); }
  /// As TakeObject, but it stays in the metadata.
  [[nodiscard]] JsonValue PeekJson(std::string_view name) const;

  /// Writes everything that was not taken to the metadata: under its name in camelCase, behind
  /// `prefix`; a small flat object member by member, any other and arrays as JSON.
  void KeepRest(std::string_view prefix, Metadata& metadata) const;

  /// All of it: the object as it came, or one that is made of the form.
  [[nodiscard]] RawJson ToRaw() const;

 private:
  explicit Fields(Form form);
  void Add(const Field& field);
  /// The last field of that name, or null.
  [[nodiscard]] const Field* Find(std::string_view name) const {
    return FindFrom(slots_[SlotOf(name)], name);
  }
  [[nodiscard]] Field* Find(std::string_view name) {
    return const_cast<Field*>(std::as_const(*this).Find(name));
  }
  [[nodiscard]] const Field* FindFrom(std::uint32_t place, std::string_view name) const;
  // What Find has found, or null.
  std::string_view TakeValue(Field* field);
  void DropValue(Field* field, std::string_view value);
  JsonValue TakeJson(Field* field, JsonType type);
  /// Takes what Find has found, and those of its name before it.
  void MarkTaken(Field& last);
  [[nodiscard]] std::string RestAsJson() const;

  static constexpr std::size_t kSlots = 32;
  /// The same for names that differ in case alone, and no slower for a long one. Here, so that the
  /// compiler can work it out for a name that is asked for.
  static constexpr std::size_t SlotOf(std::string_view name) {
    if (name.empty()) return 0;
    const auto folded = [name](std::size_t i) {
      return static_cast<unsigned char>(name[i] | 0x20);
    };
    return (name.size() + folded(0) * 3U + folded(name.size() / 2) * 5U +
            folded(name.size() - 1) * 7U) %
           kSlots;
  }

  JsonValue object_;
  std::optional<Form> form_;
  List fields_;
  /// By a hash of a name: the place of the last field there, which is 1 + its index; 0: none.
  std::array<std::uint32_t, kSlots> slots_ = {};
  std::forward_list<std::string> spelled_;  ///< integers that were not spelled in digits
};

/// A number or text as the carrier means it: an integer in digits. Lifetime: the document's, or
/// that of `storage`.
[[nodiscard]] std::string_view ScalarText(JsonValue value, std::forward_list<std::string>& storage);

}  // namespace messagebird
}  // namespace omni::inline v0_1
