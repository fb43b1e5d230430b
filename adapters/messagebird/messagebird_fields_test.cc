#include "messagebird_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

Fields MustParse(std::string_view form) {
  absl::StatusOr<Fields> fields = Fields::Parse(form);
  EXPECT_TRUE(fields.ok()) << fields.status();
  return *std::move(fields);
}

Metadata RestOf(const Fields& fields) {
  Metadata metadata;
  fields.KeepRest({}, metadata);
  return metadata;
}

TEST(MessageBirdFields, FindsEachOfManyInAnyCase) {
  constexpr std::size_t kMany = 300;  // so that each slot of the index has several
  std::string form;
  for (std::size_t i = 0; i < kMany; ++i) {
    form += "Name" + std::to_string(i) + "=" + std::to_string(i) + "&";
  }
  Fields fields = MustParse(form);
  for (std::size_t i = 0; i < kMany; ++i) {
    const std::string number = std::to_string(i);
    EXPECT_EQ(fields.Peek("Name" + number), number);
    EXPECT_EQ(fields.Peek("nAmE" + number), number);
    EXPECT_EQ(fields.Peek("name_" + number), "");
    EXPECT_EQ(fields.Take("NAME" + number), number);
  }
  EXPECT_TRUE(RestOf(fields).empty());
  EXPECT_EQ(fields.Peek(""), "");
}

TEST(MessageBirdFields, TellsNamesOfOneSlotApart) {
  // Of one size, with the same first, middle and last letter.
  Fields fields = MustParse("axcyb=1&azcyb=2&axczb=3");
  EXPECT_EQ(fields.Take("AZCYB"), "2");
  EXPECT_EQ(fields.Peek("azczb"), "");
  EXPECT_THAT(RestOf(fields).entries(), ElementsAre(Pair("axcyb", "1"), Pair("axczb", "3")));
}

TEST(MessageBirdFields, GivesTheLastOfARepeatedNameAndTakesAll) {
  Fields fields = MustParse("id=1&Id=2&x=3&ID=4");
  // Sorted: `ID`, `Id`, `id`.
  EXPECT_EQ(fields.Peek("id"), "1");
  EXPECT_THAT(RestOf(fields).entries(), ElementsAre(Pair("id", "1"), Pair("x", "3")));
  EXPECT_EQ(fields.Take("iD"), "1");
  EXPECT_THAT(RestOf(fields).entries(), ElementsAre(Pair("x", "3")));
}

TEST(MessageBirdFields, StillFindsAfterAMove) {
  const absl::StatusOr<JsonDocument> document =
      JsonDocument::Parse(R"({"a":"1","B":{"c":2},"list":[1],"none":null,"A":"3"})");
  ASSERT_TRUE(document.ok());
  Fields first(document->root());
  Fields fields = std::move(first);
  EXPECT_EQ(fields.Peek("a"), "3");
  EXPECT_FALSE(fields.Has("none"));
  EXPECT_TRUE(fields.PeekJson("b").is_object());
  EXPECT_FALSE(fields.TakeObject("list").exists());
  EXPECT_TRUE(fields.TakeArray("LIST").is_array());
  EXPECT_THAT(RestOf(fields).entries(), ElementsAre(Pair("bC", "2"), Pair("a", "3")));
}

TEST(MessageBirdFields, DropsOnlyWhatIsSaidAlready) {
  Fields fields = MustParse("empty=&mms=true");
  fields.Drop("mms", "false");
  fields.Drop("absent", "");
  fields.Drop("empty", "");
  EXPECT_EQ(fields.Peek("mms"), "true");
  EXPECT_THAT(RestOf(fields).entries(), ElementsAre(Pair("mms", "true")));
  fields.Drop("MMS", "true");
  EXPECT_TRUE(RestOf(fields).empty());
}

}  // namespace
}  // namespace messagebird
}  // namespace omni::inline v0_1
