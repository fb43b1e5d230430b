#include "omni/http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>

namespace omni {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

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

/// So many that they need memory of their own.
HttpHeaders Many() {
  HttpHeaders headers;
  for (std::size_t i = 0; i < 40; ++i) {
    headers.Add("X-Field-" + std::to_string(i), std::string(i, 'v'));
  }
  return headers;
}

TEST(HttpHeadersTest, HoldsFewAndMany) {
  const HttpHeaders headers = Many();
  ASSERT_EQ(headers.size(), 40U);
  std::size_t i = 0;
  for (const auto& [name, value] : headers) {
    EXPECT_EQ(name, "X-Field-" + std::to_string(i));
    EXPECT_EQ(value, std::string(i, 'v'));
    ++i;
  }
  EXPECT_EQ(headers.Find("x-field-39"), std::string(39, 'v'));
  EXPECT_EQ(headers.items().back().first, "X-Field-39");
}

TEST(HttpHeadersTest, ComparesWhatTheyHold) {
  EXPECT_EQ(Many(), Many());
  EXPECT_EQ(HttpHeaders(), HttpHeaders());
  EXPECT_FALSE((HttpHeaders{{"A", "b"}}) == (HttpHeaders{{"Ab", ""}}));
  HttpHeaders shrunk = Many();
  shrunk = {{"A", "b"}};
  EXPECT_EQ(shrunk, (HttpHeaders{{"A", "b"}}));
}

TEST(HttpHeadersTest, EmptyFieldsAreFields) {
  HttpHeaders headers;
  EXPECT_TRUE(headers.empty());
  headers.Add("", "");
  headers.Add("A", "");
  EXPECT_FALSE(headers.empty());
  EXPECT_THAT(headers.items(), ElementsAre(Pair("", ""), Pair("A", "")));
  EXPECT_EQ(headers.Find("a"), "");
}

TEST(HttpHeadersTest, CanBeGivenWhatTheyHold) {
  for (HttpHeaders headers : {HttpHeaders{{"A", "value"}}, Many()}) {
    const HttpHeaders before = headers;
    // Often enough to move it all.
    for (int i = 0; i < 100; ++i) {
      const auto [name, value] = *headers.begin();
      headers.Add(name, value);
    }
    headers.Set("New", *headers.Find((*before.begin()).first));
    EXPECT_EQ(headers.Find("new"), (*before.begin()).second);
    EXPECT_EQ(headers.size(), before.size() + 101);
  }
}

TEST(HttpHeadersTest, SetKeepsTheOrderOfTheOthers) {
  HttpHeaders headers = Many();
  headers.Add("x-field-7", "again");
  headers.Set("X-FIELD-7", "one");
  EXPECT_EQ(headers.size(), 40U);
  EXPECT_EQ(headers.items()[7].first, "X-Field-8");
  EXPECT_EQ(headers.items().back(), (HttpHeaders::Field{"X-FIELD-7", "one"}));
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
