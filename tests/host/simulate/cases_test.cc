/// \file
/// Every case of every carrier, before a gateway that is configured as its channel is.

#include "simulate/cases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "omni/adapter_registry.h"
#include "omni/adapters/all.h"
#include "omni/codec.h"
#include "omni/components/memory.h"
#include "omni/components/memory_stores.h"
#include "omni/gateway.h"
#include "omni/json.h"
#include "omni/testing/fakes.h"
#include "omni/testing/status_matchers.h"

namespace host {
namespace {

using ::omni::testing::IsOk;
using ::testing::Each;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kPublicUrl[] = "https://hooks.example.com";
constexpr absl::Duration kNoTime = absl::ZeroDuration();

const std::vector<std::string>& Channels() {
  static const std::vector<std::string>& channels = *new std::vector<std::string>{
      R"({"adapter":"whatsapp","tenant":"acme","appSecret":["wa-new","wa-old"],"verifyToken":"wa verify+"})",
      R"({"adapter":"bandwidth","tenant":"acme","username":"hooks","password":["bw:new","bw-old"],
          "signatureKey":"bw-signature"})",
      R"({"adapter":"twilio","tenant":"acme","accountSid":"AC00000000000000000000000000000001",
          "authToken":["tw-new","tw-old"]})",
      R"({"adapter":"livechat","tenant":"acme","webhookSecret":["lc-new","lc-old"],"apiToken":"lc-desk"})",
      R"({"adapter":"messagebird","tenant":"acme",
          "signingKey":["mb-new","whsec_c2VjcmV0IG9mIHRoZSBuZXdlc3QgQVBJ"]})",
      R"({"adapter":"inteliquent","tenant":"acme","token":"iq-token","apiKey":"iq-key",
          "ourNumbers":["14045550123"]})"};
  return channels;
}

const omni::AdapterRegistry& Registry() {
  static const omni::AdapterRegistry& registry = *[] {
    omni::AdapterRegistry::Builder builder;
    omni::RegisterAllAdapters(builder);
    return new omni::AdapterRegistry(*std::move(builder).Build());
  }();
  return registry;
}

std::vector<CarrierChannel> Load(const std::vector<std::string>& channels,
                                 std::string_view public_url = kPublicUrl) {
  auto loaded = LoadChannels({.channels = channels,
                              .public_url = public_url,
                              .registry = Registry(),
                              .secrets = *omni::MakeLiteralSecrets()});
  EXPECT_THAT(loaded, IsOk());
  return *std::move(loaded);
}

/// A gateway with every store, over the channels above.
class Host {
 public:
  Host() {
    omni::Gateway::Builder builder;
    builder.SetOptions({.public_url = kPublicUrl})
        .SetSink(queue_)
        .SetIdempotencyStore(omni::MakeMemoryIdempotencyStore({}))
        .SetFragmentStore(omni::MakeMemoryFragmentStore({}))
        .SetConversationStore(omni::MakeMemoryConversationStore({}))
        .SetObserver(observer_)
        .SetClock(clock_);
    for (const std::string& channel : Channels()) builder.AddChannelJson(channel);
    auto gateway = std::move(builder).Build(Registry());
    EXPECT_THAT(gateway.status(), IsOk());
    gateway_ = *std::move(gateway);
  }

  [[nodiscard]] absl::Time now() const { return clock_->Now(); }
  omni::HttpResponse Handle(omni::WebhookRequest request) {
    // Over a socket the gateway is not told the URL.
    request.external_url.clear();
    return gateway_->HandleBlocking(std::move(request));
  }
  /// The kinds of what is in the queue, in order: `message status`.
  std::string DrainKinds() {
    std::string kinds;
    for (const omni::Envelope& envelope : queue_->Drain()) {
      const auto event = omni::EventFromJson(envelope.body);
      kinds += (kinds.empty() ? "" : " ") +
               (event.ok() ? std::string(omni::ToWord(event->kind)) : "unreadable");
      last_ = envelope.body;
    }
    return kinds;
  }
  [[nodiscard]] const std::string& last() const { return last_; }
  [[nodiscard]] omni::testing::RecordingObserver::Request LastReport() const {
    return observer_->requests().back();
  }

 private:
  std::shared_ptr<omni::MemoryQueue> queue_ = std::make_shared<omni::MemoryQueue>();
  std::shared_ptr<omni::testing::RecordingObserver> observer_ =
      std::make_shared<omni::testing::RecordingObserver>();
  std::shared_ptr<omni::testing::FakeClock> clock_ = std::make_shared<omni::testing::FakeClock>();
  std::unique_ptr<omni::Gateway> gateway_;
  std::string last_;
};

const CarrierChannel& ChannelOf(const std::vector<CarrierChannel>& channels,
                                std::string_view carrier) {
  return *std::find_if(channels.begin(), channels.end(),
                       [&](const CarrierChannel& each) { return each.adapter == carrier; });
}

