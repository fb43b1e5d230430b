#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "omni/adapter.h"
#include "omni/adapter_registry.h"
#include "omni/error.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using ::testing::ElementsAre;

class NamedFactory : public AdapterFactory {
 public:
  NamedFactory(std::string name, std::vector<std::string> aliases) {
    info_.name = std::move(name);
    info_.aliases = std::move(aliases);
  }
  [[nodiscard]] const AdapterInfo& info() const override { return info_; }
  [[nodiscard]] absl::StatusOr<std::unique_ptr<const ChannelAdapter>> Create(
      const CreateParams&) const override {
    return absl::UnimplementedError("only a name");
  }

 private:
  AdapterInfo info_;
};

std::unique_ptr<const AdapterFactory> Named(std::string name, std::vector<std::string> aliases) {
  return std::make_unique<const NamedFactory>(std::move(name), std::move(aliases));
}

TEST(RegistryTest, FindsByNameAndAlias) {
  AdapterRegistry::Builder builder;
  builder.Add(Named("whatsapp", {"whatsapp-cloud"})).Add(Named("twilio", {}));
  OMNI_ASSERT_OK_AND_ASSIGN(const AdapterRegistry registry, std::move(builder).Build());
  OMNI_ASSERT_OK_AND_ASSIGN(const AdapterFactory* by_name, registry.Find("whatsapp"));
  OMNI_ASSERT_OK_AND_ASSIGN(const AdapterFactory* by_alias, registry.Find("whatsapp-cloud"));
  EXPECT_EQ(by_name, by_alias);
  EXPECT_EQ(by_name->info().name, "whatsapp");
}

TEST(RegistryTest, ListsEachAdapterOnceByName) {
  AdapterRegistry::Builder builder;
  builder.Add(Named("whatsapp", {"meta"})).Add(Named("twilio", {"aa"}));
  OMNI_ASSERT_OK_AND_ASSIGN(const AdapterRegistry registry, std::move(builder).Build());
  std::vector<std::string> names;
  for (const AdapterInfo* info : registry.infos()) names.push_back(info->name);
  EXPECT_THAT(names, ElementsAre("twilio", "whatsapp"));
}

TEST(RegistryTest, SuggestsTheNearestName) {
  AdapterRegistry::Builder builder;
  builder.Add(Named("whatsapp", {})).Add(Named("twilio", {}));
  OMNI_ASSERT_OK_AND_ASSIGN(const AdapterRegistry registry, std::move(builder).Build());
  EXPECT_THAT(registry.Find("twillio"),
              StatusIs(absl::StatusCode::kNotFound,
                       "there is no adapter \"twillio\"; did you mean twilio?"));
  EXPECT_THAT(registry.Find("carrier-pigeon"),
              StatusIs(absl::StatusCode::kNotFound, "there is no adapter \"carrier-pigeon\""));
}

TEST(RegistryTest, NamesBothOwnersOfANameThatIsTakenTwice) {
  AdapterRegistry::Builder builder;
  builder.Add(Named("bandwidth", {"sms"})).Add(Named("twilio", {"sms"}));
  EXPECT_THAT(std::move(builder).Build(),
              StatusIs(absl::StatusCode::kAlreadyExists,
                       "the adapter name \"sms\" is taken by both bandwidth and twilio"));
}

TEST(RegistryTest, AnEmptyOneKnowsNobody) {
  OMNI_ASSERT_OK_AND_ASSIGN(const AdapterRegistry registry, AdapterRegistry::Builder().Build());
  EXPECT_TRUE(registry.infos().empty());
  EXPECT_FALSE(registry.Find("twilio").ok());
}

TEST(PathParamsTest, GiveWhatIsNamed) {
  PathParams params;
  params.Add("destination", "+15551234567");
  EXPECT_EQ(params.Get("destination").unverified(), "+15551234567");
  EXPECT_EQ(params.Get("other").unverified(), "");
}

/// An adapter that overrides nothing that it need not.
class PlainAdapter : public ChannelAdapter {
 public:
  [[nodiscard]] const AdapterInfo& info() const override { return info_; }
  [[nodiscard]] absl::StatusOr<VerifyResult> Verify(const VerifyParams&) const override {
    return VerifyResult{};
  }
  [[nodiscard]] absl::StatusOr<InboundResult> Normalize(const NormalizeParams&) const override {
    return InboundResult{};
  }

 private:
  AdapterInfo info_;
};

TEST(ChannelAdapterTest, RoutesByTenantChannelAndKind) {
  const WebhookRequest request;
  const SignedRequest signed_request(request, "", {});
  const PlainAdapter adapter;
  Event event;
  event.tenant = "acme";
  event.channel = "rcs";
  event.conversation = "twilio:a:b";
  for (const auto& [kind, queue] : {std::pair(EventKind::kMessage, "acme:rcs:inbound"),
                                    std::pair(EventKind::kStatus, "acme:rcs:status"),
                                    std::pair(EventKind::kNotice, "acme:rcs:notice"),
                                    std::pair(EventKind::kUnknown, "acme:rcs:notice")}) {
    event.kind = kind;
    const RouteKey route = adapter.Route({.event = signed_request.Prove(event)});
    EXPECT_EQ(route.queue(), queue);
    EXPECT_TRUE(route.groups_by_conversation());
    EXPECT_EQ(route.group(event), "twilio:a:b");
  }
}

TEST(ChannelAdapterTest, ClaimsNoAccountByItself) {
  const WebhookRequest request;
  EXPECT_EQ(PlainAdapter().ClaimAccount({.request = request}).unverified(), "");
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
