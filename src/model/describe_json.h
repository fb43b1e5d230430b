/// \file
/// One JSON writer and one reader for every described struct.
///
/// The JSON name of a member is the camelCase of its C++ name, made at compile time. A member at
/// its default is left out, but for numbers, booleans and the enums that always say their word.
#pragma once

#include <array>
#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/status_macros.h"
#include "model/text_sink.h"
#include "omni/event.h"
#include "omni/export.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace internal {

/// A short text that exists at compile time. One that does not fit does not compile.
struct FixedText {
  std::array<char, 40> chars = {};
  std::size_t size = 0;

  constexpr void Add(char c) { chars[size++] = c; }
  [[nodiscard]] constexpr std::string_view view() const { return {chars.data(), size}; }
};

constexpr bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr char FlipCase(char c) { return static_cast<char>(c ^ 0x20); }

/// `carrier_id` is `carrierId`, `class_` is `class`, the enumerator `kOptedOut` is `optedOut`.
constexpr FixedText CamelCase(std::string_view name) {
  FixedText out;
  if (name.size() > 1 && name[0] == 'k' && IsUpper(name[1])) {
    out.Add(FlipCase(name[1]));
    name.remove_prefix(2);
  }
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] != '_') {
      out.Add(name[i]);
    } else if (i + 1 < name.size()) {
      out.Add(FlipCase(name[++i]));
    }
  }
  return out;
}

template <class Descriptor>
inline constexpr FixedText kMemberName = CamelCase(Descriptor::name);

/// What is written before a member's value: `"carrierId":`.
template <class Descriptor>
constexpr FixedText MakeKeyText() {
  FixedText out;
  out.Add('"');
  for (char c : kMemberName<Descriptor>.view()) out.Add(c);
  out.Add('"');
  out.Add(':');
  return out;
}
template <class Descriptor>
inline constexpr FixedText kKeyText = MakeKeyText<Descriptor>();

template <class Struct>
using MembersOf = boost::describe::describe_members<Struct, boost::describe::mod_public>;
template <class T>
concept DescribedStruct = boost::describe::has_describe_members<T>::value;
template <class T>
concept DescribedEnum = boost::describe::has_describe_enumerators<T>::value;

template <class Enum>
struct EnumWord {
  FixedText word;
  Enum value = {};
};

template <DescribedEnum Enum>
constexpr auto MakeEnumWords() {
  using Enumerators = boost::describe::describe_enumerators<Enum>;
  std::array<EnumWord<Enum>, boost::mp11::mp_size<Enumerators>::value> words;
  std::size_t i = 0;
  boost::mp11::mp_for_each<Enumerators>([&words, &i](auto d) {
    words[i++] = {CamelCase(d.name), d.value};
  });
  return words;
}
template <DescribedEnum Enum>
inline constexpr auto kEnumWords = MakeEnumWords<Enum>();

/// The word of an enumerator; that of the first for a value that is none.
template <DescribedEnum Enum>
std::string_view WordOf(Enum value) {
  for (const EnumWord<Enum>& entry : kEnumWords<Enum>) {
    if (entry.value == value) return entry.word.view();
  }
  return kEnumWords<Enum>.front().word.view();
}

/// Enums whose `unknown` says something, so that it is written.
template <class Enum>
inline constexpr bool kWritesUnknown =
    std::is_same_v<Enum, StatusValue> || std::is_same_v<Enum, ErrorClass>;

template <class T>
inline constexpr bool kIsSequence = false;
template <class T>
inline constexpr bool kIsSequence<std::vector<T>> = true;
template <>
inline constexpr bool kIsSequence<Addresses> = true;
template <class T>
concept Sequence = kIsSequence<T>;

template <class T>
bool IsAbsent(const T& value) {
  if constexpr (requires { value.empty(); }) {
    return value.empty();
  } else if constexpr (std::is_same_v<T, absl::Time>) {
    return value == absl::InfinitePast();
  } else if constexpr (std::is_enum_v<T>) {
    return !kWritesUnknown<T> && value == T{};
  } else {
    return false;
  }
}
template <class T>
bool IsAbsent(const std::optional<T>& value) {
  return !value.has_value();
}

OMNI_EXPORT void WriteValue(std::int64_t value, TextSink& out);
OMNI_EXPORT void WriteValue(double value, TextSink& out);
/// As FormatTime, between quotes.
OMNI_EXPORT void WriteValue(absl::Time value, TextSink& out);
OMNI_EXPORT void WriteValue(Forwarded value, TextSink& out);
OMNI_EXPORT void WriteValue(const Metadata& value, TextSink& out);
inline void WriteValue(const std::string& value, TextSink& out) { out.PutString(value); }
inline void WriteValue(bool value, TextSink& out) { out.Put(value ? "true" : "false"); }
inline void WriteValue(const RawJson& value, TextSink& out) { out.Put(value.text); }

template <DescribedEnum Enum>
void WriteValue(Enum value, TextSink& out) {
  out.Put('"');
  out.Put(WordOf(value));
  out.Put('"');
}

