/// \file
/// A gateway with the WhatsApp adapter, mappings in memory, and everything faked around it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "omni/adapter_registry.h"
#include "omni/adapters/whatsapp.h"
#include "omni/components/memory.h"
#include "omni/components/memory_stores.h"
#include "omni/gateway.h"
#include "omni/testing/fakes.h"
#include "whatsapp_test_requests.h"

namespace omni::inline v0_1 {
namespace whatsapp::testing {

inline constexpr std::string_view kAdminToken = "admin-token-canary";
inline constexpr std::string_view kMappingPath = "/webhooks/whatsapp/mapping";

/// Thread safety: confined.
struct TestGateway {
  Options options = {};
  bool with_mappings = true;
  bool with_admin_token = true;
  std::vector<std::string> accounts = {};
  std::shared_ptr<omni::testing::FakeClock> clock = std::make_shared<omni::testing::FakeClock>();
  std::shared_ptr<omni::testing::RecordingSink> sink =
      std::make_shared<omni::testing::RecordingSink>();
  std::shared_ptr<omni::testing::FakeHttpClient> http =
      std::make_shared<omni::testing::FakeHttpClient>();
  std::shared_ptr<omni::testing::RecordingObserver> observer =
      std::make_shared<omni::testing::RecordingObserver>();
  std::shared_ptr<MappingStore> mappings = MakeMemoryMappingStore({});
  std::unique_ptr<Gateway> gateway = {};

  void Open() {
    ChannelConfig channel{.accounts = accounts};
    channel.secrets = {{"appSecret", {std::string(kAppSecret)}}};
    if (with_admin_token) channel.secrets.push_back({"adminToken", {std::string(kAdminToken)}});
    Gateway::Builder builder;
    builder.SetSink(sink)
        .SetIdempotencyStore(MakeMemoryIdempotencyStore({}))
        .SetHttpClient(http)
        .SetMappingStore(with_mappings ? mappings : nullptr)
        .SetObserver(observer)
        .SetClock(clock)
        .SetEntropy(std::make_shared<omni::testing::FakeEntropy>())
        .AddChannel(std::move(channel), *MakeAdapter(options));
    auto built = std::move(builder).Build(*AdapterRegistry::Builder().Build());
    ASSERT_TRUE(built.ok()) << built.status();
    gateway = *std::move(built);
  }

  HttpResponse Send(WebhookRequest request) { return gateway->HandleBlocking(std::move(request)); }

  /// A request of an administrator.
  HttpResponse Administer(HttpMethod method, std::string_view query, std::string body) {
    WebhookRequest request{.method = method, .target = std::string(kMappingPath)};
    if (!query.empty()) request.target.append("?").append(query);
    request.headers = {{"Content-Type", "application/json"},
                       {"Authorization", "Bearer " + std::string(kAdminToken)}};
    request.body = std::move(body);
    return Send(std::move(request));
  }

  void Map(std::string_view account, std::string_view target) {
    const HttpResponse response =
        Administer(HttpMethod::kPost, {},
                   R"({"wabaId":")" + std::string(account) + R"(","targetUrl":")" +
                       std::string(target) + R"("})");
    ASSERT_EQ(response.status, 200) << response.body;
  }
};

}  // namespace whatsapp::testing
}  // namespace omni::inline v0_1
