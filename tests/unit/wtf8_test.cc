#include "omni/support/wtf8.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "omni/json.h"
#include "unit/random_bytes.h"

namespace omni {
namespace {

using namespace std::string_literals;

constexpr std::string_view kHigh = "\xED\xA0\xBD";  // U+D83D
constexpr std::string_view kLow = "\xED\xBA\x80";   // U+DE80
constexpr std::string_view kRocket = "\xF0\x9F\x9A\x80";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::string Join(std::vector<std::string> parts) { return JoinWtf8(parts); }

TEST(Wtf8FromJsonTest, ReadsEveryEscape) {
  EXPECT_EQ(Wtf8FromJson(R"("")"), "");
  EXPECT_EQ(Wtf8FromJson(R"("plain \u00e9 é")"), "plain é é");
  EXPECT_EQ(Wtf8FromJson(R"("\"\\\/\b\f\n\r\t")"), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(Wtf8FromJson(R"("\u0000\u007F\u07ff\uFFFF")"), "\0\x7F\xDF\xBF\xEF\xBF\xBF"s);
  EXPECT_EQ(Wtf8FromJson(R"("\\ud83d")"), "\\ud83d");
}

TEST(Wtf8FromJsonTest, MakesOneCharacterOfAPair) {
  EXPECT_EQ(Wtf8FromJson(R"("\ud83d\ude80")"), kRocket);
  EXPECT_EQ(Wtf8FromJson(R"("\uDBFF\uDFFF")"), "\xF4\x8F\xBF\xBF");
}

TEST(Wtf8FromJsonTest, KeepsHalvesOfPairs) {
  EXPECT_EQ(Wtf8FromJson(R"("a\ud83d")"), "a" + std::string(kHigh));
  EXPECT_EQ(Wtf8FromJson(R"("\ude80b")"), std::string(kLow) + "b");
  EXPECT_EQ(Wtf8FromJson(R"("\ude80\ud83d")"), std::string(kLow) + std::string(kHigh));
  EXPECT_EQ(Wtf8FromJson(R"("\ud83d\ud83d\ude80")"), std::string(kHigh) + std::string(kRocket));
  EXPECT_EQ(Wtf8FromJson(R"("\ud83d\n")"), std::string(kHigh) + "\n");
}

TEST(Wtf8FromJsonTest, IsEmptyForWhatIsNoJsonString) {
  for (const char* text : {"", "\"", "7", "null", "a\"", R"("\)", R"("\")", R"("\x")", R"("\u12")",
                           R"("\u12g4")", "\"\\\0\""}) {
    EXPECT_EQ(Wtf8FromJson(text), "") << text;
  }
}

TEST(Wtf8FromJsonTest, AgreesWithTheParserOnTextInUtf8) {
  testing::RandomBytes random;
  for (int i = 0; i < 2000; ++i) {
    std::string literal;
    JsonWriter(literal).String(random.NextUpTo(40));
    const auto document = JsonDocument::Parse(literal);
    ASSERT_TRUE(document.ok()) << literal;
    EXPECT_EQ(Wtf8FromJson(document->root().raw()), document->root().text()) << literal;
  }
}

TEST(JoinWtf8Test, PutsPartsOneAfterAnother) {
  EXPECT_EQ(Join({}), "");
  EXPECT_EQ(Join({"one"}), "one");
  EXPECT_EQ(Join({"one ", "", "two"}), "one two");
}

TEST(JoinWtf8Test, MakesOneCharacterOfHalvesThatMeet) {
  EXPECT_EQ(Join({"to the " + std::string(kHigh), std::string(kLow) + " launch"}),
            "to the " + std::string(kRocket) + " launch");
  EXPECT_EQ(Join({std::string(kHigh), "", std::string(kLow)}), kRocket);
}

TEST(JoinWtf8Test, MakesOneCharacterOfBytesThatMeet) {
  for (std::size_t cut = 1; cut < kRocket.size(); ++cut) {
    EXPECT_EQ(Join({std::string(kRocket.substr(0, cut)), std::string(kRocket.substr(cut))}),
              kRocket);
  }
}

TEST(JoinWtf8Test, JoinsWhereverATextIsCut) {
  constexpr std::string_view kUnits[] = {R"(\ud83d)", R"(\ude80)", "a",         R"(\udbff)",
                                         R"(\udfff)", R"(\u00e9)", R"(\ud800)", R"(\udc00)"};
  for (std::size_t cut = 0; cut <= std::size(kUnits); ++cut) {
    std::string literals[] = {"\"", "\""};
    for (std::size_t i = 0; i < std::size(kUnits); ++i) literals[i < cut ? 0 : 1] += kUnits[i];
    EXPECT_EQ(Join({Wtf8FromJson(literals[0] + '"'), Wtf8FromJson(literals[1] + '"')}),
              "\U0001F680a\U0010FFFFé\U00010000")
        << cut;
  }
}

TEST(JoinWtf8Test, ReplacesAHalfThatStaysAlone) {
  const std::string replacement(kReplacement);
  EXPECT_EQ(Join({"a" + std::string(kHigh)}), "a" + replacement);
  EXPECT_EQ(Join({std::string(kLow) + "b"}), replacement + "b");
  EXPECT_EQ(Join({std::string(kLow), std::string(kHigh)}), replacement + replacement);
  EXPECT_EQ(Join({std::string(kHigh), "a", std::string(kLow)}), replacement + "a" + replacement);
  EXPECT_EQ(Join({std::string(kHigh) + std::string(kHigh), std::string(kLow)}),
            replacement + std::string(kRocket));
}

TEST(JoinWtf8Test, ReplacesWhatIsIllFormed) {
  const std::string replacement(kReplacement);
  EXPECT_EQ(Join({"a\xFF"
                  "b"}),
            "a" + replacement + "b");
  EXPECT_EQ(Join({"\xED"}), replacement);
  EXPECT_EQ(Join({"\xED\x9F\xBF\xEE\x80\x80"}), "\xED\x9F\xBF\xEE\x80\x80");
}

TEST(JoinWtf8Test, IsUtf8WhateverComes) {
  testing::RandomBytes random;
  for (int i = 0; i < 2000; ++i) {
    std::vector<std::string> parts = {random.NextUpTo(8), std::string(kHigh), random.NextUpTo(8),
                                      std::string(kLow)};
    EXPECT_TRUE(IsValidUtf8(Join(parts)));
  }
}

}  // namespace
}  // namespace omni
