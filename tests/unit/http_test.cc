#include "omni/http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace omni {
namespace {

using ::testing::ElementsAre;

TEST(HttpHeadersTest, KeepsOrderAndDuplicatesAndIgnoresCase) {
  HttpHeaders headers = {{"X-Tag", "1"}, {"Host", "h"}};
  headers.Add("x-tag", "2");
  EXPECT_EQ(headers.Find("X-TAG"), "1");
  EXPECT_THAT(headers.FindAll("x-Tag"), ElementsAre("1", "2"));
  EXPECT_EQ(headers.Find("absent"), std::nullopt);
  EXPECT_EQ(headers.size(), 3U);
}

TEST(HttpHeadersTest, SetLeavesOneField) {
  HttpHeaders headers = {{"A", "1"}, {"a", "2"}, {"B", "3"}};
  headers.Set("A", "4");
  EXPECT_THAT(headers.FindAll("a"), ElementsAre("4"));
  EXPECT_EQ(headers.Find("b"), "3");
}

TEST(HttpMethodTest, NamesRoundTripAndAreCaseSensitive) {
  for (HttpMethod method :
       {HttpMethod::kGet, HttpMethod::kHead, HttpMethod::kPost, HttpMethod::kPut,
        HttpMethod::kPatch, HttpMethod::kDelete, HttpMethod::kOptions}) {
    EXPECT_EQ(ParseHttpMethod(HttpMethodName(method)), method);
  }
  EXPECT_EQ(ParseHttpMethod("post"), HttpMethod::kUnknown);
  EXPECT_EQ(ParseHttpMethod(""), HttpMethod::kUnknown);
}

TEST(MediaTypeTest, DropsParametersAndCase) {
  EXPECT_EQ(MediaType("Application/JSON; charset=utf-8"), "application/json");
  EXPECT_EQ(MediaType("  text/xml \t;"), "text/xml");
  EXPECT_EQ(MediaType(""), "");
}

TEST(TargetTest, SplitsAtTheFirstQuestionMark) {
  EXPECT_EQ(TargetPath("/a/b?c=d?e"), "/a/b");
  EXPECT_EQ(TargetQuery("/a/b?c=d?e"), "c=d?e");
  EXPECT_EQ(TargetQuery("/a?"), "");
  EXPECT_EQ(TargetPath("/a"), "/a");
}

TEST(HttpResponseTest, CarriesItsContentType) {
  EXPECT_EQ(HttpResponse::Xml(200, "<r/>").headers.Find("content-type"), "text/xml");
  EXPECT_EQ(HttpResponse::Json(400, "{}").headers.Find("content-type"), "application/json");
  EXPECT_EQ(HttpResponse::Text(200, "x").headers.Find("content-type"), "text/plain");
  EXPECT_TRUE(HttpResponse::Empty(204).headers.empty());
}

}  // namespace
}  // namespace omni
