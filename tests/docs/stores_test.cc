/// \file
/// The code of docs/fragments.md, docs/quarantine.md and docs/account-mapping.md, compiled and run.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <sstream>
#include <string>
#include <utility>

#include "omni/adapters/all.h"
#include "omni/components/memory.h"
#include "omni/components/memory_stores.h"
#include "omni/gateway.h"
#include "omni/support/capsule_codec.h"
#include "omni/support/encoding.h"
#include "omni/testing/fakes.h"
#include "omni/testing/status_matchers.h"

namespace {

using ::omni::testing::IsOk;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// docs/fragments.md: what a host does every few seconds.
void Sweep(omni::Gateway& gateway, std::ostream& log) {
  gateway.DeliverDueFragments([&log](const absl::StatusOr<std::size_t>& delivered) {
    if (!delivered.ok()) log << "fragments: " << delivered.status().message() << '\n';
  });
}

/// docs/quarantine.md: tries every capsule once more.
absl::Status ReplayAll(omni::Gateway& gateway, std::shared_ptr<omni::QuarantineStore> quarantine) {
  omni::QuarantineStore::ListParams page;
  while (true) {
    const auto capsules = quarantine->List(page);
    if (!capsules.ok()) return capsules.status();
    if (capsules->empty()) return absl::OkStatus();
    for (const omni::Capsule& capsule : *capsules) {
      page.after = capsule.id;
      gateway.Replay(capsule, [quarantine, id = capsule.id](const omni::HttpResponse& answer) {
        if (answer.status < 300) quarantine->Remove(id).IgnoreError();
      });
    }
  }
}

/// docs/quarantine.md: a capsule in a file.
void Write(const omni::Capsule& capsule, std::ostream& file) { file << omni::ToJson(capsule); }

absl::Status Replay(const std::string& json, omni::Gateway& gateway) {
  absl::StatusOr<omni::Capsule> capsule = omni::CapsuleFromJson(json);
  if (!capsule.ok()) return capsule.status();
  gateway.Replay(*std::move(capsule), [](const omni::HttpResponse&) {});
  return absl::OkStatus();
}

/// A host with stores for everything.
struct Host {
  std::shared_ptr<omni::MemoryQueue> queue = std::make_shared<omni::MemoryQueue>();
  std::shared_ptr<omni::QuarantineStore> quarantine = omni::MakeMemoryQuarantineStore({});
  std::shared_ptr<omni::testing::FakeClock> clock = std::make_shared<omni::testing::FakeClock>();
  std::unique_ptr<omni::Gateway> gateway = {};

  absl::Status Open() {
    omni::AdapterRegistry::Builder adapters;
    omni::RegisterAllAdapters(adapters);
    absl::StatusOr<omni::AdapterRegistry> registry = std::move(adapters).Build();
    if (!registry.ok()) return registry.status();
    omni::Gateway::Builder builder;
    builder.SetSink(queue).SetClock(clock).AddChannelJson(
        R"({"adapter":"bandwidth","username":"bw","password":"pw"})");
    builder.SetIdempotencyStore(omni::MakeMemoryIdempotencyStore({}))
        .SetFragmentStore(omni::MakeMemoryFragmentStore({}));
    builder.SetQuarantineStore(quarantine);
    std::shared_ptr<omni::HttpClient> client = std::make_shared<omni::testing::FakeHttpClient>();
    builder.SetMappingStore(omni::MakeMemoryMappingStore({})).SetHttpClient(client);
    auto built = std::move(builder).Build(*registry);
    if (built.ok()) gateway = *std::move(built);
    return built.status();
  }

  int Post(std::string body) const {
    omni::WebhookRequest request;
    request.method = omni::HttpMethod::kPost;
    request.target = "/bandwidth/%2B14045550123";
    request.headers = {{"Content-Type", "application/json"},
                       {"Authorization", "Basic " + omni::Base64Encode("bw:pw")}};
    request.body = std::move(body);
    return gateway->HandleBlocking(std::move(request)).status;
  }
};

TEST(StoresGuide, ASweepDeliversPartsWhoseRestNeverCame) {
  Host host;
  ASSERT_THAT(host.Open(), IsOk());
  EXPECT_EQ(host.Post(R"([{"type":"message-received","time":"2024-01-15T10:30:00Z",)"
                      R"("to":"+14045550123","message":{"id":"p1","owner":"+14045550123",)"
                      R"("direction":"in","to":["+14045550123"],"from":"+12125550187",)"
                      R"("time":"2024-01-15T10:30:00Z","text":"first half","fragRef":7,)"
                      R"("fragmentNumber":1,"fragmentTotal":2}}])"),
            200);
  std::ostringstream log;
  Sweep(*host.gateway, log);
  EXPECT_EQ(host.queue->size(), 0U);
  host.clock->Advance(absl::Minutes(5));
  Sweep(*host.gateway, log);
  const auto envelopes = host.queue->Drain();
  ASSERT_THAT(envelopes, SizeIs(1));
  EXPECT_THAT(envelopes[0].body, HasSubstr(R"("fragment":{"reference":"7","number":1,"total":2})"));
  EXPECT_EQ(log.str(), "");
}

TEST(StoresGuide, WhatIsNotUnderstoodStaysInQuarantine) {
  Host host;
  ASSERT_THAT(host.Open(), IsOk());
  EXPECT_EQ(host.Post("not JSON"), 400);
  EXPECT_THAT(ReplayAll(*host.gateway, host.quarantine), IsOk());
  const auto capsules = host.quarantine->List({});
  ASSERT_THAT(capsules, IsOk());
  ASSERT_THAT(*capsules, SizeIs(1));
  std::ostringstream file;
  Write(capsules->front(), file);
  EXPECT_THAT(file.str(), HasSubstr(R"("body":"not JSON")"));
  EXPECT_THAT(Replay(file.str(), *host.gateway), IsOk());
}

}  // namespace
