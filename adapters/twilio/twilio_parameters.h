/// \file
/// The parameters of a Twilio webhook in their canonical order, which is all that a signature
/// knows of them.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "omni/adapter.h"
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

  /// What is signed after the URL: each name with its value, nothing between them. Lifetime: this
  /// object's, and that of `room`.
  [[nodiscard]] std::string_view CanonicalForm(TextRoom& room) const;
  /// One JSON object; a name with several values has an array.
  [[nodiscard]] std::string ToJson() const;

 private:
  void Sort();

  TextRoom text_;
  Fields fields_;
  bool in_order_ = true;  ///< as they came, so that the text is the canonical form
};

/// A form that Verify has read.
///
/// Thread safety: immutable once it is read.
class ReadForm final : public Reading {
 public:
  [[nodiscard]] Parameters& parameters() { return parameters_; }
  [[nodiscard]] const Parameters& parameters() const { return parameters_; }

  // Every request needs one, and it is larger than what allocators have at hand.
  static void* operator new(std::size_t size);
  static void operator delete(void* form);

 private:
  Parameters parameters_;
};

}  // namespace twilio
}  // namespace omni::inline v0_1
