#include "explain/body_variants.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "explain/json_spelling.h"
#include "omni/json.h"
#include "omni/support/encoding.h"

namespace host {
namespace {

// All spellings of a larger body would take too long; each change alone will do.
constexpr std::size_t kMaxBytes = std::size_t{48} << 20;

constexpr char kKeepBytes[] =
    "Verify over the bytes as they arrive: give omni the raw body, and take parsing and writing of "
    "JSON out of the way (a gateway's mapping template, a body parser, a queue that stores JSON).";

std::string Replaced(std::string_view text, std::string_view what, std::string_view with) {
  std::string out;
  for (std::size_t at = 0; (at = text.find(what)) != text.npos;) {
    out.append(text.substr(0, at)).append(with);
    text.remove_prefix(at + what.size());
  }
  return out.append(text);
}

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
}

// ---- JSON

std::optional<Change> SpacingChange(Spacing signed_as) {
  if (signed_as == Spacing::kKept) return std::nullopt;
  const bool added = signed_as == Spacing::kNone;
  return Change{.cause = "json_whitespace",
                .what = added ? "White space was put into the JSON on the way."
                              : "The white space of the JSON was taken out or changed on the way.",
                .fix = kKeepBytes};
}

std::optional<Change> UnicodeChange(UnicodeSpelling signed_as) {
  if (signed_as == UnicodeSpelling::kKept) return std::nullopt;
  const bool decoded = signed_as != UnicodeSpelling::kUtf8;
  return Change{.cause = "unicode_escapes",
                .what = decoded ? "Characters that were sent as \\uXXXX were decoded to UTF-8, or "
                                  "their digits written in another case, on the way."
                                : "Characters that were sent as UTF-8 were escaped as \\uXXXX on "
                                  "the way.",
                .fix = std::string(kKeepBytes) +
                       " For WhatsApp, where that cannot be helped, escapedUnicodeFallback."};
}

std::optional<Change> SlashChange(SlashSpelling signed_as) {
  if (signed_as == SlashSpelling::kKept) return std::nullopt;
  const bool lost = signed_as == SlashSpelling::kEscaped;
  return Change{.cause = "slash_escapes",
                .what = lost ? "Slashes that were sent as \\/ arrive as / alone."
                             : "Slashes that were sent plain were escaped as \\/ on the way.",
                .fix = kKeepBytes};
}

std::optional<Change> MarkupChange(MarkupSpelling signed_as) {
  if (signed_as == MarkupSpelling::kKept) return std::nullopt;
  return Change{.cause = "markup_escapes",
                .what = "The characters < > & were escaped or unescaped on the way.",
                .fix = kKeepBytes};
}

constexpr Spacing kSpacings[] = {Spacing::kKept, Spacing::kNone, Spacing::kAfterMarks,
                                 Spacing::kIndented2, Spacing::kIndented4};
constexpr UnicodeSpelling kUnicodes[] = {UnicodeSpelling::kKept, UnicodeSpelling::kLowerEscapes,
                                         UnicodeSpelling::kUpperEscapes, UnicodeSpelling::kUtf8};
constexpr SlashSpelling kSlashes[] = {SlashSpelling::kKept, SlashSpelling::kPlain,
                                      SlashSpelling::kEscaped};
constexpr MarkupSpelling kMarkups[] = {MarkupSpelling::kKept, MarkupSpelling::kPlain,
                                       MarkupSpelling::kEscaped};

std::vector<JsonSpelling> AllSpellings() {
  std::vector<JsonSpelling> all;
  for (const Spacing spacing : kSpacings) {
    for (const UnicodeSpelling unicode : kUnicodes) {
      for (const SlashSpelling slash : kSlashes) {
        for (const MarkupSpelling markup : kMarkups)
          all.push_back({spacing, unicode, slash, markup});
      }
    }
  }
  return all;
}

std::vector<Change> ChangesOf(const JsonSpelling& spelling) {
  std::vector<Change> changes;
  for (auto& change : {SpacingChange(spelling.spacing), UnicodeChange(spelling.unicode),
                       SlashChange(spelling.slash), MarkupChange(spelling.markup)}) {
    if (change) changes.push_back(*change);
  }
  return changes;
}

void AddJsonVariants(std::string_view body, std::vector<Variant>& variants) {
  if (!omni::JsonDocument::Parse(body).ok()) return;
  const std::vector<JsonSpelling> spellings = AllSpellings();
  const bool all = body.size() * spellings.size() <= kMaxBytes;
  for (const JsonSpelling& spelling : spellings) {
    std::vector<Change> changes = ChangesOf(spelling);
    if (!all && changes.size() > 1) continue;
    variants.push_back({.text = Respell(body, spelling), .changes = std::move(changes)});
  }
}

// ---- text

std::optional<std::string> ToLatin1(std::string_view utf8) {
  std::string out;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    if (byte < 0x80) {
      out.push_back(utf8[i]);
    } else if ((byte == 0xC2 || byte == 0xC3) && i + 1 < utf8.size()) {
      out.push_back(
          static_cast<char>((byte == 0xC3 ? 0x40 : 0) | static_cast<unsigned char>(utf8[++i])));
    } else {
      return std::nullopt;
    }
  }
  return out;
}

std::string FromLatin1(std::string_view latin1) {
  std::string out;
  for (const char c : latin1) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) out.push_back(static_cast<char>(0xC0 | byte >> 6));
    out.push_back(byte < 0x80 ? c : static_cast<char>(0x80 | (byte & 0x3F)));
  }
  return out;
}

