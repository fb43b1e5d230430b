#include "host/explain/broken.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "explain/print_trace.h"
#include "omni/adapter_registry.h"
#include "omni/adapters/all.h"
#include "omni/testing/status_matchers.h"
#include "simulate/cases.h"

namespace host {
namespace testing {
namespace {

using ::omni::testing::IsOk;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const omni::AdapterRegistry& Registry() {
  static const omni::AdapterRegistry& registry = *[] {
    omni::AdapterRegistry::Builder builder;
    omni::RegisterAllAdapters(builder);
    return new omni::AdapterRegistry(*std::move(builder).Build());
  }();
  return registry;
}

std::vector<std::string> CausesOf(const Trace& trace) {
  std::vector<std::string> causes;
  for (const Diagnosis& each : trace.findings.causes) causes.push_back(each.cause);
  return causes;
}

// Every secret of the receiver begins so.
constexpr std::string_view kCanary = "canary";

void ExpectNothingSecret(const Trace& trace, const omni::WebhookRequest& request) {
  Trace public_part = trace;
  public_part.events.clear();
  const std::string told = TraceText(public_part, request) + TraceJson(public_part);
  EXPECT_THAT(told, Not(HasSubstr(std::string(kCanary))));
  for (const auto& [name, value] : request.headers) {
    if (name.find("ignature") == name.npos && name != "Authorization") continue;
    EXPECT_THAT(told, Not(HasSubstr(value))) << name;
  }
  EXPECT_THAT(told, Not(::testing::ContainsRegex("[0-9]{10}")));
}

}  // namespace

Receiver MakeReceiver() {
  return {
      .channels = {
          R"({"adapter":"whatsapp","tenant":"acme","wabaId":"884201937465120",
                  "appSecret":["canary-wa-new","canary-wa-old"],"verifyToken":"canary-wa-verify",
                  "adminToken":"canary-wa-admin"})",
          R"({"adapter":"twilio","tenant":"acme","accountSid":"AC00000000000000000000000000000001",
                  "authToken":["canary-tw-new","canary-tw-old"]})",
          R"({"adapter":"bandwidth","tenant":"acme","username":"hooks","password":"canary-bw:1",
                  "signatureKey":"canary-bw-signature"})",
          R"({"adapter":"livechat","tenant":"acme","webhookSecret":"canary-lc-secret",
                  "apiToken":"canary-lc-desk"})",
          R"({"adapter":"messagebird","tenant":"acme",
                  "signingKey":["canary-mb","whsec_Y2FuYXJ5IG9mIGJpcmQ="]})",
          R"({"adapter":"inteliquent","tenant":"acme","token":"canary-iq-token",
                  "apiKey":"canary-iq-key"})",
          R"({"adapter":"twilio","id":"second","path":"/second","tenant":"other",
                  "accountSid":"AC00000000000000000000000000000002","authToken":"canary-tw-second"})",
          R"({"adapter":"whatsapp","id":"other-app","path":"/other-app","tenant":"other",
                  "wabaId":"2","appSecret":"canary-wa-second"})",
      }};
}

omni::WebhookRequest Genuine(const Receiver& receiver, std::string_view carrier,
                             std::string_view name) {
  const auto channels = LoadChannels({.channels = receiver.channels,
                                      .public_url = receiver.public_url,
                                      .registry = Registry(),
                                      .secrets = *omni::MakeLiteralSecrets()});
  EXPECT_THAT(channels, IsOk());
  for (const CarrierChannel& channel : *channels) {
    if (channel.adapter != carrier) continue;
    auto requests = BuildCase({.channel = channel, .name = name, .now = receiver.now, .seed = 7});
    EXPECT_THAT(requests, IsOk());
    omni::WebhookRequest request = requests->back().request;
    request.external_url.clear();
    request.headers.Add("Host", "hooks.example.com");
    return request;
  }
  ADD_FAILURE() << "no channel of " << carrier;
  return {};
}

Trace Explain(const Receiver& receiver, const omni::WebhookRequest& request) {
  const std::vector<std::string>& channels = receiver.channels;
  HttpCapture capture{.request = request};
  auto trace = TraceRequest({.capture = std::move(capture),
                             .channels = channels,
                             .public_url = receiver.public_url,
                             .trusted_proxies = receiver.trusted_proxies,
                             .registry = Registry(),
                             .secrets = omni::MakeLiteralSecrets(),
                             .now = receiver.now});
  EXPECT_THAT(trace, IsOk());
  return trace.ok() ? *std::move(trace) : Trace{};
}

void ExpectCauses(const Broken& broken) {
  Receiver receiver = MakeReceiver();
  omni::WebhookRequest request = Genuine(receiver, broken.carrier, broken.of);
  const Trace genuine = Explain(receiver, request);
  // The history is of a chat that an earlier request has begun.
  EXPECT_TRUE(genuine.accepted || broken.of == "history") << TraceText(genuine, request);
  EXPECT_THAT(CausesOf(genuine), IsEmpty());
  broken.how(request, receiver);
  const Trace trace = Explain(receiver, request);
  EXPECT_FALSE(trace.accepted);
  EXPECT_THAT(CausesOf(trace), ElementsAreArray(broken.causes)) << TraceText(trace, request);
  for (const Diagnosis& each : trace.findings.causes) {
    EXPECT_THAT(each.what, Not(IsEmpty()));
    EXPECT_THAT(each.fix, Not(IsEmpty()));
  }
  EXPECT_THAT(trace.events, IsEmpty());
  ExpectNothingSecret(trace, request);
}

void Change(omni::WebhookRequest& request, std::string_view header,
            const std::function<std::string(std::string)>& change) {
  const auto value = request.headers.Find(header);
  ASSERT_TRUE(value.has_value()) << header;
  request.headers.Set(header, change(std::string(*value)));
}

void Drop(omni::WebhookRequest& request, std::string_view header) {
  omni::HttpHeaders kept;
  for (const auto& [name, value] : request.headers) {
    if (!omni::EqualsIgnoreCase(name, header)) kept.Add(name, value);
  }
  request.headers = std::move(kept);
}

std::string Replaced(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += with.size()) {
    text.replace(at, what.size(), with);
  }
  return text;
}

}  // namespace testing
}  // namespace host
