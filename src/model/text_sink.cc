#include "model/text_sink.h"

#include <algorithm>
#include <cstdint>

#include "model/json_text.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

/// Copies `text` as it is, eight bytes at a time, and says whether that is how JSON writes it.
bool CopyPlain(std::string_view text, char* out) {
  const char* p = text.data();
  std::size_t left = text.size();
  std::uint64_t special = 0;
  std::uint64_t high = 0;
  const auto take = [&](std::uint64_t word) {
    special |= SpecialBytes(word);
    high |= word & kHighBits;
  };
  for (; left >= 8; left -= 8, p += 8, out += 8) {
    const std::uint64_t word = LoadWord(p);
    std::memcpy(out, &word, sizeof(word));
    take(word);
  }
  if (left > 0) {
    // Spaces are plain, and fill the word up.
    std::uint64_t word = kLowBits * ' ';
    std::memcpy(&word, p, left);
    std::memcpy(out, p, left);
    take(word);
  }
  return special == 0 && (high == 0 || ValidUtf8Prefix(text) == text.size());
}

/// `\n`, `\u0001` and so on, to `out`; the length.
std::size_t WriteEscape(char c, char* out) {
  constexpr std::string_view kNamed = "\"\"\\\\\bb\ff\nn\rr\tt";
  out[0] = '\\';
  for (std::size_t i = 0; i < kNamed.size(); i += 2) {
    if (kNamed[i] != c) continue;
    out[1] = kNamed[i + 1];
    return 2;
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  std::memcpy(out + 1, "u00", 3);
  out[4] = kDigits[byte >> 4];
  out[5] = kDigits[byte & 0xF];
  return 6;
}

}  // namespace

void TextSink::PutString(std::string_view text) {
  char* const at = Room(text.size() + 2);
  *at = '"';
  if (CopyPlain(text, at + 1)) {
    at[text.size() + 1] = '"';
    at_ += text.size() + 2;
    return;
  }
  ++at_;
  PutEscaped(text);
  Put('"');
}

void TextSink::PutEscaped(std::string_view text) {
  const char* p = text.data();
  const char* const end = p + text.size();
  const char* run = p;
  const auto end_run = [&] { Put({run, static_cast<std::size_t>(p - run)}); };
  while (p != end) {
    const auto byte = static_cast<unsigned char>(*p);
    if (byte >= 0x80) {
      const Utf8Sequence sequence = NextUtf8(p, end);
      if (!sequence.valid) {
        end_run();
        Put(kReplacementCharacter);
        run = p + sequence.length;
      }
      p += sequence.length;
    } else if (byte < 0x20 || byte == '"' || byte == '\\') {
      end_run();
      at_ += WriteEscape(*p, Room(6));
      run = ++p;
    } else {
      ++p;
    }
  }
  end_run();
}

void TextSink::Grow(std::size_t size) {
  const auto used = static_cast<std::size_t>(at_ - out_.data());
  out_.resize(std::max(used + size, 2 * used));
  out_.resize(out_.capacity());
  SetPointers(used);
}

}  // namespace internal
}  // namespace omni::inline v0_1
