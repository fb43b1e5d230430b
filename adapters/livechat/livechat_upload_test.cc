/// \file
/// `upload_media`, through the gateway and its media store.

#include "livechat_upload.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "livechat_file_type.h"
#include "livechat_test_gateway.h"
#include "omni/json.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace testing {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::string_view kPng = "\x89PNG\r\n\x1a\n....";

/// A gateway that has heard of the chat of the uploads.
class UploadTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string body = Webhook("incoming_event", ChatEvent(R"("text":"hi")"));
    ASSERT_EQ(gateway_.Handle(BarePost(kWebhookPath, body)).status, 200);
  }

  [[nodiscard]] std::string CodeOf(const WebhookRequest& request) {
    const HttpResponse response = gateway_.Handle(request);
    if (response.status == 200) return "200";
    const auto body = JsonDocument::Parse(response.body);
    return std::to_string(response.status) + " " + std::string(body->root()["code"].text());
  }

  TestGateway gateway_;
};

TEST_F(UploadTest, AnswersAsTheFixtureExpects) {
  const HttpResponse response = gateway_.Handle(FixtureRequest("05_seed_upload_media"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, CompactJson(Fixture("05_seed_upload_media")["expect"]["response"]));
  ASSERT_TRUE(gateway_.last_upload());
  const MediaUpload& upload = *gateway_.last_upload();
  EXPECT_EQ(upload.tenant, "default");
  EXPECT_EQ(upload.conversation, "livechat:lc-789:CFX1");
  EXPECT_EQ(upload.filename, "note.txt");
  EXPECT_EQ(upload.content_type, "text/plain");
  EXPECT_EQ(upload.content, "hello file");
}

TEST_F(UploadTest, IsRefusedForAChatThatIsNotThere) {
  WebhookRequest request = Upload({{.name = "file", .content = "x"}});
  request.target.replace(request.target.find("CFX1"), 4, "CFX2");
  EXPECT_EQ(CodeOf(request), "404 NOT_FOUND");
  request.target.erase(request.target.find("&chat_id"));
  EXPECT_EQ(CodeOf(request), "400 MISSING_FIELD");
  EXPECT_FALSE(gateway_.last_upload());
}

TEST_F(UploadTest, TakesTenMebibytesAndNoByteMore) {
  const std::size_t limit = std::size_t{10} << 20;
  EXPECT_EQ(CodeOf(Upload({{.name = "file", .content = std::string(limit, 'x')}})), "200");
  EXPECT_EQ(gateway_.last_upload()->content.size(), limit);
  EXPECT_EQ(CodeOf(Upload({{.name = "file", .content = std::string(limit + 1, 'x')}})),
            "413 PAYLOAD_TOO_LARGE");
  EXPECT_EQ(CodeOf(Upload({{.name = "file", .content = "x"},
                           {.name = "other", .content = std::string(limit + 65'536, 'x')}})),
            "413 PAYLOAD_TOO_LARGE");
}

TEST_F(UploadTest, NeedsOneFileInAMultipartBody) {
  EXPECT_EQ(CodeOf(Upload({})), "400 MISSING_FIELD");
  EXPECT_EQ(CodeOf(Upload({{.name = "filename", .content = "a.txt"}})), "400 MISSING_FIELD");
  EXPECT_EQ(CodeOf(Upload({{.name = "file", .content = "a"}, {.name = "file", .content = "b"}})),
            "400 INVALID_PAYLOAD");
  const WebhookRequest request = Upload({{.name = "file", .content = "x"}});
  EXPECT_EQ(CodeOf(WithHeader(request, "Content-Type", "multipart/form-data")),
            "400 INVALID_PAYLOAD");
  EXPECT_EQ(CodeOf(WithHeader(request, "Content-Type", "application/json")),
            "415 UNSUPPORTED_MEDIA_TYPE");
  WebhookRequest cut = request;
  cut.body.resize(cut.body.size() - 4);
  EXPECT_EQ(CodeOf(cut), "400 INVALID_PAYLOAD");
  std::vector<Part> many(9, Part{.name = "x", .content = "y"});
  EXPECT_EQ(CodeOf(Upload(many)), "413 PAYLOAD_TOO_LARGE");
  EXPECT_EQ(CodeOf(Upload({{.name = "file",
                            .content = "x",
                            .headers = "X-Long: " + std::string(9'000, 'x') + "\r\n"}})),
            "413 PAYLOAD_TOO_LARGE");
}

TEST_F(UploadTest, BelievesTheFieldsBeforeThePart) {
  EXPECT_EQ(CodeOf(Upload({{.name = "file",
                            .content = std::string(kPng),
                            .parameters = "; filename=\"blob\"",
                            .headers = "Content-Type: application/octet-stream\r\n"},
                           {.name = "filename", .content = "../../etc/a\nb.png"},
                           {.name = "content_type", .content = "image/png"}})),
            "200");
  EXPECT_EQ(gateway_.last_upload()->filename, "ab.png");
  EXPECT_EQ(gateway_.last_upload()->content_type, "image/png");
  EXPECT_EQ(CodeOf(Upload({{.name = "file",
                            .content = std::string(kPng),
                            .parameters = "; filename=\"c:\\\\x\\\\a.png\""}})),
            "200");
  EXPECT_EQ(gateway_.last_upload()->content_type, "image/png");
  EXPECT_EQ(gateway_.last_upload()->filename, "a.png");
}

TEST_F(UploadTest, RefusesAProgramWhateverItIsCalled) {
  const auto with = [](std::string_view content, std::string_view part_name,
                       std::string_view filename, std::string_view type) {
    return Upload({{.name = "file",
                    .content = std::string(content),
                    .parameters = "; filename=\"" + std::string(part_name) + "\""},
                   {.name = "filename", .content = std::string(filename)},
                   {.name = "content_type", .content = std::string(type)}});
  };
  for (const WebhookRequest& request :
       {with("MZ\x90", "a.png", "a.png", "image/png"), with("MZ\x90", "a", "a", ""),
        with(kPng, "a.png", "a.exe", "image/png"), with(kPng, "a.exe", "a.png", "image/png"),
        with("x", "a", "a", "application/x-msdownload"), with("<html>", "a", "a", "text/html"),
        with("hello", "a", "a.png", "image/png"), with(kPng, "a", "a.txt", "text/plain")}) {
    EXPECT_EQ(CodeOf(request), "415 UNSUPPORTED_MEDIA_TYPE");
  }
  EXPECT_FALSE(gateway_.last_upload());
}

TEST(FileTypeTest, IsToldByTheFirstBytes) {
  const struct {
    std::string_view content, declared, type;
  } kCases[] = {
      {"hello\n", "", "text/plain"},
      {"", "", "text/plain"},
      {"caf\xc3\xa9", "text/plain; charset=utf-8", "text/plain"},
      {"caf\xe9", "Text/Plain", "text/plain"},
      {"\xff\xfeh\0i\0"sv, "text/csv", "text/csv"},
      {"a,b", "text/csv", "text/csv"},
      {"{}", "application/json", "application/json"},
      {kPng, "", "image/png"},
      {kPng, "application/octet-stream", "image/png"},
      {"\xff\xd8\xff\xe0", "image/jpeg", "image/jpeg"},
      {"\xff\xd8\xff\xe0", "image/jpg", "image/jpg"},
      {"GIF89a..", "", "image/gif"},
      {"RIFF....WEBPVP8 ", "", "image/webp"},
      {"RIFF....WAVEfmt ", "", "audio/wav"},
      {"%PDF-1.7", "application/pdf", "application/pdf"},
      {"PK\x03\x04...", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
       "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
      {"PK\x03\x04...", "", "application/zip"},
      {"....ftypisom", "", "video/mp4"},
      {"....ftypheic", "image/heic", "image/heic"},
      {"OggS....", "audio/ogg", "audio/ogg"},
      {"ID3....", "", "audio/mpeg"},
      {"#!AMR\n", "", "audio/amr"},
      // Programs.
      {"MZ\x90\0"sv, "", ""},
      {"\x7f"
       "ELF",
       "", ""},
      {"\xcf\xfa\xed\xfe", "", ""},
      {"\xca\xfe\xba\xbe", "", ""},
      {"#!/bin/sh\n", "text/plain", ""},
      {"\0asm"sv, "", ""},
      // Of another kind than declared, or of none that is known.
      {kPng, "image/jpeg", ""},
      {"hello", "image/png", ""},
      {"%PDF-1.7", "text/plain", ""},
      {"\x01\x02\x03", "", ""},
      {"a\0b"sv, "text/plain", ""},
      {"RIFF....AVI ", "", ""},
      {"<svg/>", "image/svg+xml", ""},
      {"<html>", "text/html", ""},
      {"alert(1)", "text/javascript", ""},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(AllowedType(test.content, test.declared, "name").value_or(""), test.type)
        << test.content << " as " << test.declared;
  }
}

TEST(FileTypeTest, OfANameThatRunsIsNotAllowed) {
  for (std::string_view name :
       {"a.exe", "a.EXE", "a.png.exe", "a.exe.", "a.exe . ", "a.bat", "a.cmd", "a.com", "a.scr",
        "a.js", "a.vbs", "a.ps1", "a.sh", "a.jar", "a.msi", "a.apk", ".exe"}) {
    EXPECT_FALSE(AllowedType("hello", "text/plain", name)) << name;
  }
  for (std::string_view name : {"a.txt", "exe", "a.exe.txt", "company.com report.txt", "", "..."}) {
    EXPECT_TRUE(AllowedType("hello", "text/plain", name)) << name;
  }
}

TEST(FilenameTest, LosesWhatIsDangerousInIt) {
  const struct {
    std::string_view name, clean;
  } kCases[] = {
      {"a.png", "a.png"},
      {"/etc/passwd", "passwd"},
      {"..\\..\\a.png", "a.png"},
      {"a\r\nX-Evil: 1.png", "aX-Evil: 1.png"},
      {"a\0b"sv, "ab"},
      {"", "file"},
      {"..", "file"},
      {"/", "file"},
      {" . ", "file"},
      {"b\xff.png", "b\xef\xbf\xbd.png"},
      {"naïve ☕.txt", "naïve ☕.txt"},
  };
  for (const auto& test : kCases) EXPECT_EQ(CleanFilename(test.name), test.clean);
  EXPECT_EQ(CleanFilename(std::string(300, 'a')), std::string(255, 'a'));
  // No half of a character is left at the end.
  std::string wide;
  for (int i = 0; i < 100; ++i) wide += "☕";
  EXPECT_EQ(CleanFilename("a" + wide).size(), 253U);
  EXPECT_TRUE(IsValidUtf8(CleanFilename("a" + wide)));
}

}  // namespace
}  // namespace testing
}  // namespace livechat
}  // namespace omni::inline v0_1
