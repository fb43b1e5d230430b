/// \file
/// The parameters of a Twilio webhook in their canonical order, which is all that a signature
/// knows of them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "omni/event.h"
#include "omni/support/form.h"

namespace omni::inline v0_1 {
namespace twilio {

/// Memory for one text: on the stack while it is short.
///
/// Thread safety: confined.
class TextRoom {
 public:
  /// To be called once. Lifetime: this object's.
  [[nodiscard]] char* Get(std::size_t size) {
    if (size <= short_.size()) return short_.data();
    long_ = std::make_unique_for_overwrite<char[]>(size);
    return long_.get();
  }

 private:
  std::array<char, 1024> short_;
  std::unique_ptr<char[]> long_;
};

/// Decoded form parameters, sorted by name and then by value, without repetitions.
///
/// Twilio's signature covers exactly this: the order on the wire and a value that is merely
/// repeated are not signed, so nothing is ever derived from them.
///
/// Thread safety: thread-compatible.
class Parameters {
 public:
  using Fields = absl::InlinedVector<Form::Field, 32>;

  Parameters() = default;
  Parameters(const Parameters&) = delete;
  Parameters& operator=(const Parameters&) = delete;

  /// Reads a form body or a query. To be called once. Errors: as Form::Parse.
  [[nodiscard]] absl::Status Read(std::string_view text);

  /// In canonical order. Lifetime: this object's.
  [[nodiscard]] const Fields& fields() const { return fields_; }
  /// The value of that name, of several the first in canonical order; empty when absent.
  [[nodiscard]] std::string_view Get(std::string_view name) const;
  [[nodiscard]] bool Has(std::string_view name) const { return Find(name).has_value(); }
  /// Index of the first field of that name.
  [[nodiscard]] std::optional<std::size_t> Find(std::string_view name) const;

  /// What is signed after the URL: each name with its value, nothing between them. Lifetime: this
  /// object's, and that of `room`.
  [[nodiscard]] std::string_view CanonicalForm(TextRoom& room) const;
  /// One JSON object; a name with several values has an array.
  [[nodiscard]] std::string ToJson() const;

 private:
  void Sort();
  void MakeIndex();

  TextRoom text_;
  Fields fields_;
  bool in_order_ = true;  ///< as they came, so that the text is the canonical form
  /// By the hash of a name, 1 + the index of its first field, or 0; the next slots hold what found
  /// its own taken. Not used where there are too many fields.
  std::array<std::uint8_t, 256> index_;
};

/// Hands parameters out and remembers which ones, so that the rest can go to the metadata and
/// nothing that Twilio says is lost.
///
/// Thread safety: confined. Lifetime: the parameters outlive the reader.
class ParameterReader {
 public:
  explicit ParameterReader(const Parameters& parameters)
      : parameters_(parameters), taken_(parameters.fields().size()) {}

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
  absl::InlinedVector<bool, 64> taken_;
};

/// Whether `text` is a short word in lower case, such as may stand in the name of a queue.
[[nodiscard]] bool IsChannelName(std::string_view text);
/// `whatsapp` of `whatsapp:+15550100`; empty when there is no such prefix.
[[nodiscard]] std::string_view ChannelPrefix(std::string_view address);

}  // namespace twilio
}  // namespace omni::inline v0_1
