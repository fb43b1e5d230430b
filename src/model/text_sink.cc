#include "model/text_sink.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <algorithm>
#include <cstdint>

#include "model/json_text.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

/// Copies `text` as it is, by words of which the last overlaps the one before it, and says whether
/// that is how JSON writes it.
template <class Word>
bool CopyWords(std::string_view text, char* out) {
  Word seen;
  const std::size_t last = text.size() - Word::kSize;
  for (std::size_t at = 0; at < last; at += Word::kSize) seen.Copy(text.data() + at, out + at);
  seen.Copy(text.data() + last, out + last);
  return seen.IsPlain();
}

/// Eight bytes.
struct Bytes8 {
  static constexpr std::size_t kSize = 8;
  std::uint64_t odd = 0;

  void Copy(const char* from, char* to) {
    const std::uint64_t word = LoadWord(from);
    std::memcpy(to, &word, sizeof(word));
    odd |= SpecialBytes(word) | (word & kHighBits);
  }
  [[nodiscard]] bool IsPlain() const { return odd == 0; }
};

#ifdef __SSE2__
/// Sixteen bytes.
struct Bytes16 {
  static constexpr std::size_t kSize = 16;
  __m128i odd = _mm_setzero_si128();

  void Copy(const char* from, char* to) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes);
    // As signed numbers, bytes beyond ASCII are below the space too.
    odd = _mm_or_si128(odd, _mm_cmplt_epi8(bytes, _mm_set1_epi8(' ')));
    odd = _mm_or_si128(odd, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
    odd = _mm_or_si128(odd, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
  }
  [[nodiscard]] bool IsPlain() const { return _mm_movemask_epi8(odd) == 0; }
};
#else
using Bytes16 = Bytes8;
#endif

/// Copies a text shorter than a word.
bool CopyPart(std::string_view text, char* out) {
  const std::uint64_t word = LoadPart(text.data(), text.size());
  for (std::size_t i = 0; i < text.size(); ++i) out[i] = text[i];
  // The zeros behind it are no part of it.
  const std::uint64_t mine = (std::uint64_t{1} << (8 * text.size())) - 1;
  return ((SpecialBytes(word) | (word & kHighBits)) & mine) == 0;
}

/// Copies `text` as it is; false where that is not how JSON writes it, or may not be.
bool CopyAscii(std::string_view text, char* out) {
  if (text.size() >= Bytes16::kSize) return CopyWords<Bytes16>(text, out);
  return text.size() >= Bytes8::kSize ? CopyWords<Bytes8>(text, out) : CopyPart(text, out);
}

/// Whether JSON writes `text` as it is.
bool IsPlain(std::string_view text) {
  const char* p = text.data();
  std::size_t left = text.size();
  std::uint64_t special = 0;
  for (; left >= 8; left -= 8, p += 8) special |= SpecialBytes(LoadWord(p));
  // Spaces are plain, and fill the word up.
  std::uint64_t word = kLowBits * ' ';
  std::memcpy(&word, p, left);
  return (special | SpecialBytes(word)) == 0 && ValidUtf8Prefix(text) == text.size();
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
  if (CopyAscii(text, at + 1) || IsPlain(text)) {
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
