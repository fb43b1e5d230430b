#include "omni/support/multipart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "omni/error.h"
#include "omni/testing/status_matchers.h"
#include "unit/random_bytes.h"

namespace omni {
namespace {

using ::omni::testing::IsOk;
using ::omni::testing::StatusIs;
using ::testing::_;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kType = "multipart/form-data; boundary=XyZ";

using Parts = absl::StatusOr<std::vector<MultipartPart>>;

Parts Parse(std::string_view body) { return ParseMultipart(kType, body, MultipartLimits{}); }

// One part with that disposition and content.
std::string OnePart(std::string_view disposition, std::string_view content) {
  return std::string("--XyZ\r\nContent-Disposition: ")
      .append(disposition)
      .append("\r\n\r\n")
      .append(content)
      .append("\r\n--XyZ--\r\n");
}

TEST(MultipartTest, ReadsFieldsAndFiles) {
  OMNI_ASSERT_OK_AND_ASSIGN(const std::vector<MultipartPart> parts,
                            Parse("--XyZ\r\n"
                                  "Content-Disposition: form-data; name=\"chat_id\"\r\n"
                                  "\r\n"
                                  "C1\r\n"
                                  "--XyZ\r\n"
                                  "CONTENT-TYPE:image/png\r\n"
                                  "content-disposition:form-data;filename=a.png;name=file\r\n"
                                  "X-Other: 1\r\n"
                                  "\r\n"
                                  "\x89PNG\r\n\r\n\x1a\r\n"
                                  "--XyZ--\r\n"));
  ASSERT_THAT(parts, SizeIs(2));
  EXPECT_EQ(parts[0].name, "chat_id");
  EXPECT_EQ(parts[0].filename, "");
  EXPECT_EQ(parts[0].content_type, "text/plain");
  EXPECT_EQ(parts[0].body, "C1");
  EXPECT_EQ(parts[1].name, "file");
  EXPECT_EQ(parts[1].filename, "a.png");
  EXPECT_EQ(parts[1].content_type, "image/png");
  EXPECT_EQ(parts[1].body, "\x89PNG\r\n\r\n\x1a");
}

TEST(MultipartTest, OnlyAWholeLineAfterALineEndIsADelimiter) {
  for (std::string_view content :
       {"a\n--XyZ\r\nb", "a\r--XyZ\r\nb", "a\r\n--XyZq\r\nb", "a\r\n--XyZ-\r\nb",
        "a\r\n--XyZ x\r\nb", "a\r\n-XyZ\r\nb", "a\r\n--xyz\r\nb", "a\r\n--XyZ\nb", "x--XyZ--",
        "\r\n", "\r\n\r\n", "--", ""}) {
    const std::string body = OnePart("form-data; name=a", content);
    OMNI_ASSERT_OK_AND_ASSIGN(const std::vector<MultipartPart> parts, Parse(body));
    ASSERT_THAT(parts, SizeIs(1)) << content;
    EXPECT_EQ(parts[0].body, content);
  }
}

TEST(MultipartTest, AllowsPreambleEpilogueAndPadding) {
  OMNI_ASSERT_OK_AND_ASSIGN(
      const std::vector<MultipartPart> parts,
      Parse("preamble\r\n--XyZ \t\r\nContent-Disposition: form-data; name=a\r\n\r\nv\r\n"
            "--XyZ--\r\nepilogue\r\n--XyZ\r\n"));
  ASSERT_THAT(parts, SizeIs(1));
  EXPECT_EQ(parts[0].body, "v");
  EXPECT_THAT(Parse("--XyZ--"), IsOk());
  EXPECT_THAT(*Parse("--XyZ--"), IsEmpty());
}

TEST(MultipartTest, ABodyMayBeMissing) {
  OMNI_ASSERT_OK_AND_ASSIGN(
      const std::vector<MultipartPart> parts,
      Parse("--XyZ\r\nContent-Disposition: form-data; name=a\r\n\r\n--XyZ--"));
  ASSERT_THAT(parts, SizeIs(1));
  EXPECT_EQ(parts[0].body, "");
}

struct NameCase {
  std::string_view disposition;
  std::string_view name;
  std::string_view filename;
};

TEST(MultipartTest, ReadsNamesAsSendersWriteThem) {
  constexpr NameCase kCases[] = {
      {R"(form-data; name="a"; filename="x y.txt")", "a", "x y.txt"},
      {R"(form-data; name=a; filename=x.txt)", "a", "x.txt"},
      {R"(FORM-DATA; NAME="a"; FileName="x;y=z.txt")", "a", "x;y=z.txt"},
      {R"(form-data; name="a"; filename="say \"hi\".txt")", "a", "say \"hi\".txt"},
      {R"(form-data; name="q%22"; filename="say %22hi%22.txt")", "q\"", "say \"hi\".txt"},
      {R"(form-data; name="a"; filename="50%25.txt")", "a", "50%25.txt"},
      {R"(form-data; name="a"; filename="C:\Users\ada\x.txt")", "a", "x.txt"},
      {R"(form-data; name="a"; filename="C:\\Users\\x.txt")", "a", "x.txt"},
      {R"(form-data; name="a"; filename="../../etc/passwd")", "a", "passwd"},
      {R"(form-data; name="a"; filename="..")", "a", ""},
      {R"(form-data; name="a"; filename="dir/.")", "a", ""},
      {R"(form-data; name="a"; filename="/")", "a", ""},
      {R"(form-data; name="a"; filename="")", "a", ""},
      {"form-data; name=\"\u00fc\"; filename=\"\u20ac.txt\"", "\u00fc", "\u20ac.txt"},
      {R"(form-data; x="; name=no"; name="yes")", "yes", ""},
      {R"(form-data;; name ="a")", "a", ""},
      {R"(form-data; name="")", "", ""},
  };
  for (const NameCase& test : kCases) {
    OMNI_ASSERT_OK_AND_ASSIGN(const std::vector<MultipartPart> parts,
                              Parse(OnePart(test.disposition, "v")));
    ASSERT_THAT(parts, SizeIs(1)) << test.disposition;
    EXPECT_EQ(parts[0].name, test.name) << test.disposition;
    EXPECT_EQ(parts[0].filename, test.filename) << test.disposition;
  }
}

TEST(MultipartTest, RefusesAPartWithoutAName) {
  for (std::string_view disposition : {"form-data", "form-data; filename=x", "attachment; name=a",
                                       "form-data; name=\"a", "", "x"}) {
    EXPECT_THAT(Parse(OnePart(disposition, "v")),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no name")))
        << disposition;
  }
  EXPECT_THAT(Parse("--XyZ\r\n\r\nv\r\n--XyZ--"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no name")));
}

TEST(MultipartTest, RefusesBrokenHeaders) {
  for (std::string_view header : {"no colon", "X: a\nb", "X: \x01", " folded: x"}) {
    const std::string body = OnePart(std::string("form-data; name=a\r\n").append(header), "v");
    const bool is_folded = header.starts_with(' ');
    EXPECT_EQ(Parse(body).ok(), is_folded) << header;
  }
  EXPECT_THAT(Parse("--XyZ\r\n--XyZ--"), StatusIs(absl::StatusCode::kInvalidArgument, _));
  EXPECT_THAT(Parse("--XyZ\r\nContent-Disposition: form-data; name=a\r\n--XyZ--"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no end of headers")));
}

TEST(MultipartTest, RefusesTransferEncodings) {
  EXPECT_THAT(Parse(OnePart("form-data; name=a\r\nContent-Transfer-Encoding: Binary", "v")),
              IsOk());
  EXPECT_THAT(Parse(OnePart("form-data; name=a\r\nContent-Transfer-Encoding: base64", "v")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("transfer encoding")));
}

TEST(MultipartTest, EveryTruncationIsAnError) {
  const std::string whole = OnePart("form-data; name=a; filename=b", "some\r\n--content");
  const std::size_t enough = whole.size() - 2;  // the line end of the last boundary may be missing
  for (std::size_t size = 0; size < enough; ++size) {
    const Parts parts = Parse(std::string_view(whole).substr(0, size));
    EXPECT_THAT(parts, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("truncated")))
        << size;
    EXPECT_EQ(HttpStatusFor(parts.status()), 400);
  }
  EXPECT_THAT(Parse(std::string_view(whole).substr(0, enough)), IsOk());
}

TEST(MultipartTest, BoundsPartsAndHeaders) {
  const std::string part = "--XyZ\r\nContent-Disposition: form-data; name=a\r\n\r\nv\r\n";
  const std::string three = part + part + part + "--XyZ--";
  EXPECT_THAT(ParseMultipart(kType, three, {.max_parts = 3}), IsOk());
  const Parts too_many = ParseMultipart(kType, three, {.max_parts = 2});
  EXPECT_THAT(too_many,
              StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("too many parts")));
  EXPECT_EQ(HttpStatusFor(too_many.status()), 413);

  const std::string long_header = OnePart("form-data; name=a\r\nX: " + std::string(1000, 'x'), "v");
  EXPECT_THAT(ParseMultipart(kType, long_header, {.max_header_bytes = 2000}), IsOk());
  const Parts too_large = ParseMultipart(kType, long_header, {.max_header_bytes = 1000});
  EXPECT_THAT(too_large, StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("headers")));
  EXPECT_EQ(HttpStatusFor(too_large.status()), 413);
}

TEST(MultipartTest, ReadsTheBoundary) {
  const std::string longest(70, 'b');
  for (const std::string& boundary : {std::string("XyZ"), std::string("----WebKitFormBoundaryx"),
                                      std::string("a'()+_,-./:=?z"), std::string("a b"), longest}) {
    const std::string body = "--" + boundary + "--";
    EXPECT_THAT(ParseMultipart("multipart/form-data; boundary=\"" + boundary + "\"", body, {}),
                IsOk())
        << boundary;
    EXPECT_THAT(ParseMultipart("Multipart/Form-Data ;charset=utf-8; Boundary=" + boundary + " ; x",
                               body, {}),
                IsOk())
        << boundary;
  }
}

TEST(MultipartTest, RefusesAMissingOrBrokenBoundary) {
  for (const std::string& parameter :
       {std::string(), std::string("; boundary"), std::string("; boundary="),
        std::string("; boundary=\"\""), std::string("; boundary=\"x"),
        std::string("; boundary=\"x \""), std::string("; boundary=x@y"),
        std::string("; boundary=\xc3\xbc"), "; boundary=" + std::string(71, 'b')}) {
    const Parts parts = ParseMultipart("multipart/form-data" + parameter, "--x--", {});
    EXPECT_THAT(parts, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("valid boundary")))
        << parameter;
    EXPECT_EQ(HttpStatusFor(parts.status()), 400);
  }
}

TEST(MultipartTest, AnotherMediaTypeIsUnsupported) {
  for (std::string_view type :
       {"", "text/plain", "multipart/mixed; boundary=x", "multipart/form-datax; boundary=x"}) {
    const Parts parts = ParseMultipart(type, "--x--", {});
    EXPECT_THAT(parts, StatusIs(absl::StatusCode::kInvalidArgument, _)) << type;
    EXPECT_EQ(HttpStatusFor(parts.status()), 415);
    EXPECT_EQ(GetErrorDetail(parts.status()).code, "UNSUPPORTED_MEDIA_TYPE");
  }
}

// As one e-mail carrier posts it: Latin-1 text, a quote in a file name, and in the attachment a
// line that begins with the boundary's text after a bare line feed.
TEST(MultipartTest, ReadsAnAttachmentThatHoldsTheBoundarysText) {
  OMNI_ASSERT_OK_AND_ASSIGN(const std::vector<MultipartPart> parts,
                            Parse("--XyZ\r\n"
                                  "Content-Disposition: form-data; name=\"text\"\r\n"
                                  "\r\n"
                                  "Gr\xfc\xdf"
                                  "e\r\n\r\n> quoted\r\n\r\n"
                                  "--XyZ\r\n"
                                  "Content-Disposition: form-data; name=\"attachment1\"; "
                                  "filename=\"Bill %22May%22.pdf\"\r\n"
                                  "Content-Type: application/pdf\r\n"
                                  "\r\n"
                                  "%PDF-1.4\n--XyZ-not-a-boundary\n\r\n"
                                  "--XyZ--\r\n"));
  ASSERT_THAT(parts, SizeIs(2));
  EXPECT_EQ(parts[0].body,
            "Gr\xfc\xdf"
            "e\r\n\r\n> quoted\r\n");
  EXPECT_EQ(parts[1].filename, "Bill \"May\".pdf");
  EXPECT_EQ(parts[1].body, "%PDF-1.4\n--XyZ-not-a-boundary\n");
}

TEST(MultipartTest, RandomContentComesBack) {
  testing::RandomBytes random;
  for (int round = 0; round < 500; ++round) {
    const std::string first = random.NextUpTo(200);
    const std::string second = random.NextUpTo(200);
    const std::string body = "--XyZ\r\nContent-Disposition: form-data; name=a\r\n\r\n" + first +
                             "\r\n" + OnePart("form-data; name=b", second);
    OMNI_ASSERT_OK_AND_ASSIGN(const std::vector<MultipartPart> parts, Parse(body));
    ASSERT_THAT(parts, SizeIs(2));
    ASSERT_EQ(parts[0].body, first);
    ASSERT_EQ(parts[1].body, second);
  }
}

// No crash and no read beyond the end, whatever stands there.
TEST(MultipartTest, SurvivesAnyMixOfItsOwnPieces) {
  constexpr std::string_view kPieces[] = {
      "--XyZ",    "\r\n", "--", "Content-Disposition: form-data; name=a", ":", ";", "\"", "\\", "x",
      "\r\n\r\n", "%22",  " "};
  testing::RandomBytes random;
  int accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string body;
    for (char c : random.NextUpTo(12)) {
      body.append(kPieces[static_cast<unsigned char>(c) % std::size(kPieces)]);
    }
    accepted += Parse(body).ok() ? 1 : 0;
  }
  EXPECT_GT(accepted, 100);
}

}  // namespace
}  // namespace omni
