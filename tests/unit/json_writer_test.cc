#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "omni/json.h"
#include "omni/testing/status_matchers.h"

namespace omni {
namespace {

std::string Quoted(std::string_view text) {
  std::string out;
  JsonWriter(out).String(text);
  return out;
}

std::string Spelled(double value) {
  std::string out;
  JsonWriter(out).Double(value);
  return out;
}

TEST(JsonWriterTest, SetsCommasByItself) {
  std::string out;
  JsonWriter writer(out);
  writer.BeginObject();
  writer.Key("a");
  writer.BeginArray();
  writer.Int(1);
  writer.Double(2.5);
  writer.BeginArray();
  writer.EndArray();
  writer.BeginObject();
  writer.EndObject();
  writer.Null();
  writer.EndArray();
  writer.Key("b");
  writer.BeginObject();
  writer.Key("c");
  writer.Bool(true);
  writer.Key("d");
  writer.Bool(false);
  writer.EndObject();
  writer.Key("e");
  writer.Raw(R"({"raw":1})");
  writer.Key("f");
  writer.String("s");
  writer.EndObject();
  EXPECT_EQ(out, R"({"a":[1,2.5,[],{},null],"b":{"c":true,"d":false},"e":{"raw":1},"f":"s"})");
}

TEST(JsonWriterTest, AppendsToWhatIsThere) {
  std::string out = "prefix ";
  JsonWriter(out).Int(-7);
  EXPECT_EQ(out, "prefix -7");
}

TEST(JsonWriterTest, EscapesOnlyWhatMustBe) {
  EXPECT_EQ(Quoted("plain /<>&'\x7F"), "\"plain /<>&'\x7F\"");
  EXPECT_EQ(Quoted("\" \\"), R"("\" \\")");
  EXPECT_EQ(Quoted("\b\f\n\r\t"), R"("\b\f\n\r\t")");
  EXPECT_EQ(Quoted(std::string_view("\0\x01\x1F", 3)), R"("\u0000\u0001\u001f")");
  EXPECT_EQ(Quoted("\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"),
            "\"\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80\"");
}

TEST(JsonWriterTest, EscapesAtAnyPlaceOfATextOfAnyLength) {
  const std::pair<char, std::string_view> kOdd[] = {{'"', R"(\")"},
                                                    {'\\', R"(\\)"},
                                                    {'\0', R"(\u0000)"},
                                                    {'\x1F', R"(\u001f)"},
                                                    {'\xFF', "\xEF\xBF\xBD"}};
  for (std::size_t length = 0; length < 50; ++length) {
    EXPECT_EQ(Quoted(std::string(length, ' ')), "\"" + std::string(length, ' ') + "\"");
    for (std::size_t at = 0; at < length; ++at) {
      for (const auto& [c, escaped] : kOdd) {
        std::string text(length, '\x7F');
        std::string expected = text;
        text[at] = c;
        expected.replace(at, 1, escaped);
        EXPECT_EQ(Quoted(text), "\"" + expected + "\"") << length;
      }
    }
  }
}

TEST(JsonWriterTest, KeysAreEscapedToo) {
  std::string out;
  JsonWriter writer(out);
  writer.BeginObject();
  writer.Key("a\"b");
  writer.Null();
  writer.EndObject();
  EXPECT_EQ(out, R"({"a\"b":null})");
}

TEST(JsonWriterTest, ReplacesInvalidUtf8) {
  EXPECT_EQ(Quoted("a\xFFz"), "\"a\xEF\xBF\xBDz\"");
  EXPECT_EQ(Quoted("a\xE2\x82"), "\"a\xEF\xBF\xBD\"");
  EXPECT_EQ(Quoted("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(Quoted("enough plain text \xC0 before and after"),
            "\"enough plain text \xEF\xBF\xBD before and after\"");
}

TEST(JsonWriterTest, EveryCharacterReadsBack) {
  std::string text;
  for (int c = 0; c < 0x80; ++c) text += static_cast<char>(c);
  text += "\xC2\x80\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF";
  OMNI_ASSERT_OK_AND_ASSIGN(const JsonDocument document, JsonDocument::Parse(Quoted(text)));
  EXPECT_EQ(document.root().text(), text);
}

TEST(JsonWriterTest, WritesTheShortestNumberThatReadsBack) {
  EXPECT_EQ(Spelled(0.1), "0.1");
  EXPECT_EQ(Spelled(37.7749), "37.7749");
  EXPECT_EQ(Spelled(-122.4194), "-122.4194");
  EXPECT_EQ(Spelled(3), "3");
  EXPECT_EQ(Spelled(1e300), "1e+300");
  EXPECT_EQ(Spelled(std::numeric_limits<double>::denorm_min()), "5e-324");
  std::string out;
  JsonWriter(out).Int(std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(out, "-9223372036854775808");
}

TEST(JsonWriterTest, ANumberThatJsonHasNotIsNull) {
  EXPECT_EQ(Spelled(std::numeric_limits<double>::quiet_NaN()), "null");
  EXPECT_EQ(Spelled(-std::numeric_limits<double>::infinity()), "null");
}

}  // namespace
}  // namespace omni
