/// \file
/// Heap allocations on the hot path are budgeted: they are the same on every machine, quiet or
/// busy, which no measured time is.
///
/// A budget is what was measured plus a little room for the library versions below us. A change
/// that breaks one either has a copy too many or a reason to be told here.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "omni/codec.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"
#include "workload/alloc_counter.h"
#include "workload/carriers.h"
#include "workload/workload.h"

namespace omni {
namespace {

using ::omni::workload::AllocCounter;
using ::omni::workload::Carrier;
using ::omni::workload::Rig;
using ::testing::Le;

constexpr std::size_t kPool = 256;

/// The most that any request of the pool allocates, once everything that is made only once (the
/// prepared keys) has been made.
std::size_t MostAllocations(const Rig& rig,
                            const std::function<void(const WebhookRequest&)>& operation) {
  operation(rig.pool().front());
  std::size_t most = 0;
  for (const WebhookRequest& request : rig.pool()) {
    const AllocCounter counter;
    operation(request);
    most = std::max(most, counter.count());
  }
  return most;
}

std::size_t VerifyAllocations(const Rig& rig) {
  return MostAllocations(
      rig, [&](const WebhookRequest& request) { ASSERT_TRUE(rig.Verify(request).ok()); });
}

std::size_t NormalizeAllocations(const Rig& rig) {
  return MostAllocations(
      rig, [&](const WebhookRequest& request) { ASSERT_TRUE(rig.Normalize(request).ok()); });
}

/// Of one event written to a string that starts empty.
std::size_t EncodeAllocations(const Rig& rig) {
  std::size_t most = 0;
  for (const WebhookRequest& request : rig.pool()) {
    const auto result = rig.Normalize(request);
    if (!result.ok() || result->events.empty()) {
      ADD_FAILURE() << result.status().ToString();
      break;
    }
    const AllocCounter counter;
    const std::string json = ToJson(*result->events.front().event);
    most = std::max(most, counter.count());
  }
  return most;
}

/// The mean of a whole request through the gateway, from bytes to answer: routing, verification,
/// normalization, deduplication, encoding, the sink's call and the acknowledgement. The mean,
/// because the idempotency store's table grows now and then.
double PipelineAllocations(std::string_view name) {
  const std::vector<Carrier> carriers = workload::Carriers();
  const auto carrier = std::find_if(carriers.begin(), carriers.end(),
                                    [name](const Carrier& each) { return each.name == name; });
  const AdapterRegistry registry = workload::MakeRegistry();
  const auto gateway = workload::OpenGateway(registry, *carrier, kPool);
  const Rig rig = carrier->rig(kPool);
  std::size_t total = 0;
  for (int round = 0; round < 4; ++round) {
    for (const WebhookRequest& original : rig.pool()) {
      WebhookRequest request = original;
      int status = 0;
      const AllocCounter counter;
      gateway->Handle(std::move(request),
                      [&](const HttpResponse& answer) { status = answer.status; });
      if (round > 0) total += counter.count();
      EXPECT_EQ(status, 200);
    }
  }
  return static_cast<double>(total) / static_cast<double>(3 * kPool);
}

TEST(AllocationCounter, SeesWhatOperatorNewAndMallocDo) {
  // Called through volatile, or the compiler takes both calls out.
  void* (*volatile allocate)(std::size_t) = &std::malloc;
  void* (*volatile allocate_new)(std::size_t) = &::operator new;
  const AllocCounter counter;
  void* first = allocate(100);
  void* second = allocate_new(1000);
  EXPECT_EQ(counter.count(), 2U);
  EXPECT_EQ(counter.bytes(), 1100U);
  std::free(first);
  ::operator delete(second);
}

// Measured: 0.
TEST(AllocationBudget, BandwidthVerify) {
  EXPECT_THAT(VerifyAllocations(Rig::BandwidthSms(kPool)), Le(1U));
}

// Measured: 6, as for WhatsApp, and the answer's body.
TEST(AllocationBudget, BandwidthNormalize) {
  EXPECT_THAT(NormalizeAllocations(Rig::BandwidthSms(kPool)), Le(7U));
}

// Measured: 1, the text itself.
TEST(AllocationBudget, BandwidthEncode) {
  EXPECT_THAT(EncodeAllocations(Rig::BandwidthSms(kPool)), Le(1U));
}

// Measured: 10.0. As for WhatsApp, and what Normalize has more.
TEST(AllocationBudget, BandwidthPipeline) {
  EXPECT_THAT(PipelineAllocations("bandwidth"), Le(11.0));
}

// Measured: 0.
TEST(AllocationBudget, MessageBirdVerify) {
  EXPECT_THAT(VerifyAllocations(Rig::MessageBirdText(kPool)), Le(1U));
}

// Measured: 7, as for WhatsApp; and the account, a long name, and the answer's body.
TEST(AllocationBudget, MessageBirdNormalize) {
  EXPECT_THAT(NormalizeAllocations(Rig::MessageBirdText(kPool)), Le(8U));
}

// Measured: 1, the text itself.
TEST(AllocationBudget, MessageBirdEncode) {
  EXPECT_THAT(EncodeAllocations(Rig::MessageBirdText(kPool)), Le(1U));
}

// Measured: 10.1, as for WhatsApp, and what Normalize has more.
TEST(AllocationBudget, MessageBirdPipeline) {
  EXPECT_THAT(PipelineAllocations("messagebird"), Le(11.0));
}

// Measured: 0.
TEST(AllocationBudget, TwilioVerify) {
  EXPECT_THAT(VerifyAllocations(Rig::TwilioSms(kPool)), Le(1U));
}

// Measured: 6, the event's strings of more than 15 bytes and its metadata; the answer.
TEST(AllocationBudget, TwilioNormalize) {
  EXPECT_THAT(NormalizeAllocations(Rig::TwilioSms(kPool)), Le(7U));
}

// Measured: 1, the text itself.
TEST(AllocationBudget, TwilioEncode) {
  EXPECT_THAT(EncodeAllocations(Rig::TwilioSms(kPool)), Le(1U));
}

// Measured: 11.0, as for WhatsApp, and the claimed account.
TEST(AllocationBudget, TwilioPipeline) { EXPECT_THAT(PipelineAllocations("twilio"), Le(12.0)); }

// Measured: 0.
TEST(AllocationBudget, WhatsAppVerify) {
  EXPECT_THAT(VerifyAllocations(Rig::WhatsAppText(kPool)), Le(1U));
}

// Measured: 5, the event's strings of more than 15 bytes and its metadata.
TEST(AllocationBudget, WhatsAppNormalize) {
  EXPECT_THAT(NormalizeAllocations(Rig::WhatsAppText(kPool)), Le(6U));
}

// Measured: 1, the text itself.
TEST(AllocationBudget, WhatsAppEncode) {
  EXPECT_THAT(EncodeAllocations(Rig::WhatsAppText(kPool)), Le(1U));
}

// Measured: 8.1. Normalize and encode; and the event's id, the dedupe key, the name of the queue.
TEST(AllocationBudget, WhatsAppPipeline) { EXPECT_THAT(PipelineAllocations("whatsapp"), Le(9.0)); }

std::size_t BytesInUse() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

/// Discards, and remembers how much memory was in use then.
///
/// Thread safety: confined.
class WatchingSink final : public workload::DiscardSink {
 public:
  void Enqueue(EnqueueParams params, Completion<Settlement> done) override {
    bytes_in_use = BytesInUse();
    DiscardSink::Enqueue(std::move(params), std::move(done));
  }

