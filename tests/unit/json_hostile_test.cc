// What a stranger may send where JSON is expected.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include "omni/error.h"
#include "omni/json.h"
#include "omni/testing/status_matchers.h"

namespace omni {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;

std::string ReasonFor(std::string_view text, const JsonLimits& limits = {}) {
  const absl::StatusOr<JsonDocument> document = JsonDocument::Parse(text, limits);
  if (document.ok()) return "accepted";
  EXPECT_EQ(document.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(GetErrorDetail(document.status()).code, "INVALID_PAYLOAD");
  return GetErrorDetail(document.status()).reason;
}

std::string MessageFor(std::string_view text) {
  return std::string(JsonDocument::Parse(text).status().message());
}

constexpr std::string_view kReplaced = "\xEF\xBF\xBD";

std::string TextOf(std::string_view json) {
  const absl::StatusOr<JsonDocument> document = JsonDocument::Parse(json);
  return document.ok() ? std::string(document->root().text()) : "refused";
}

std::string Nested(int depth) {
  return std::string(static_cast<std::size_t>(depth), '[') +
         std::string(static_cast<std::size_t>(depth), ']');
}

TEST(HostileJsonTest, RefusesWhatIsNotJson) {
  for (const char* text : {"",
                           " ",
                           "\n",
                           "{",
                           "}",
                           "[",
                           "]",
                           ",",
                           ":",
                           "[1,]",
                           "[,1]",
                           "[1 2]",
                           "{\"a\":1,}",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{a:1}",
                           "{1:1}",
                           "{'a':1}",
                           "'a'",
                           "\"",
                           "\"\\\"",
                           "\"\\x41\"",
                           "\"\\u12\"",
                           "\"\\u12g4\"",
                           "tru",
                           "nul",
                           "falsey",
                           "TRUE",
                           "None",
                           "undefined",
                           "NaN",
                           "-NaN",
                           "Infinity",
                           "-Infinity",
                           "[NaN]",
                           "inf",
                           "+1",
                           "01",
                           "-",
                           "-a",
                           ".5",
                           "1.",
                           "1.e5",
                           "1e",
                           "1e+",
                           "0x10",
                           "1_000",
                           "1 2",
                           "{} {}",
                           "[]]",
                           "{}x",
                           "// c\n1",
                           "/* c */1",
                           "1//c",
                           "\xEF\xBB\xBF{}",
                           "\"a\"b\"",
                           "[\"a\" : 1]",
                           "{\"a\" , 1}",
                           "{\"a\":1 \"b\":2}",
                           "{,}"}) {
    EXPECT_EQ(ReasonFor(text), "json_malformed") << text;
  }
}

TEST(HostileJsonTest, NamesThePlaceAndNotTheText) {
  EXPECT_THAT(MessageFor(R"({"name":"Ada" "phone":"+15551234567"})"), HasSubstr("at byte 14"));
  EXPECT_THAT(MessageFor(R"({"name":"Ada" "phone":"+15551234567"})"), Not(HasSubstr("555")));
  EXPECT_THAT(MessageFor("[1,2,\xFF]"), HasSubstr("at byte 5"));
  EXPECT_THAT(MessageFor("[1,2,3"), HasSubstr("at byte 6"));
}

TEST(HostileJsonTest, RefusesControlCharactersInStrings) {
  for (int c = 0; c < 0x20; ++c) {
    std::string text = "[\"ab\"]";
    text.insert(3, 1, static_cast<char>(c));
    EXPECT_EQ(ReasonFor(text), "json_malformed") << c;
    text = "[\"" + std::string(20, 'x') + static_cast<char>(c) + std::string(20, 'x') + "\"]";
    EXPECT_EQ(ReasonFor(text), "json_malformed") << c;
  }
  EXPECT_EQ(ReasonFor("\"\x7F\""), "accepted");
}

TEST(HostileJsonTest, ANulByteIsNotTheEnd) {
  EXPECT_EQ(ReasonFor(std::string_view("\0", 1)), "json_malformed");
  EXPECT_EQ(ReasonFor(std::string_view("{}\0", 3)), "json_malformed");
  EXPECT_EQ(ReasonFor(std::string_view("{}\0{}", 5)), "json_malformed");
  EXPECT_EQ(ReasonFor(std::string_view("{\"a\":1\0}", 8)), "json_malformed");
  EXPECT_EQ(ReasonFor(std::string_view("[1,\0 2]", 7)), "json_malformed");
}

TEST(HostileJsonTest, RefusesDeepNesting) {
  EXPECT_EQ(ReasonFor(Nested(64)), "accepted");
  EXPECT_EQ(ReasonFor(Nested(65)), "json_too_deep");
  EXPECT_EQ(ReasonFor(std::string(2 << 20, '[')), "json_too_deep");
  EXPECT_EQ(ReasonFor(Nested(1'000'000)), "json_too_deep");
  std::string objects;
  for (int i = 0; i < 65; ++i) objects += "{\"a\":";
  EXPECT_EQ(ReasonFor(objects), "json_too_deep");
}

TEST(HostileJsonTest, DepthCountsWhatIsOpen) {
  std::string flat = "[";
  for (int i = 0; i < 1000; ++i) flat += "[[{}]],";
  flat += "[]]";
  EXPECT_EQ(ReasonFor(flat, {.max_depth = 4}), "accepted");
  EXPECT_EQ(ReasonFor(flat, {.max_depth = 3}), "json_too_deep");
  EXPECT_EQ(ReasonFor("1", {.max_depth = 0}), "accepted");
  EXPECT_EQ(ReasonFor("[]", {.max_depth = 0}), "json_too_deep");
}

TEST(HostileJsonTest, AMillionDeepIsReadWhereTheHostAllowsIt) {
  const std::string text = Nested(1'000'000);
  absl::StatusOr<JsonDocument> document =
      JsonDocument::Parse(text, {.max_depth = 1'000'000, .max_values = 1'000'000});
  ASSERT_THAT(document, IsOk());
  EXPECT_EQ(document->root().raw().size(), text.size());
  EXPECT_EQ(CompactJson(document->root()), text);
  JsonValue value = document->root();
  int depth = 0;
  for (; value.exists(); value = value.At(0)) ++depth;
  EXPECT_EQ(depth, 1'000'000);
}

TEST(HostileJsonTest, RefusesMoreThanItsLimits) {
  EXPECT_EQ(ReasonFor("[1,2,3]", {.max_values = 4}), "accepted");
  EXPECT_EQ(ReasonFor("[1,2,3]", {.max_values = 3}), "json_too_large");
  EXPECT_EQ(ReasonFor("[[],[],[]]", {.max_values = 3}), "json_too_large");
  EXPECT_EQ(ReasonFor("1", {.max_values = 0}), "json_too_large");
  EXPECT_EQ(ReasonFor("[1,2]", {.max_bytes = 5}), "accepted");
  EXPECT_EQ(ReasonFor("[1,2]", {.max_bytes = 4}), "json_too_large");
  std::string many = "[0";
  for (int i = 0; i < 1'000'000; ++i) many += ",0";
  EXPECT_EQ(ReasonFor(many + "]"), "json_too_large");
}

TEST(HostileJsonTest, NumbersOnTheEdgeDoNoHarm) {
  // The first of these makes RapidJSON 1.1 read wild memory when it computes the value.
  for (const char* text : {"0.0000000000000000001e-2147483639", "1e-400", "1e-2147483648",
                           "1e-99999999999999999999", "-0.0e-0", "1.7976931348623157e308",
                           "123456789012345678901234567890.123456789012345678901234567890"}) {
    EXPECT_EQ(ReasonFor(text), "accepted") << text;
  }
  EXPECT_EQ(ReasonFor("0." + std::string(100'000, '0') + "1"), "accepted");
  for (const char* text : {"1e999", "-1e999", "1e309", "1e2147483648"}) {
    EXPECT_EQ(ReasonFor(text), "json_malformed") << text;
  }
  EXPECT_EQ(ReasonFor(std::string(100'000, '9')), "json_malformed");
}

TEST(HostileJsonTest, HalfASurrogatePairIsReplaced) {
  const std::string replaced(kReplaced);
  EXPECT_EQ(TextOf(R"("\ud83d")"), replaced);
  EXPECT_EQ(TextOf(R"("\uD83D")"), replaced);
  EXPECT_EQ(TextOf(R"("\uDbFf")"), replaced);
  EXPECT_EQ(TextOf(R"("\udc00")"), replaced);
  EXPECT_EQ(TextOf(R"("\uDfFf")"), replaced);
  EXPECT_EQ(TextOf(R"("a\ud83db")"), "a" + replaced + "b");
  EXPECT_EQ(TextOf(R"("\ud83d\n")"), replaced + "\n");
  EXPECT_EQ(TextOf(R"("\ud83d\u0041")"), replaced + "A");
  EXPECT_EQ(TextOf(R"("\ud83d\ud83d")"), replaced + replaced);
  EXPECT_EQ(TextOf(R"("\ude00\ud83d")"), replaced + replaced);
  EXPECT_EQ(TextOf(R"("\ud83d\ud83d\ude00")"), replaced + "\xF0\x9F\x98\x80");
  EXPECT_EQ(TextOf(R"("\ud83d\ude00\ude00")"), "\xF0\x9F\x98\x80" + replaced);
  EXPECT_EQ(TextOf(R"("\ud83d\\ude00")"), replaced + "\\ude00");
}

TEST(HostileJsonTest, WholePairsAndEscapedBackslashesAreKept) {
  EXPECT_EQ(TextOf(R"("\uD83D\uDE00")"), "\xF0\x9F\x98\x80");
  EXPECT_EQ(TextOf(R"("\ud800\udc00\uDBFF\uDFFF")"), "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF");
  EXPECT_EQ(TextOf(R"("\\ud83d")"), "\\ud83d");
  EXPECT_EQ(TextOf(R"("\\\\ud83d")"), "\\\\ud83d");
  EXPECT_EQ(TextOf(R"("\\\ud83d")"), "\\" + std::string(kReplaced));
  EXPECT_EQ(TextOf(R"("\ud7ff\ue000")"), "\xED\x9F\xBF\xEE\x80\x80");
}

TEST(HostileJsonTest, AKeyMayHoldHalfAPair) {
  const absl::StatusOr<JsonDocument> document = JsonDocument::Parse(R"({"a\udc00":1})");
  ASSERT_THAT(document, IsOk());
  EXPECT_EQ(document->root()["a" + std::string(kReplaced)].AsInt64(), 1);
}

TEST(HostileJsonTest, RefusesInvalidUtf8Anywhere) {
  for (const char* text :
       {"\"\xFF\xFE\"", "\"\x80\"", "\"\xC0\x80\"", "\"\xC1\xBF\"", "\"\xE0\x80\x80\"",
        "\"\xE0\x9F\xBF\"", "\"\xF0\x80\x80\x80\"", "\"\xF0\x8F\xBF\xBF\"", "\"\xED\xA0\x80\"",
        "\"\xED\xBF\xBF\"", "\"\xF4\x90\x80\x80\"", "\"\xF5\x80\x80\x80\"", "\"\xE2\x82\"",
        "\"\xE2\"", "\"\xF0\x9F\x98\"", "{\"\xFF\":1}", "\xFF", "{}\xFE"}) {
    EXPECT_EQ(ReasonFor(text), "json_invalid_utf8");
  }
}

/// Reads everything, and checks that each value's source is that value.
void CheckAll(JsonValue value) {
  (void)value.AsInt64();
  (void)value.AsDouble();
  EXPECT_TRUE(IsValidUtf8(value.text()));
  const absl::StatusOr<JsonDocument> again = JsonDocument::Parse(value.raw());
  ASSERT_THAT(again, IsOk()) << value.raw();
  EXPECT_EQ(again->root().type(), value.type());
  EXPECT_EQ(again->root().scalar(), value.scalar());
  EXPECT_EQ(again->root().raw(), value.raw());
  EXPECT_THAT(JsonDocument::Parse(CompactJson(value)), IsOk());
  std::size_t children = 0;
  for (JsonValue element : value.elements()) {
    CheckAll(element);
    ++children;
  }
  for (const JsonMember& member : value.members()) {
    EXPECT_TRUE(IsValidUtf8(member.key));
    CheckAll(member.value);
    ++children;
  }
  EXPECT_EQ(children, value.size());
}

constexpr std::string_view kSample =
    R"( {"a":[1,-2.5e3,true,false,null,"\u00e9\ud83d\ude00\n"], "bb" :{"":{},"c":[[ ],"\ud83d x"]})"
    "\t,\"\xC3\xA9\xF0\x9F\x98\x80 and a longer run of text\":\"\\\\\\\"\", "
    "\"d\":[0,{\"e\":\"\"}]}";

TEST(HostileJsonTest, EveryValueOfTheSampleIsItsOwnSource) {
  const absl::StatusOr<JsonDocument> document = JsonDocument::Parse(kSample);
  ASSERT_THAT(document, IsOk());
  CheckAll(document->root());
}

TEST(HostileJsonTest, TruncatedAtAnyByteIsRefused) {
  for (std::size_t size = 0; size < kSample.size(); ++size) {
    // An exact heap copy, so that a read beyond the end shows under AddressSanitizer.
    const std::string text(kSample.substr(0, size));
    EXPECT_NE(ReasonFor(text), "accepted") << size;
  }
}

TEST(HostileJsonTest, AnyMutationIsReadOrRefused) {
  std::mt19937 random(20261120);
  const std::string_view pieces[] = {"\"", "\\",    "{",       "}",    "[",   "]",    ",",
                                     ":",  "\\ud8", "\\udc00", "null", "1e",  "-",    " ",
                                     "0",  "\xF0",  "\x80",    "\n",   "\\u", "true", ".5"};
  int accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text(kSample);
    for (auto edits = 1 + random() % 3; edits > 0; --edits) {
      const std::size_t at = random() % text.size();
      const std::string_view piece = pieces[random() % std::size(pieces)];
      text.replace(at, random() % 4, piece);
    }
    const absl::StatusOr<JsonDocument> document = JsonDocument::Parse(text);
    if (!document.ok()) continue;
    ++accepted;
    CheckAll(document->root());
  }
  EXPECT_GT(accepted, 500);
}

/// The same text for the other reader: the fast one does not take long texts.
std::string Long(std::string_view text) { return std::string(text) + std::string(200'000, ' '); }

void ExpectSame(JsonValue fast, JsonValue slow) {
  ASSERT_EQ(fast.type(), slow.type());
  EXPECT_EQ(fast.raw(), slow.raw());
  EXPECT_EQ(fast.text(), slow.text());
  ASSERT_EQ(fast.size(), slow.size());
  for (std::size_t i = 0; i < fast.size() && fast.is_array(); ++i) {
    ExpectSame(fast.At(i), slow.At(i));
  }
  auto other = slow.members().begin();
  for (const JsonMember& member : fast.members()) {
    EXPECT_EQ(member.key, (*other).key);
    ExpectSame(member.value, (*other).value);
    ++other;
  }
}

TEST(HostileJsonTest, BothReadersReadTheSame) {
  std::mt19937 random(20261129);
  const std::string_view pieces[] = {"\"", "\\",   "{",        "}", "[",      "]",
                                     ",",  ":",    "\\ud8\"",  "0", "-",      "1.5e3",
                                     "\t", "null", "\"a\":1,", " ", "\\u00e9"};
  int accepted = 0;
  for (int round = 0; round < 2'000; ++round) {
    std::string text(kSample);
    for (auto edits = random() % 3; edits > 0; --edits) {
      text.replace(random() % text.size(), random() % 3, pieces[random() % std::size(pieces)]);
    }
    const absl::StatusOr<JsonDocument> fast = JsonDocument::Parse(text);
    const absl::StatusOr<JsonDocument> slow = JsonDocument::Parse(Long(text));
    ASSERT_EQ(fast.ok(), slow.ok()) << text;
    if (!fast.ok()) continue;
    ++accepted;
    ExpectSame(fast->root(), slow->root());
  }
  EXPECT_GT(accepted, 700);
}

TEST(HostileJsonTest, AHugeStringIsOneValue) {
  const std::string content(8 << 20, 'x');
  EXPECT_EQ(TextOf("\"" + content + "\""), content);
  std::string escaped = "\"";
  for (int i = 0; i < 100'000; ++i) escaped += "\\n";
  EXPECT_EQ(TextOf(escaped + "\""), std::string(100'000, '\n'));
}

TEST(Utf8Test, AcceptsTheEdgesOfEveryLength) {
  EXPECT_TRUE(IsValidUtf8(""));
  EXPECT_TRUE(IsValidUtf8(std::string_view("\0\x7F", 2)));
  EXPECT_TRUE(IsValidUtf8("\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF"));
  EXPECT_TRUE(IsValidUtf8("\xED\x9F\xBF\xEE\x80\x80\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"));
  EXPECT_TRUE(IsValidUtf8("twenty plain bytes, \xE2\x82\xAC and plain bytes again"));
}

TEST(Utf8Test, RefusesAByteAtAnyPlace) {
  for (std::size_t at = 0; at < 24; ++at) {
    std::string text(24, 'x');
    text[at] = '\xA9';
    EXPECT_FALSE(IsValidUtf8(text)) << at;
  }
}

TEST(Utf8Test, ReplacesEachIllFormedSequenceOnce) {
  const std::string replaced(kReplaced);
  EXPECT_EQ(ToValidUtf8("plain \xC3\xA9"), "plain \xC3\xA9");
  EXPECT_EQ(ToValidUtf8("a\xFFz"), "a" + replaced + "z");
  EXPECT_EQ(ToValidUtf8("a\xE2\x82z"), "a" + replaced + "z");
  EXPECT_EQ(ToValidUtf8("a\xF0\x9F\x98"), "a" + replaced);
  EXPECT_EQ(ToValidUtf8("\xC0\x80"), replaced + replaced);
  EXPECT_EQ(ToValidUtf8("\xED\xA0\x80"), replaced + replaced + replaced);
  EXPECT_EQ(ToValidUtf8("\xFF\xFE"), replaced + replaced);
  EXPECT_EQ(ToValidUtf8(""), "");
}

}  // namespace
}  // namespace omni
