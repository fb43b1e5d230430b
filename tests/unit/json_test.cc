#include "omni/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "omni/testing/status_matchers.h"

namespace omni {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

/// A document that is known to be JSON; its root may be asked for on the same line.
class Parsed {
 public:
  explicit Parsed(std::string_view text) : document_(JsonDocument::Parse(text).value()) {}
  [[nodiscard]] JsonValue root() const { return document_.root(); }

 private:
  JsonDocument document_;
};

std::vector<std::string> RawElements(JsonValue array) {
  std::vector<std::string> out;
  for (JsonValue element : array.elements()) out.emplace_back(element.raw());
  return out;
}

TEST(JsonDocumentTest, EveryTypeIsTold) {
  const Parsed document(R"([null, true, false, 1, "s", {}, []])");
  const JsonType expected[] = {JsonType::kNull,   JsonType::kBool,   JsonType::kBool,
                               JsonType::kNumber, JsonType::kString, JsonType::kObject,
                               JsonType::kArray};
  ASSERT_EQ(document.root().size(), std::size(expected));
  std::size_t i = 0;
  for (JsonValue element : document.root().elements()) EXPECT_EQ(element.type(), expected[i++]);
}

TEST(JsonDocumentTest, AScalarMayBeTheRoot) {
  EXPECT_EQ(Parsed(" \t\r\n\"text\" ").root().text(), "text");
  EXPECT_EQ(Parsed("-12").root().AsInt64(), -12);
  EXPECT_EQ(Parsed("true").root().AsBool(), true);
  EXPECT_TRUE(Parsed("null").root().is_null());
}

TEST(JsonDocumentTest, RawIsTheExactSourceOfEveryType) {
  const Parsed document(
      "[ null ,true, false ,-0.50E+1 , \"a\\u0041\\\"\" ,{ \"k\" : [ 1 ] } , [\n] ,{ },\"\",7 ]");
  EXPECT_THAT(RawElements(document.root()),
              ElementsAre("null", "true", "false", "-0.50E+1", R"("a\u0041\"")",
                          R"({ "k" : [ 1 ] })", "[\n]", "{ }", R"("")", "7"));
}

TEST(JsonDocumentTest, RawOfTheRootLeavesOutSpaceAround) {
  EXPECT_EQ(Parsed(" {\"a\":1} \n").root().raw(), "{\"a\":1}");
  EXPECT_EQ(Parsed(" 17 ").root().raw(), "17");
  EXPECT_EQ(Parsed(" \"x\" ").root().raw(), "\"x\"");
  EXPECT_EQ(Parsed(" false ").root().raw(), "false");
}

TEST(JsonDocumentTest, RawOfAStringEndsAtItsOwnQuote) {
  for (const char* source : {R"("")", R"("\\")", R"("\"")", R"("\\\"")", R"("a\"")", R"("\"a")",
                             R"("\\\\")", R"("\u0022")", R"("x\n\"y\"\\")"}) {
    const std::string text = std::string("[") + source + ",\"next\"]";
    EXPECT_EQ(Parsed(text).root().At(0).raw(), source);
  }
}

TEST(JsonDocumentTest, RawKeepsWhatIsReplacedInText) {
  const Parsed document(R"(["\ud83d"])");
  EXPECT_EQ(document.root().At(0).text(), "\xEF\xBF\xBD");
  EXPECT_EQ(document.root().At(0).raw(), R"("\ud83d")");
}

TEST(JsonDocumentTest, StringsAreUnescaped) {
  EXPECT_EQ(Parsed(R"("\" \\ \/ \b \f \n \r \t")").root().text(), "\" \\ / \b \f \n \r \t");
  EXPECT_EQ(Parsed(R"("\u0041\u00e9\u20AC")").root().text(), "A\xC3\xA9\xE2\x82\xAC");
  EXPECT_EQ(Parsed(R"("\ud83d\ude00")").root().text(), "\xF0\x9F\x98\x80");
  EXPECT_EQ(Parsed("\"a long plain run, then\\tan escape, then plain again\"").root().text(),
            "a long plain run, then\tan escape, then plain again");
}