std::string WithHexDigits(std::string_view text, bool upper) {
  std::string out(text);
  for (std::size_t i = 0; i + 2 < out.size(); ++i) {
    if (out[i] != '%') continue;
    for (char& c : {std::ref(out[i + 1]), std::ref(out[i + 2])}) {
      if (upper && c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
      if (!upper && c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    }
  }
  return out;
}

void AddTextVariants(std::string_view body, std::vector<Variant>& variants) {
  const auto add = [&](std::string text, const Change& change) {
    variants.push_back({.text = std::move(text), .changes = {change}});
  };
  const Change newline = {"trailing_newline",
                          "A line break at the end of the body was added or lost.",
                          "Send and verify the body to the last byte: no echo, editor or template "
                          "may touch its end. With curl, use --data-binary."};
  add(std::string(body) + "\n", newline);
  add(std::string(body) + "\r\n", newline);
  if (body.ends_with('\n')) add(std::string(body.substr(0, body.size() - 1)), newline);
  if (body.ends_with("\r\n")) add(std::string(body.substr(0, body.size() - 2)), newline);

  const Change endings = {"line_endings",
                          "Line breaks were turned from CRLF to LF, or the other way.",
                          "Handle the body as bytes: no text mode, no version control filter."};
  add(Replaced(Replaced(body, "\r\n", "\n"), "\n", "\r\n"), endings);
  add(Replaced(body, "\r\n", "\n"), endings);

  add(std::string(Trimmed(body)),
      {"surrounding_space", "White space was put around the body on the way.",
       "Pass the body on as it is."});
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  const Change mark = {"byte_order_mark", "A byte order mark was added to the body, or cut off.",
                       "Handle the body as bytes."};
  body.starts_with(kMark) ? add(std::string(body.substr(kMark.size())), mark)
                          : add(std::string(kMark).append(body), mark);

  const Change charset = {"charset",
                          "The body was read as Latin-1 and written as UTF-8, or the other way.",
                          "Handle the body as bytes, or read it as what it is: UTF-8."};
  if (auto latin1 = ToLatin1(body)) add(*std::move(latin1), charset);
  if (!omni::IsValidUtf8(body)) add(FromLatin1(body), charset);

  const std::string_view trimmed = Trimmed(body);
  if (auto decoded = omni::Base64Decode(trimmed); decoded && !decoded->empty()) {
    add(*std::move(decoded),
        {"base64_body", "The body arrives in base64.",
         "Decode it before omni gets it: an API gateway says so with isBase64Encoded."});
  }
  if (const auto document = omni::JsonDocument::Parse(trimmed);
      document.ok() && document->root().is_string()) {
    add(std::string(document->root().text()),
        {"quoted_body", "The body arrives as a JSON string that holds the real one.",
         "Pass the raw body on instead of writing it as JSON."});
  }
  const Change escapes = {"form_escapes", "The form's escapes were written anew on the way.",
                          "Pass the body on as it is, without decoding and encoding the form."};
  add(Replaced(body, "+", "%20"), escapes);
  add(Replaced(body, "%20", "+"), escapes);
  add(WithHexDigits(body, true), escapes);
  add(WithHexDigits(body, false), escapes);
}

}  // namespace

std::vector<Variant> BodyVariants(std::string_view body) {
  std::vector<Variant> all = {{.text = std::string(body)}};
  AddTextVariants(body, all);  // first: a lost line break is white space too
  AddJsonVariants(body, all);
  std::stable_sort(all.begin(), all.end(), [](const Variant& a, const Variant& b) {
    return a.changes.size() < b.changes.size();
  });
  std::vector<Variant> distinct;
  std::set<std::string> seen;
  for (Variant& variant : all) {
    if (seen.insert(variant.text).second) distinct.push_back(std::move(variant));
  }
  return distinct;
}

void InspectBody(const Suspect& suspect, Findings& findings) {
  const std::string& body = suspect.request.body;
  const auto encoding = suspect.request.headers.Find("Content-Encoding");
  const bool compressed = body.starts_with("\x1f\x8b");
  if (compressed || (encoding && !encoding->empty() && *encoding != "identity")) {
    findings.causes.push_back(
        {.cause = "body_compressed",
         .what = "The body is still compressed, and the signature covers what is in it.",
         .evidence = compressed ? "it begins as gzip does" : "Content-Encoding is there",
         .fix = "Let the server in front, or whoever captured this, undo Content-Encoding."});
  }
  if (suspect.content_length && *suspect.content_length != body.size()) {
    findings.causes.push_back(
        {.cause = "body_length",
         .what = "The body is not as long as the carrier has said.",
         .evidence = "Content-Length says " + std::to_string(*suspect.content_length) +
                     " bytes, there are " + std::to_string(body.size()),
         .fix = "Something cut the body, or changed it without saying so: a limit of a proxy, a "
                "rewriting filter, or the capture itself. Look there first."});
  }
  if (body.find("\xEF\xBF\xBD") != body.npos) {
    findings.causes.push_back(
        {.cause = "characters_lost",
         .what = "Bytes of the body were replaced by U+FFFD, so what was signed is gone.",
         .evidence = "the body holds the replacement character",
         .fix = "Handle the body as bytes; something read it as text in another encoding."});
  }
}

}  // namespace host
