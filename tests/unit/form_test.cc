#include "omni/support/form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "omni/error.h"
#include "omni/support/url.h"
#include "omni/testing/status_matchers.h"
#include "unit/random_bytes.h"

namespace omni {
namespace {

using ::omni::testing::StatusIs;
using ::testing::_;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Optional;

using Field = Form::Field;

Form MustParse(std::string_view text) {
  absl::StatusOr<Form> form = Form::Parse(text);
  EXPECT_TRUE(form.ok()) << form.status();
  return *std::move(form);
}

TEST(FormTest, KeepsOrderAndDuplicates) {
  EXPECT_THAT(MustParse("Tag=beta&Body=x&Tag=alpha&Tag=beta").fields(),
              ElementsAre(Field{"Tag", "beta"}, Field{"Body", "x"}, Field{"Tag", "alpha"},
                          Field{"Tag", "beta"}));
}

TEST(FormTest, DecodesNamesAndValues) {
  EXPECT_THAT(MustParse("a%26b=1%2B1+%3D+2&%e2%82%ac=%E2%82%AC").fields(),
              ElementsAre(Field{"a&b", "1+1 = 2"}, Field{"\u20ac", "\u20ac"}));
}

TEST(FormTest, SplitsAtTheFirstEqualsSign) {
  EXPECT_THAT(MustParse("a=b=c&=v&flag&empty=&=").fields(),
              ElementsAre(Field{"a", "b=c"}, Field{"", "v"}, Field{"flag", ""}, Field{"empty", ""},
                          Field{"", ""}));
}

TEST(FormTest, SkipsEmptyFields) {
  EXPECT_THAT(MustParse("&&a=1&&b=2&").fields(), ElementsAre(Field{"a", "1"}, Field{"b", "2"}));
  EXPECT_THAT(MustParse("").fields(), IsEmpty());
  EXPECT_THAT(MustParse("&").fields(), IsEmpty());
}

TEST(FormTest, KeepsBrokenEscapes) {
  EXPECT_THAT(MustParse("a=100%&b=%4&c=%zz&d=%%41&%=%2").fields(),
              ElementsAre(Field{"a", "100%"}, Field{"b", "%4"}, Field{"c", "%zz"}, Field{"d", "%A"},
                          Field{"%", "%2"}));
}

TEST(FormTest, AnEscapeDoesNotReachIntoTheNextField) {
  EXPECT_THAT(MustParse("a=%4&1=b").fields(), ElementsAre(Field{"a", "%4"}, Field{"1", "b"}));
}

TEST(FormTest, KeepsBytesThatAreNotUtf8AndZeroBytes) {
  const Form form = MustParse("a=%ff%FE&b=\xc3(&c=x%00y");
  EXPECT_EQ(form.Get("a"), "\xff\xfe");
  EXPECT_EQ(form.Get("b"), "\xc3(");
  EXPECT_EQ(form.Get("c"), std::string_view("x\0y", 3));
}

TEST(FormTest, FindsTheFirstValue) {
  const Form form = MustParse("a=1&a=2&b=");
  EXPECT_THAT(form.Find("a"), Optional(std::string_view("1")));
  EXPECT_THAT(form.Find("b"), Optional(std::string_view("")));
  EXPECT_EQ(form.Find("A"), std::nullopt);
  EXPECT_EQ(form.Get("missing"), "");
  EXPECT_TRUE(form.Has("b"));
  EXPECT_FALSE(form.Has("c"));
}

TEST(FormTest, FieldsOutliveTheTextAndAMove) {
  std::string text = "name=value+that+is+longer+than+any+small+string+buffer";
  Form form = MustParse(text);
  text.assign(text.size(), '#');
  const Form moved = std::move(form);
  EXPECT_EQ(moved.Get("name"), "value that is longer than any small string buffer");
}

TEST(FormTest, RefusesTooManyFields) {
  const FormLimits limits = {.max_fields = 2};
  EXPECT_TRUE(Form::Parse("a&b", limits).ok());
  EXPECT_TRUE(Form::Parse("&a&&b&", limits).ok());
  const absl::Status status = Form::Parse("a&b&c", limits).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("too many fields")));
  EXPECT_EQ(GetErrorDetail(status).reason, "form_too_many_fields");
  EXPECT_EQ(GetErrorDetail(status).code, "INVALID_PAYLOAD");
  EXPECT_EQ(HttpStatusFor(status), 400);
}

TEST(FormTest, RefusesATooLargeText) {
  const FormLimits limits = {.max_bytes = 3};
  EXPECT_TRUE(Form::Parse("a=1", limits).ok());
  const absl::Status status = Form::Parse("a=12", limits).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted, _));
  EXPECT_EQ(GetErrorDetail(status).reason, "form_too_large");
  EXPECT_EQ(HttpStatusFor(status), 400);
}

TEST(FormTest, EncodedRandomBytesComeBack) {
  testing::RandomBytes random;
  for (int round = 0; round < 500; ++round) {
    const std::string name = random.NextUpTo(20);
    const std::string value = random.NextUpTo(60);
    const Form form = MustParse("x=1&" + PercentEncode(name) + "=" + PercentEncode(value) + "&y");
    ASSERT_THAT(form.fields(), ElementsAre(Field{"x", "1"}, Field{name, value}, Field{"y", ""}));
  }
}

TEST(FormTest, ReadsAnyBytesAtAll) {
  testing::RandomBytes random;
  for (int round = 0; round < 2000; ++round) {
    const std::string text = random.NextUpTo(80);
    const Form form = MustParse(text);
    std::size_t size = 0;
    for (const Field& field : form.fields()) {
      size += field.name.size() + field.value.size();
    }
    ASSERT_LE(size, text.size());
  }
}

}  // namespace
}  // namespace omni
