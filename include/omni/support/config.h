/// \file
/// Configuration as described structs: one description gives parsing, checking with JSON paths,
/// "did you mean" and documentation.
///
/// \code
/// struct EchoOptions {
///   std::string greeting = "hello";
///   std::optional<std::int64_t> limit;
/// };
/// BOOST_DESCRIBE_STRUCT(EchoOptions, (), (greeting, limit))
/// ...
/// ConfigReader reader(params.options, params.path);
/// EchoOptions options;
/// reader.Read(options);
/// reader.RejectUnknown(params.reserved);
/// if (!reader.ok()) return reader.status();
/// \endcode
#pragma once

#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "omni/export.h"
#include "omni/json.h"

namespace omni::inline v0_1 {

/// `camelCase` of a C++ name: `account_sid` is `accountSid`, `class_` is `class`, `kOptedOut` (an
/// enumerator) is `optedOut`.
[[nodiscard]] OMNI_EXPORT std::string JsonName(std::string_view cpp_name);

/// The candidate nearest to `word`; nothing when none is near.
[[nodiscard]] OMNI_EXPORT std::optional<std::string> DidYouMean(
    std::string_view word, std::span<const std::string> candidates);

/// Reads described structs from one JSON object and collects every mistake.
///
/// Members may be bool, std::int64_t, double, std::string, absl::Time, absl::Duration (`"5s"`),
/// described enums, described structs, std::optional and std::vector of these. A member that is
/// absent keeps its default.
///
/// Thread safety: confined. Lifetime: the document outlives the reader.
class OMNI_EXPORT ConfigReader {
 public:
  /// `path` is the object's own, for messages: `channels[2]`, or empty for the root.
  ConfigReader(JsonValue object, std::string_view path);

  /// Reads the members of `options` and remembers their names as known.
  template <class T>
  void Read(T& options) {
    ReadStruct(object_, path_, options, known_);
  }
  /// Remembers a key that is read elsewhere.
  void Know(std::string_view key) { known_.emplace_back(key); }
  /// Reports every key of the object that neither Read, Know nor `reserved` names.
  void RejectUnknown(std::span<const std::string> reserved);

  /// Adds a mistake at `key` (empty: the object itself).
  void Fail(std::string_view key, std::string_view message);

  [[nodiscard]] bool ok() const { return problems_.empty(); }
  /// One line a mistake: `channels[2].limit: expected an integer`.
  [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }
  /// InvalidArgument with all of them; OK when there is none.
  [[nodiscard]] absl::Status status() const;

 private:
  void Report(std::string_view path, std::string_view message);

  void ReadValue(JsonValue value, const std::string& path, bool& out);
  void ReadValue(JsonValue value, const std::string& path, std::int64_t& out);
  void ReadValue(JsonValue value, const std::string& path, double& out);
  void ReadValue(JsonValue value, const std::string& path, std::string& out);
  void ReadValue(JsonValue value, const std::string& path, absl::Time& out);
  void ReadValue(JsonValue value, const std::string& path, absl::Duration& out);

  template <class T>
  void ReadValue(JsonValue value, const std::string& path, std::optional<T>& out) {
    ReadValue(value, path, out.emplace());
  }

  template <class T>
  void ReadValue(JsonValue value, const std::string& path, std::vector<T>& out) {
    if (!value.is_array()) return Report(path, "expected a list");
    out.clear();
    for (JsonValue element : value.elements()) {
      T read = {};
      ReadValue(element, path + "[" + std::to_string(out.size()) + "]", read);
      out.push_back(std::move(read));
    }
  }

  template <class T>
  requires boost::describe::has_describe_enumerators<T>::value void ReadValue(
      JsonValue value, const std::string& path, T& out) {
    bool found = false;
    std::vector<std::string> words;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto d) {
      words.push_back(JsonName(d.name));
      if (value.is_string() && value.text() == words.back()) {
        out = d.value;
        found = true;
      }
    });
    if (!found) ReportWord(path, value, words);
  }

  template <class T>
  requires boost::describe::has_describe_members<T>::value void ReadValue(JsonValue value,
                                                                          const std::string& path,
                                                                          T& out) {
    if (!value.is_object()) return Report(path, "expected an object");
    std::vector<std::string> known;
    ReadStruct(value, path, out, known);
    ReportUnknown(value, path, known);
  }

  template <class T>
  void ReadStruct(JsonValue object, const std::string& path, T& out,
                  std::vector<std::string>& known) {
    using Members = boost::describe::describe_members<T, boost::describe::mod_any_access>;
    boost::mp11::mp_for_each<Members>([&](auto d) {
      const std::string& name = known.emplace_back(JsonName(d.name));
      if (JsonValue value = object[name]; value.exists()) {
        ReadValue(value, path.empty() ? name : path + "." + name, out.*d.pointer);
      }
    });
  }

  void ReportWord(const std::string& path, JsonValue value, const std::vector<std::string>& words);
  void ReportUnknown(JsonValue object, const std::string& path,
                     const std::vector<std::string>& known);

  JsonValue object_;
  std::string path_;
  std::vector<std::string> known_;
  std::vector<std::string> problems_;
};

}  // namespace omni::inline v0_1
