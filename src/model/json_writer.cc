#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include "model/json_text.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace {

/// Whether the eight bytes at `p` may be written as they are.
bool IsPlain(const char* p) {
  const std::uint64_t word = internal::LoadWord(p);
  return ((word & internal::kHighBits) | internal::SpecialBytes(word)) == 0;
}

void AppendEscape(char c, std::string& out) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      constexpr std::string_view kDigits = "0123456789abcdef";
      const auto byte = static_cast<unsigned char>(c);
      out += "\\u00";
      out += kDigits[byte >> 4];
      out += kDigits[byte & 0xF];
  }
}

/// Appends plain text in runs, and looks closely only where eight bytes are not all plain.
void AppendEscaped(std::string_view text, std::string& out) {
  const char* p = text.data();
  const char* const end = p + text.size();
  const char* run = p;
  const auto end_run = [&run, &out](const char* to) {
    out.append(run, static_cast<std::size_t>(to - run));
  };
  while (p != end) {
    if (end - p >= 8 && IsPlain(p)) {
      p += 8;
      continue;
    }
    const auto byte = static_cast<unsigned char>(*p);
    if (byte >= 0x80) {
      const internal::Utf8Sequence sequence = internal::NextUtf8(p, end);
      if (!sequence.valid) {
        end_run(p);
        out += internal::kReplacementCharacter;
        run = p + sequence.length;
      }
      p += sequence.length;
    } else if (byte < 0x20 || byte == '"' || byte == '\\') {
      end_run(p);
      AppendEscape(*p, out);
      run = ++p;
    } else {
      ++p;
    }
  }
  end_run(end);
}

template <class Number>
void AppendNumber(Number value, std::string& out) {
  std::array<char, 32> buffer;
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  out.append(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
}

}  // namespace

void JsonWriter::Separate() {
  if (need_comma_) out_ += ',';
  need_comma_ = true;
}

void JsonWriter::BeginObject() {
  Separate();
  out_ += '{';
  need_comma_ = false;
}

void JsonWriter::EndObject() {
  out_ += '}';
  need_comma_ = true;
}

void JsonWriter::BeginArray() {
  Separate();
  out_ += '[';
  need_comma_ = false;
}

void JsonWriter::EndArray() {
  out_ += ']';
  need_comma_ = true;
}

void JsonWriter::Key(std::string_view key) {
  String(key);
  out_ += ':';
  need_comma_ = false;
}

void JsonWriter::String(std::string_view text) {
  Separate();
  out_ += '"';
  AppendEscaped(text, out_);
  out_ += '"';
}

void JsonWriter::Int(std::int64_t value) {
  Separate();
  AppendNumber(value, out_);
}

void JsonWriter::Double(double value) {
  if (!std::isfinite(value)) return Null();
  Separate();
  AppendNumber(value, out_);
}

void JsonWriter::Bool(bool value) { Raw(value ? "true" : "false"); }

void JsonWriter::Null() { Raw("null"); }

void JsonWriter::Raw(std::string_view json) {
  Separate();
  out_ += json;
}

}  // namespace omni::inline v0_1