TEST(JsonDocumentTest, AnEscapedNulIsAnOrdinaryCharacter) {
  const Parsed document(R"({"a\u0000b":"x\u0000y"})");
  EXPECT_EQ(document.root()[std::string_view("a\0b", 3)].text(), std::string_view("x\0y", 3));
}

TEST(JsonDocumentTest, MembersComeInSourceOrder) {
  const Parsed document(R"({"b":1,"a":{"x":[2,3]},"":4})");
  std::vector<std::pair<std::string, std::string>> members;
  for (const JsonMember& member : document.root().members()) {
    members.emplace_back(member.key, member.value.raw());
  }
  EXPECT_THAT(members, ElementsAre(Pair("b", "1"), Pair("a", R"({"x":[2,3]})"), Pair("", "4")));
  EXPECT_EQ(document.root().size(), 3U);
}

TEST(JsonDocumentTest, NestedContainersAreSkippedAsOne) {
  const Parsed document(R"([[1,[2,[3]]],{"a":{"b":[4]}},[],5])");
  EXPECT_THAT(RawElements(document.root()),
              ElementsAre("[1,[2,[3]]]", R"({"a":{"b":[4]}})", "[]", "5"));
  EXPECT_EQ(document.root().At(1)["a"]["b"].At(0).AsInt64(), 4);
  EXPECT_EQ(document.root().At(0).At(1).At(1).At(0).AsInt64(), 3);
}

TEST(JsonDocumentTest, TheLastOfSeveralMembersWins) {
  EXPECT_EQ(Parsed(R"({"a":1,"b":2,"a":3})").root()["a"].AsInt64(), 3);
  EXPECT_EQ(Parsed(R"({"a":{"x":1},"\u0061":[7]})").root()["a"].raw(), "[7]");
}

TEST(JsonDocumentTest, ALookupThatFindsNothingGivesAbsent) {
  const Parsed document(R"({"a":[1]})");
  const JsonValue missing = document.root()["x"]["y"].At(3)["z"];
  EXPECT_FALSE(missing.exists());
  EXPECT_EQ(missing.type(), JsonType::kAbsent);
  EXPECT_EQ(missing.text(), "");
  EXPECT_EQ(missing.raw(), "");
  EXPECT_EQ(missing.scalar(), "");
  EXPECT_EQ(missing.size(), 0U);
  EXPECT_EQ(missing.AsInt64(), std::nullopt);
  EXPECT_EQ(missing.AsDouble(), std::nullopt);
  EXPECT_EQ(missing.AsBool(), std::nullopt);
  for (JsonValue element : missing.elements()) ADD_FAILURE() << element.raw();
  for (const JsonMember& member : missing.members()) ADD_FAILURE() << member.key;
  EXPECT_FALSE(document.root()["a"].At(1).exists());
  EXPECT_FALSE(document.root()["a"]["0"].exists());
  EXPECT_FALSE(document.root().At(0).exists());
}

TEST(JsonDocumentTest, AccessorsOfAnotherTypeGiveNothing) {
  const Parsed document(R"({"s":"1","n":1,"b":true,"z":null,"a":["1"]})");
  const JsonValue root = document.root();
  EXPECT_EQ(root["s"].AsInt64(), std::nullopt);
  EXPECT_EQ(root["s"].AsDouble(), std::nullopt);
  EXPECT_EQ(root["n"].text(), "");
  EXPECT_EQ(root["n"].AsBool(), std::nullopt);
  EXPECT_EQ(root["b"].AsInt64(), std::nullopt);
  EXPECT_EQ(root["z"].text(), "");
  EXPECT_EQ(root["a"].text(), "");
  for (const JsonMember& member : root["a"].members()) ADD_FAILURE() << member.key;
  for (JsonValue element : root.elements()) ADD_FAILURE() << element.raw();
}

TEST(JsonDocumentTest, AScalarIsGivenAsItWasSpelled) {
  const Parsed document(R"(["a\u0062", 1.50, -0, 12345678901234567890123, true, null, {}])");
  std::vector<std::string> scalars;
  for (JsonValue element : document.root().elements()) scalars.emplace_back(element.scalar());
  EXPECT_THAT(scalars, ElementsAre("ab", "1.50", "-0", "12345678901234567890123", "true", "", ""));
}