  std::optional<std::size_t> bytes_in_use;
};

/// Half a megabyte of it is white space behind the JSON, and 24 kilobytes are a header.
WebhookRequest LargeRequest(std::size_t number) {
  WebhookRequest request = workload::WhatsAppText(number, 0);
  request.body.append(std::size_t{1} << 19, ' ');
  const HmacSha256Key key(workload::WhatsAppSecret(0));
  request.headers.Set("X-Hub-Signature-256", "sha256=" + HexEncode(AsView(key.Sign(request.body))));
  request.headers.Add("X-Padding", std::string(std::size_t{24} << 10, 'x'));
  return request;
}

// It may take the sink long, and then it is another thread that would give the memory back.
TEST(AllocationBudget, NothingOfARequestWaitsForTheSink) {
  const AdapterRegistry registry = workload::MakeRegistry();
  const auto sink = std::make_shared<WatchingSink>();
  const auto gateway =
      workload::OpenGateway(registry, workload::WhatsAppChannels(1), kPool, {}, sink);
  for (std::size_t number = 0; number < 3; ++number) {
    const std::size_t before = BytesInUse();
    gateway->Handle(LargeRequest(number),
                    [](const HttpResponse& answer) { EXPECT_EQ(answer.status, 200); });
    ASSERT_TRUE(sink->bytes_in_use.has_value());
    // Of the first one what is made only once stays as well.
    if (number > 0) {
      EXPECT_THAT(*sink->bytes_in_use, Le(before + (std::size_t{16} << 10)));
    }
    sink->bytes_in_use.reset();
  }
}

}  // namespace
}  // namespace omni
