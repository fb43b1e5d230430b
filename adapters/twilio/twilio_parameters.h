/// \file
/// The parameters of a Twilio webhook in their canonical order, which is all that a signature
/// knows of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "omni/event.h"
#include "omni/support/form.h"

namespace omni::inline v0_1 {
namespace twilio {

/// Decoded form parameters, sorted by name and then by value, without repetitions.
///
/// Twilio's signature covers exactly this: the order on the wire and a value that is merely
/// repeated are not signed, so nothing is ever derived from them.
///
/// Thread safety: immutable.
class Parameters {
 public:
  /// Reads a form body or a query. Errors: as Form::Parse.
  [[nodiscard]] static absl::StatusOr<Parameters> Parse(std::string_view text);

  /// In canonical order. Lifetime: this object's.
  [[nodiscard]] const std::vector<Form::Field>& fields() const { return fields_; }
  /// The value of that name, of several the first in canonical order; empty when absent.
  [[nodiscard]] std::string_view Get(std::string_view name) const;
  [[nodiscard]] bool Has(std::string_view name) const { return Find(name).has_value(); }
  /// Index of the first field of that name.
  [[nodiscard]] std::optional<std::size_t> Find(std::string_view name) const;

  /// What is signed after the URL: each name with its value, nothing between them.
  [[nodiscard]] std::string CanonicalForm() const;
  /// One JSON object; a name with several values has an array.
  [[nodiscard]] std::string ToJson() const;

 private:
  explicit Parameters(Form form);

  Form form_;
  std::vector<Form::Field> fields_;
};

/// Hands parameters out and remembers which ones, so that the rest can go to the metadata and
/// nothing that Twilio says is lost.
///
/// Thread safety: confined. Lifetime: the parameters outlive the reader.
class ParameterReader {
 public:
  explicit ParameterReader(const Parameters& parameters)
      : parameters_(parameters), taken_(parameters.fields().size(), false) {}

  /// The value, which stays in the metadata.
  [[nodiscard]] std::string_view Peek(std::string_view name) const { return parameters_.Get(name); }
  /// The value, which the caller has put elsewhere in the event.
  std::string_view Take(std::string_view name);
  /// Takes the parameter if its value is `value`, because the event then says the same.
  void Drop(std::string_view name, std::string_view value);

  /// Everything that was not taken, by its name in camelCase.
  [[nodiscard]] Metadata Rest() const;

 private:
  const Parameters& parameters_;
  std::vector<bool> taken_;
};

/// Whether `text` is a short word in lower case, such as may stand in the name of a queue.
[[nodiscard]] bool IsChannelName(std::string_view text);
/// `whatsapp` of `whatsapp:+15550100`; empty when there is no such prefix.
[[nodiscard]] std::string_view ChannelPrefix(std::string_view address);

}  // namespace twilio
}  // namespace omni::inline v0_1
