/// \file
/// application/x-www-form-urlencoded, as carriers send and sign it: order and duplicates are kept,
/// values are decoded (`+` and `%XX`) and otherwise left alone, whatever bytes they hold.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "omni/export.h"

namespace omni::inline v0_1 {

struct FormLimits {
  std::size_t max_bytes = std::size_t{1} << 20;
  std::size_t max_fields = 1'000;
};

/// A decoded form. Owns its text; names and values are views into it.
///
/// Thread safety: immutable.
class OMNI_EXPORT Form {
 public:
  struct Field {
    std::string_view name;
    std::string_view value;
    friend bool operator==(const Field&, const Field&) = default;
  };

  /// Reads a body or a query string. An escape that is not `%XX` is kept as it stands; a field
  /// without `=` has an empty value; empty fields (`&&`) are skipped.
  ///
  /// Errors: ResourceExhausted (400 `INVALID_PAYLOAD`) beyond the limits.
  [[nodiscard]] static absl::StatusOr<Form> Parse(std::string_view text, const FormLimits& limits);
  [[nodiscard]] static absl::StatusOr<Form> Parse(std::string_view text);

  /// In wire order. Lifetime: the form's.
  [[nodiscard]] const std::vector<Field>& fields() const { return fields_; }
  /// The first value of that name.
  [[nodiscard]] std::optional<std::string_view> Find(std::string_view name) const;
  /// As Find; empty when absent.
  [[nodiscard]] std::string_view Get(std::string_view name) const;
  [[nodiscard]] bool Has(std::string_view name) const { return Find(name).has_value(); }

 private:
  std::unique_ptr<char[]> text_;
  std::vector<Field> fields_;
};

}  // namespace omni::inline v0_1