template <DescribedStruct Struct>
void WriteValue(const Struct& value, TextSink& out);

template <class T>
void WriteValue(const std::optional<T>& value, TextSink& out) {
  WriteValue(*value, out);
}

template <Sequence List>
void WriteValue(const List& value, TextSink& out) {
  char separator = '[';
  for (const auto& element : value) {
    out.Put(separator);
    WriteValue(element, out);
    separator = ',';
  }
  out.Put(']');  // an empty one is absent, and never gets here
}

template <DescribedStruct Struct>
void WriteValue(const Struct& value, TextSink& out) {
  char before = '{';
  boost::mp11::mp_for_each<MembersOf<Struct>>([&](auto member) {
    if (IsAbsent(value.*member.pointer)) return;
    out.Put(std::exchange(before, ','));
    out.Put(kKeyText<decltype(member)>.view());
    WriteValue(value.*member.pointer, out);
  });
  if (before == '{') out.Put('{');
  out.Put('}');
}

/// Appends the JSON of a described struct, with room for `expected` bytes from the beginning.
template <DescribedStruct Struct>
void AppendDescribed(const Struct& value, std::string& out, std::size_t expected = 1536) {
  TextSink sink(out, expected);
  WriteValue(value, sink);
}

/// Where the reader is, for messages: a chain from the root that costs nothing until it is shown.
struct JsonPath {
  const JsonPath* parent = nullptr;
  std::string_view name = {};  // empty: an element, at `index`
  std::size_t index = 0;

  /// `message.media[0].size`; empty for the root.
  [[nodiscard]] std::string ToString() const;
};

/// InvalidArgument: `message.media[0].size: expected an integer`.
[[nodiscard]] OMNI_EXPORT absl::Status Expected(const JsonPath& path, std::string_view what);

[[nodiscard]] OMNI_EXPORT absl::Status ReadValue(JsonValue json, const JsonPath& path,
                                                 std::string& out);
[[nodiscard]] OMNI_EXPORT absl::Status ReadValue(JsonValue json, const JsonPath& path, bool& out);
[[nodiscard]] OMNI_EXPORT absl::Status ReadValue(JsonValue json, const JsonPath& path,
                                                 std::int64_t& out);
[[nodiscard]] OMNI_EXPORT absl::Status ReadValue(JsonValue json, const JsonPath& path, double& out);
[[nodiscard]] OMNI_EXPORT absl::Status ReadValue(JsonValue json, const JsonPath& path,
                                                 absl::Time& out);
[[nodiscard]] OMNI_EXPORT absl::Status ReadValue(JsonValue json, const JsonPath& path,
                                                 RawJson& out);
[[nodiscard]] OMNI_EXPORT absl::Status ReadValue(JsonValue json, const JsonPath& path,
                                                 Forwarded& out);
[[nodiscard]] OMNI_EXPORT absl::Status ReadValue(JsonValue json, const JsonPath& path,
                                                 Metadata& out);

template <DescribedEnum Enum>
[[nodiscard]] absl::Status ReadValue(JsonValue json, const JsonPath& path, Enum& out) {
  for (const EnumWord<Enum>& entry : kEnumWords<Enum>) {
    if (json.is_string() && json.text() == entry.word.view()) {
      out = entry.value;
      return absl::OkStatus();
    }
  }
  return Expected(path, "a known word");
}

template <DescribedStruct Struct>
[[nodiscard]] absl::Status ReadValue(JsonValue json, const JsonPath& path, Struct& out);

template <class T>
[[nodiscard]] absl::Status ReadValue(JsonValue json, const JsonPath& path, std::optional<T>& out) {
  return ReadValue(json, path, out.emplace());
}

template <Sequence List>
[[nodiscard]] absl::Status ReadValue(JsonValue json, const JsonPath& path, List& out) {
  if (!json.is_array()) return Expected(path, "an array");
  out.clear();
  out.reserve(json.size());
  for (JsonValue element : json.elements()) {
    const JsonPath element_path = {.parent = &path, .index = out.size()};
    OMNI_RETURN_IF_ERROR(ReadValue(element, element_path, out.emplace_back()));
  }
  return absl::OkStatus();
}

/// Members that `json` lacks keep their value, and those that `Struct` lacks are skipped.
template <DescribedStruct Struct>
[[nodiscard]] absl::Status ReadValue(JsonValue json, const JsonPath& path, Struct& out) {
  if (!json.is_object()) return Expected(path, "an object");
  absl::Status status;
  boost::mp11::mp_for_each<MembersOf<Struct>>([&](auto member) {
    const std::string_view name = kMemberName<decltype(member)>.view();
    if (!status.ok()) return;
    if (const JsonValue value = json[name]; value.exists()) {
      status = ReadValue(value, {.parent = &path, .name = name}, out.*member.pointer);
    }
  });
  return status;
}

}  // namespace internal
}  // namespace omni::inline v0_1
