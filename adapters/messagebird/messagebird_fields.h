/// \file
/// The members of a JSON object, or the parameters of a form or query, under one roof.
#pragma once

#include <forward_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

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
  [[nodiscard]] std::string_view Peek(std::string_view name) const;
  [[nodiscard]] bool Has(std::string_view name) const { return !Peek(name).empty(); }
  /// The first of these that is not empty.
  [[nodiscard]] std::string_view PeekFirst(std::span<const std::string_view> names) const;

  /// The scalar, which the caller has put elsewhere in the event.
  std::string_view Take(std::string_view name);
  /// As Take, of the first of these that is not empty; others that say the same are taken as well.
  std::string_view TakeFirst(std::span<const std::string_view> names);
  /// Takes the scalar if it is `value`, because the event then says the same.
  void Drop(std::string_view name, std::string_view value);
  /// The object of that name, which the caller reads; absent when there is none.
  JsonValue TakeObject(std::string_view name) { return TakeJson(name, JsonType::kObject); }
  /// As TakeObject, the array.
  JsonValue TakeArray(std::string_view name) { return TakeJson(name, JsonType::kArray); }
  /// As TakeObject, but it stays in the metadata.
  [[nodiscard]] JsonValue PeekJson(std::string_view name) const;

  /// Writes everything that was not taken to the metadata: under its name in camelCase, behind
  /// `prefix`; a small flat object member by member, any other and arrays as JSON.
  void KeepRest(std::string_view prefix, Metadata& metadata) const;

  /// All of it: the object as it came, or one that is made of the form.
  [[nodiscard]] RawJson ToRaw() const;

 private:
  explicit Fields(Form form);
  [[nodiscard]] const Field* Find(std::string_view name) const;
  JsonValue TakeJson(std::string_view name, JsonType type);
  void MarkTaken(std::string_view name);
  [[nodiscard]] std::string RestAsJson() const;

  JsonValue object_;
  std::optional<Form> form_;
  List fields_;
  std::forward_list<std::string> spelled_;  ///< integers that were not spelled in digits
};

/// A number or text as the carrier means it: an integer in digits. Lifetime: the document's, or
/// that of `storage`.
[[nodiscard]] std::string_view ScalarText(JsonValue value, std::forward_list<std::string>& storage);

}  // namespace messagebird
}  // namespace omni::inline v0_1
