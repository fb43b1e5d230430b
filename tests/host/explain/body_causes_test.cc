/// \file
/// Signatures over the body: WhatsApp, and Bandwidth's subscriptions.

#include <gtest/gtest.h>

#include <string>

#include "explain/body_variants.h"
#include "explain/http_capture.h"
#include "explain/json_spelling.h"
#include "host/explain/broken.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"

namespace host {
namespace testing {
namespace {

using omni::WebhookRequest;

constexpr std::string_view kHeader = "X-Hub-Signature-256";

void SignWith(std::string_view secret, WebhookRequest& request) {
  const auto mac = omni::HmacSha256Key(secret).Sign(request.body);
  request.headers.Set(kHeader, "sha256=" + omni::HexEncode(omni::AsView(mac)));
}

auto Respelled(JsonSpelling spelling) {
  return [spelling](WebhookRequest& request, Receiver&) {
    request.body = Respell(request.body, spelling);
  };
}
auto SignedWith(std::string secret) {
  return [secret](WebhookRequest& request, Receiver&) { SignWith(secret, request); };
}
auto Signature(std::function<std::string(std::string)> change) {
  return [change](WebhookRequest& request, Receiver&) { Change(request, kHeader, change); };
}

class BodyCausesTest : public ::testing::TestWithParam<Broken> {};
TEST_P(BodyCausesTest, AreNamed) { ExpectCauses(GetParam()); }

const Broken kCases[] = {
    {"Pretty",
     "whatsapp",
     "text",
     Respelled({.spacing = Spacing::kIndented2}),
     {"json_whitespace"}},
    {"PythonSpacing",
     "whatsapp",
     "text",
     Respelled({.spacing = Spacing::kAfterMarks}),
     {"json_whitespace"}},
    {"DecodedUnicode",
     "whatsapp",
     "text",
     Respelled({.unicode = UnicodeSpelling::kUtf8}),
     {"unicode_escapes"}},
    {"UpperCaseEscapes",
     "whatsapp",
     "text",
     Respelled({.unicode = UnicodeSpelling::kUpperEscapes}),
     {"unicode_escapes"}},
    {"PlainSlashes",
     "whatsapp",
     "image",
     Respelled({.slash = SlashSpelling::kPlain}),
     {"slash_escapes"}},
    {"ReserializedByJavaScript",
     "whatsapp",
     "ad",
     Respelled({.unicode = UnicodeSpelling::kUtf8, .slash = SlashSpelling::kPlain}),
     {"unicode_escapes", "slash_escapes"}},
    {"ReserializedPretty",
     "whatsapp",
     "ad",
     Respelled({.spacing = Spacing::kIndented4,
                .unicode = UnicodeSpelling::kUtf8,
                .slash = SlashSpelling::kPlain}),
     {"json_whitespace", "unicode_escapes", "slash_escapes"}},
    {"LineBreakAtTheEnd",
     "whatsapp",
     "text",
     [](WebhookRequest& request, Receiver&) { request.body += "\n"; },
     {"trailing_newline"}},
    {"SpaceAround",
     "whatsapp",
     "text",
     [](WebhookRequest& request, Receiver&) { request.body = "  " + request.body + "\n\n"; },
     {"surrounding_space"}},
    {"ByteOrderMark",
     "whatsapp",
     "text",
     [](WebhookRequest& request, Receiver&) { request.body = "\xEF\xBB\xBF" + request.body; },
     {"byte_order_mark"}},
    {"Base64",
     "whatsapp",
     "text",
     [](WebhookRequest& request, Receiver&) { request.body = omni::Base64Encode(request.body); },
     {"base64_body"}},
    {"QuotedAsJson",
     "whatsapp",
     "text",
     [](WebhookRequest& request, Receiver&) {
       request.body = "\"" + Replaced(Replaced(request.body, "\\", "\\\\"), "\"", "\\\"") + "\"";
     },
     {"quoted_body"}},
    {"Compressed",
     "whatsapp",
     "text",
     [](WebhookRequest& request, Receiver&) {
       request.body = "\x1f\x8b" + request.body;
       request.headers.Add("Content-Encoding", "gzip");
     },
     {"body_compressed"}},
    {"OtherChannelsSecret",
     "whatsapp",
     "text",
     SignedWith("canary-wa-second"),
     {"other_channels_key"}},
    {"VerifyTokenAsSecret", "whatsapp", "text", SignedWith("canary-wa-verify"), {"other_secret"}},
    {"CarrierSignsWithALineBreak",
     "whatsapp",
     "text",
     SignedWith("canary-wa-new\n"),
     {"key_whitespace"}},
    {"SecretWithSpace",
     "whatsapp",
     "text",
     [](WebhookRequest&, Receiver& receiver) {
       receiver.channels[0] = Replaced(receiver.channels[0], R"(["canary-wa-new","canary-wa-old"])",
                                       R"(" canary-wa-new ")");
     },
     {"key_whitespace"}},
    {"SecretInQuotes",
     "whatsapp",
     "text",
     [](WebhookRequest&, Receiver& receiver) {
       receiver.channels[0] = Replaced(receiver.channels[0], R"(["canary-wa-new","canary-wa-old"])",
                                       R"("'canary-wa-new'")");
     },
     {"key_quotes"}},
    {"SecretInHexadecimal",
     "whatsapp",
     "text",
     [](WebhookRequest&, Receiver& receiver) {
       receiver.channels[0] = Replaced(receiver.channels[0], R"(["canary-wa-new","canary-wa-old"])",
                                       "\"" + omni::HexEncode("canary-wa-new") + "\"");
     },
     {"key_encoding"}},
    {"SecretInUpperCase",
     "whatsapp",
     "text",
     [](WebhookRequest&, Receiver& receiver) {
       receiver.channels[0] = Replaced(receiver.channels[0], "canary-wa-new", "CANARY-WA-NEW");
     },
     {"key_case"}},
    {"OtherChannelsSecretAndPretty",
     "whatsapp",
     "text",
     [](WebhookRequest& request, Receiver&) {
       SignWith("canary-wa-second", request);
       request.body = Respell(request.body, {.spacing = Spacing::kIndented2});
     },
     {"other_channels_key", "json_whitespace"}},
    {"NoPrefix",
     "whatsapp",
     "text",
     Signature([](std::string s) { return s.substr(7); }),
     {"signature_prefix"}},
    {"OtherPrefix",
     "whatsapp",
     "text",
     Signature([](std::string s) { return "sha1=" + s.substr(7); }),
     {"signature_prefix"}},
    {"Base64Signature",
     "whatsapp",
     "text",
     Signature([](std::string s) {
       return "sha256=" + omni::Base64Encode(omni::HexDecode(s.substr(7)).value());
     }),
     {"signature_base64"}},
    {"CutSignature",
     "whatsapp",
     "text",
     Signature([](std::string s) { return s.substr(0, 50); }),
     {"signature_truncated"}},
    {"QuotedSignature",
     "whatsapp",
     "text",
     Signature([](std::string s) { return '"' + s + '"'; }),
     {"signature_quotes"}},
    {"NoSignature",
     "whatsapp",
     "text",
     [](WebhookRequest& request, Receiver&) { Drop(request, kHeader); },
     {"signature_missing"}},
    {"RenamedHeader",
     "whatsapp",
     "text",
     [](WebhookRequest& request, Receiver&) {
       const std::string value(*request.headers.Find(kHeader));
       Drop(request, kHeader);
       request.headers.Add("X-Signature", value);
     },
     {"signature_header_renamed"}},
    {"OnlySha1",
     "whatsapp",
     "text",
     [](WebhookRequest& request, Receiver&) {
       Drop(request, kHeader);
       const auto mac = omni::HmacSha1Key("canary-wa-old").Sign(request.body);
       request.headers.Add("X-Hub-Signature", "sha1=" + omni::HexEncode(omni::AsView(mac)));
     },
     {"sha1_signature"}},
    {"Nonsense",
     "whatsapp",
     "text",
     Signature([](const std::string&) { return std::string("nothing of the kind"); }),
     {"signature_malformed"}},
    {"VerifyTokenOfAnotherCase",
     "whatsapp",
     "handshake",
     [](WebhookRequest& request, Receiver&) {
       request.target = Replaced(request.target, "canary-wa-verify", "Canary-Wa-Verify");
     },
     {"credential_wrong"}},
    {"VerifyTokenWithSpace",
     "whatsapp",
     "handshake",
     [](WebhookRequest& request, Receiver&) {
       request.target = Replaced(request.target, "canary-wa-verify", "canary-wa-verify%0A");
     },
     {"credential_whitespace"}},
    {"AppSecretAsVerifyToken",
     "whatsapp",
     "handshake",
     [](WebhookRequest& request, Receiver&) {
       request.target = Replaced(request.target, "canary-wa-verify", "canary-wa-new");
     },
     {"other_secret"}},
    {"NoHandshake",
     "whatsapp",
     "handshake",
     [](WebhookRequest& request, Receiver&) { request.target = "/webhooks/whatsapp/receive"; },
     {"handshake_mode"}},
    {"LostDots",
     "whatsapp",
     "handshake",
     [](WebhookRequest& request, Receiver&) {
       request.target = Replaced(request.target, "hub.", "hub_");
     },
     {"parameter_names_rewritten"}},
    {"Subscription",
     "bandwidth",
     "verification",
     Respelled({.spacing = Spacing::kIndented2}),
     {"json_whitespace"}},
};

INSTANTIATE_TEST_SUITE_P(All, BodyCausesTest, ::testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(UnknownCauseTest, SaysWhatWasRuledOut) {
  const Receiver receiver = MakeReceiver();
  WebhookRequest request = Genuine(receiver, "whatsapp", "text");
  SignWith("a secret of nobody here", request);
  const Trace trace = Explain(receiver, request);
  EXPECT_FALSE(trace.accepted);
  EXPECT_TRUE(trace.findings.causes.empty());
  EXPECT_EQ(trace.findings.ruled_out.size(), 3U);
}

TEST(BodyLengthTest, IsComparedWithWhatTheCarrierSaid) {
  const Receiver receiver = MakeReceiver();
  WebhookRequest request = Genuine(receiver, "whatsapp", "text");
  std::string text = "POST " + request.target + " HTTP/1.1\r\nHost: hooks.example.com\r\n";
  for (const auto& [name, value] : request.headers) {
    text.append(name).append(": ").append(value).append("\r\n");
  }
  text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n\r\n";
  text += request.body.substr(0, request.body.size() - 5);
  auto capture = ParseHttpCapture(text);
  ASSERT_TRUE(capture.ok()) << capture.status();
  Findings findings;
  const CarrierChannel channel{.options = *omni::JsonDocument::Parse("{}")};
  InspectBody(
      {.request = capture->request, .channel = channel, .content_length = capture->content_length},
      findings);
  ASSERT_EQ(findings.causes.size(), 1U);
  EXPECT_EQ(findings.causes[0].cause, "body_length");
}

}  // namespace
}  // namespace testing
}  // namespace host