class EveryCaseTest : public ::testing::TestWithParam<CaseInfo> {
 protected:
  const std::vector<CarrierChannel> channels_ = Load(Channels());
  const CarrierChannel& channel_ = ChannelOf(channels_, GetParam().carrier);
  Host host_;
};

TEST_P(EveryCaseTest, IsAcceptedAndMakesTheEventsThatItNames) {
  // Twice: the second time with other ids, so that nothing of it is a duplicate.
  for (const std::uint64_t seed : {std::uint64_t{1}, std::uint64_t{2}}) {
    const auto requests =
        BuildCase({.channel = channel_, .name = GetParam().name, .now = host_.now(), .seed = seed});
    ASSERT_THAT(requests, IsOk());
    ASSERT_THAT(*requests, SizeIs(static_cast<std::size_t>(GetParam().requests)));
    for (const SimulatedRequest& each : *requests) {
      const omni::HttpResponse answer = host_.Handle(each.request);
      EXPECT_TRUE(each.IsAcceptedBy(answer)) << answer.status << " " << answer.body << "\n"
                                             << each.request.target << "\n"
                                             << each.request.body;
    }
    EXPECT_EQ(host_.DrainKinds(), GetParam().events);
  }
}

TEST_P(EveryCaseTest, IsProvedByTheNewestKey) {
  const auto requests =
      BuildCase({.channel = channel_, .name = GetParam().name, .now = host_.now(), .seed = 3});
  ASSERT_THAT(requests, IsOk());
  static_cast<void>(host_.Handle(requests->back().request));
  if (GetParam().name == "newest") return;  // another kind of key
  EXPECT_THAT(host_.LastReport().key_id, HasSubstr("[0]"));
}

TEST_P(EveryCaseTest, HasTheSameTextForTheSameSeed) {
  const BuildCaseParams params{
      .channel = channel_, .name = GetParam().name, .now = host_.now(), .seed = 4};
  const auto first = BuildCase(params);
  const auto second = BuildCase(params);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->front().request.body, second->front().request.body);
  EXPECT_EQ(first->front().request.headers.items(), second->front().request.headers.items());
}