TEST(JsonDocumentTest, IntegersAreReadInAnySpelling) {
  EXPECT_EQ(Parsed("9223372036854775807").root().AsInt64(),
            std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(Parsed("-9223372036854775808").root().AsInt64(),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(Parsed("9007199254740993").root().AsInt64(), 9007199254740993);
  EXPECT_EQ(Parsed("-0").root().AsInt64(), 0);
  EXPECT_EQ(Parsed("2.0").root().AsInt64(), 2);
  EXPECT_EQ(Parsed("1e3").root().AsInt64(), 1000);
  EXPECT_EQ(Parsed("-15E-1").root().AsInt64(), std::nullopt);
  EXPECT_EQ(Parsed("1.5").root().AsInt64(), std::nullopt);
}

TEST(JsonDocumentTest, IntegersOutOfRangeAreNone) {
  EXPECT_EQ(Parsed("9223372036854775808").root().AsInt64(), std::nullopt);
  EXPECT_EQ(Parsed("-9223372036854775809").root().AsInt64(), std::nullopt);
  EXPECT_EQ(Parsed("1e30").root().AsInt64(), std::nullopt);
  EXPECT_EQ(Parsed("9007199254740993.0").root().AsInt64(), std::nullopt);
}

TEST(JsonDocumentTest, DoublesAreReadExactly) {
  EXPECT_EQ(Parsed("0.1").root().AsDouble(), 0.1);
  EXPECT_EQ(Parsed("-17.25e-2").root().AsDouble(), -0.1725);
  EXPECT_EQ(Parsed("1.7976931348623157e308").root().AsDouble(), std::numeric_limits<double>::max());
  EXPECT_EQ(Parsed("3").root().AsDouble(), 3.0);
}

TEST(JsonDocumentTest, ANumberTooSmallForADoubleKeepsItsSpelling) {
  for (const char* source : {"1e-400", "0.0000000000000000001e-2147483639"}) {
    const Parsed document(source);
    EXPECT_EQ(document.root().AsDouble(), std::nullopt);
    EXPECT_EQ(document.root().AsInt64(), std::nullopt);
    EXPECT_EQ(document.root().scalar(), source);
  }
}

TEST(JsonDocumentTest, AMovedDocumentKeepsItsValues) {
  JsonDocument first = JsonDocument::Parse(R"({"a":"text"})").value();
  const JsonDocument second = std::move(first);
  EXPECT_EQ(second.root()["a"].text(), "text");
  JsonDocument third = JsonDocument::Parse("1").value();
  third = JsonDocument::Parse(R"(["other"])").value();
  EXPECT_EQ(third.root().At(0).text(), "other");
}

TEST(JsonDocumentTest, TheSourceMayGoAway) {
  std::string source = R"({"a":"text","n":[1,2]})";
  const Parsed document(source);
  source.assign(source.size(), '#');
  EXPECT_EQ(document.root()["a"].text(), "text");
  EXPECT_EQ(document.root()["n"].raw(), "[1,2]");
}

TEST(CompactJsonTest, DropsWhiteSpaceOutsideStrings) {
  const Parsed document(
      "{ \"a b\" :\t[ 1 , 2.50 ,\r\n \"x  \\\" y\" ] , \"c\" : { } , \"d\\\\\" : null }");
  EXPECT_EQ(CompactJson(document.root()), R"({"a b":[1,2.50,"x  \" y"],"c":{},"d\\":null})");
}

TEST(CompactJsonTest, KeepsEscapesAndReplacesHalfSurrogates) {
  const Parsed document(R"({"a":"\u0041\/","b":"\ud83d\ude00","c":"\uD83D","d":"\\ud83d"})");
  EXPECT_EQ(CompactJson(document.root()),
            R"({"a":"\u0041\/","b":"\ud83d\ude00","c":"\ufffd","d":"\\ud83d"})");
}

TEST(CompactJsonTest, WorksOnAnyValue) {
  const Parsed document(R"([ "s" , 1e5 , [ true ] ])");
  EXPECT_EQ(CompactJson(document.root().At(0)), R"("s")");
  EXPECT_EQ(CompactJson(document.root().At(1)), "1e5");
  EXPECT_EQ(CompactJson(document.root().At(2)), "[true]");
  EXPECT_EQ(CompactJson(document.root().At(3)), "");
}

}  // namespace
}  // namespace omni