INSTANTIATE_TEST_SUITE_P(All, EveryCaseTest, ::testing::ValuesIn(AllCases()), [](const auto& test) {
  std::string name = std::string(test.param.carrier) + "_" + std::string(test.param.name);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(CasesTest, AreAtLeastEightForEveryCarrier) {
  std::map<std::string_view, std::set<std::string_view>> names;
  for (const CaseInfo& each : AllCases()) names[each.carrier].insert(each.name);
  EXPECT_THAT(names, SizeIs(6));
  for (const auto& [carrier, cases] : names) EXPECT_THAT(cases.size(), Ge(8U)) << carrier;
}

class SetTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::vector<SimulatedRequest>> Build(
      std::string_view carrier, std::string_view name,
      std::vector<std::pair<std::string, std::string>> set) {
    return BuildCase({.channel = ChannelOf(channels_, carrier),
                      .name = name,
                      .set = std::move(set),
                      .now = host_.now(),
                      .seed = 5});
  }
  /// What the gateway makes of it, and of nothing else.
  omni::Event EventOf(std::string_view carrier, std::string_view name,
                      std::vector<std::pair<std::string, std::string>> set) {
    const auto requests = Build(carrier, name, std::move(set));
    EXPECT_THAT(requests, IsOk());
    if (!requests.ok()) return {};
    EXPECT_EQ(host_.Handle(requests->front().request).status, 200);
    EXPECT_THAT(host_.DrainKinds(), Not(IsEmpty()));
    return omni::EventFromJson(host_.last()).value_or(omni::Event{});
  }
  const std::vector<CarrierChannel> channels_ = Load(Channels());
  Host host_;
};

TEST_F(SetTest, ShortNamesMeanTheSameForEveryCarrier) {
  for (const auto& [carrier, name] :
       std::map<std::string_view, std::string_view>{{"whatsapp", "text"},
                                                    {"bandwidth", "sms"},
                                                    {"twilio", "sms"},
                                                    {"messagebird", "sms"},
                                                    {"messagebird", "sms-form"},
                                                    {"messagebird", "sms-get"},
                                                    {"inteliquent", "sms"}}) {
    const omni::Event event = EventOf(carrier, name,
                                      {{"from", "+15557770001"},
                                       {"to", "+15557770002"},
                                       {"text", "\"quoted\" & 50% + ünïcode 🙂\nsecond line"},
                                       {"id", "the-id"}});
    EXPECT_EQ(event.from->address, "+15557770001") << carrier;
    EXPECT_EQ(event.to.at(0).address, "+15557770002") << carrier;
    EXPECT_EQ(event.message->text, "\"quoted\" & 50% + ünïcode 🙂\nsecond line") << carrier;
    EXPECT_EQ(event.carrier_message_id, "the-id") << carrier;
  }
}

TEST_F(SetTest, PathsReachEveryField) {
  EXPECT_EQ(EventOf("whatsapp", "failed",
                    {{"entry.0.changes[0].value.statuses.0.errors.0.code", "131026"}})
                .status->error->code,
            "131026");
  // The end of a path will do where only one field has it.
  EXPECT_EQ(EventOf("bandwidth", "failed", {{"errorCode", "4720"}}).status->error->code, "4720");
  EXPECT_EQ(EventOf("twilio", "undelivered", {{"ErrorCode", "30005"}}).status->error->code,
            "30005");
  EXPECT_EQ(EventOf("messagebird", "delivered", {{"status", "buffered"}}).status->carrier_value,
            "buffered");
}

TEST_F(SetTest, SaysWhichFieldItDoesNotKnow) {
  EXPECT_THAT(std::string(Build("twilio", "sms", {{"Bdoy", "x"}}).status().message()),
              HasSubstr("has no field Bdoy; did you mean Body?"));
  EXPECT_THAT(std::string(Build("whatsapp", "delivered", {{"text", "x"}}).status().message()),
              HasSubstr("has no field text"));
  EXPECT_THAT(std::string(Build("whatsapp", "batch", {{"field", "x"}}).status().message()),
              HasSubstr("may mean several fields: entry.0.changes.0.field"));
  EXPECT_THAT(std::string(Build("bandwidth", "sms", {{"segmentCount", "two"}}).status().message()),
              HasSubstr("is no string; its value has to be JSON"));
}

TEST_F(SetTest, SaysWhichCaseItDoesNotKnow) {
  EXPECT_THAT(std::string(Build("twilio", "smss", {}).status().message()),
              HasSubstr("twilio has no case smss; did you mean sms?"));
}

TEST(ChannelsTest, AreHeardAtTheirPathsAndUnderTheirPublicUrl) {
  const auto channels = Load({R"({"adapter":"twilio","tenant":"acme","authToken":"t",
                                 "path":"/in/{tenant}/sms","publicUrl":"https://other.example/base/"})",
                              R"({"adapter":"twilio","id":"bare","authToken":"t"})"},
                             "");
  const auto own = BuildCase({.channel = channels[0], .name = "sms", .now = absl::UnixEpoch()});
  ASSERT_THAT(own, IsOk());
  EXPECT_EQ(own->front().request.target, "/in/acme/sms");
  EXPECT_EQ(own->front().request.external_url, "https://other.example/base/in/acme/sms");
  const auto bare = BuildCase({.channel = channels[1],
                               .name = "sms",
                               .base_url = "http://127.0.0.1:8080",
                               .now = absl::UnixEpoch() + kNoTime});
  ASSERT_THAT(bare, IsOk());
  EXPECT_EQ(bare->front().request.external_url, "http://127.0.0.1:8080/twilio");
}

TEST(ChannelsTest, SignForTheAccountThatTheySpeakOf) {
  const auto channels = Load({R"({"adapter":"twilio","accounts":{
      "AC00000000000000000000000000000001":{"authToken":"one"},
      "AC00000000000000000000000000000002":{"authToken":"two"}}})"});
  EXPECT_EQ(channels[0].AllKeys("authToken").size(), 2U);
  EXPECT_EQ(channels[0].Ring("authToken", "AC00000000000000000000000000000002").keys()[0]->id(),
            "accounts.AC00000000000000000000000000000002.authToken[0]");
  EXPECT_THAT(BuildCase({.channel = channels[0], .name = "sms", .now = absl::UnixEpoch()}), IsOk());
}

TEST(ChannelsTest, SayWhatTheyLack) {
  const auto channels = Load({R"({"adapter":"whatsapp","appSecret":"s"})"});
  EXPECT_THAT(
      std::string(BuildCase({.channel = channels[0], .name = "handshake"}).status().message()),
      HasSubstr("whatsapp-0 has no verifyToken"));
}

TEST(WireTest, MetaSendsAsciiWithEscapedSlashes) {
  const auto channels = Load(Channels());
  const auto requests = BuildCase({.channel = ChannelOf(channels, "whatsapp"),
                                   .name = "text",
                                   .set = {{"text", "Zoë/🙂"}},
                                   .now = absl::UnixEpoch()});
  ASSERT_THAT(requests, IsOk());
  EXPECT_THAT(requests->front().request.body, HasSubstr(R"("body":"Zo\u00eb\/\ud83d\ude42")"));
  EXPECT_TRUE(std::all_of(requests->front().request.body.begin(),
                          requests->front().request.body.end(), [](char c) { return c > 0; }));
}

}  // namespace
}  // namespace host
