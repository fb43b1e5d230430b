#include "workload/workload.h"

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "omni/adapters/bandwidth.h"
#include "omni/adapters/messagebird.h"
#include "omni/adapters/twilio.h"
#include "omni/adapters/whatsapp.h"
#include "omni/components/memory.h"
#include "omni/ports/clock.h"

namespace omni::workload {
namespace {

/// Within the life of every token, and later than every message.
constexpr absl::Time kNow = absl::FromUnixSeconds(1'772'546'805);

[[noreturn]] void Stop(const absl::Status& status) {
  std::fprintf(stderr, "workload: %s\n", status.ToString().c_str());
  std::abort();
}

template <class T>
T Require(absl::StatusOr<T> result) {
  if (!result.ok()) Stop(result.status());
  return *std::move(result);
}

}  // namespace

std::vector<WebhookRequest> MakePool(std::size_t count,
                                     const std::function<WebhookRequest(std::size_t)>& make) {
  std::vector<WebhookRequest> pool;
  pool.reserve(count);
  for (std::size_t i = 0; i < count; ++i) pool.push_back(make(i));
  return pool;
}

Rig Rig::BandwidthSms(std::size_t pool_size) {
  Rig rig;
  rig.adapter_ = Require(bandwidth::MakeAdapter({.username = BandwidthUser()}));
  rig.path_params_.Add("destination", "inbound");
  rig.keys_.Set("password", KeyRing::Of("password", {BandwidthPassword()}));
  rig.coverage_ = {.body = true, .url = true};
  rig.external_url_ = std::string(kPublicUrl) + BandwidthPath();
  rig.pool_ = MakePool(pool_size, workload::BandwidthSms);
  return rig;
}

Rig Rig::MessageBirdText(std::size_t pool_size) {
  Rig rig;
  rig.adapter_ = Require(messagebird::MakeAdapter({}));
  rig.keys_.Set("signingKey", KeyRing::Of("signingKey", {MessageBirdKey()}));
  rig.coverage_ = {.body = true, .url = true};
  rig.external_url_ = std::string(kPublicUrl) + MessageBirdPath();
  rig.pool_ = MakePool(pool_size, workload::MessageBirdText);
  return rig;
}

Rig Rig::TwilioSms(std::size_t pool_size) {
  Rig rig;
  rig.adapter_ = Require(twilio::MakeAdapter({}));
  rig.keys_.Set("authToken", KeyRing::Of("authToken", {TwilioToken(0)}));
  rig.coverage_ = {.body = true, .url = true};
  rig.external_url_ = std::string(kPublicUrl) + TwilioPath();
  rig.pool_ = MakePool(pool_size, [](std::size_t i) { return workload::TwilioSms(i, 0); });
  return rig;
}

Rig Rig::WhatsAppText(std::size_t pool_size) { return WhatsAppBatch(pool_size, 1); }

Rig Rig::WhatsAppBatch(std::size_t pool_size, std::size_t messages) {
  Rig rig;
  rig.adapter_ = Require(whatsapp::MakeAdapter({}));
  rig.keys_.Set("appSecret", KeyRing::Of("appSecret", {WhatsAppSecret(0)}));
  rig.coverage_ = {.body = true};
  rig.external_url_ = std::string(kPublicUrl) + WhatsAppPath(0);
  rig.pool_ =
      MakePool(pool_size, [&](std::size_t i) { return workload::WhatsAppBatch(i, messages); });
  return rig;
}

absl::StatusOr<VerifyResult> Rig::Verify(const WebhookRequest& request) const {
  return adapter_->Verify({.request = request,
                           .mount = "receive",
                           .path_params = path_params_,
                           .external_url = external_url_,
                           .keys = keys_,
                           .now = kNow});
}

absl::StatusOr<InboundResult> Rig::Normalize(const WebhookRequest& request) const {
  const SignedRequest verified(request, external_url_, coverage_);
  return adapter_->Normalize({.request = verified,
                              .mount = "receive",
                              .path_params = path_params_,
                              .max_events = 10'000,
                              .received_at = kNow});
}

void DiscardSink::Enqueue(EnqueueParams params, Completion<Settlement> done) {
  std::move(done)(Settlement::All(params.envelopes.size(), absl::OkStatus()));
}

AdapterRegistry MakeRegistry() {
  AdapterRegistry::Builder builder;
  bandwidth::Register(builder);
  messagebird::Register(builder);
  twilio::Register(builder);
  whatsapp::Register(builder);
  return Require(std::move(builder).Build());
}

namespace {

constexpr std::int64_t kTickMicros = 100;

/// The system's clock, which gains a tick whenever it is asked, as a request does twice.
///
/// Thread safety: thread-safe.
class FastClock final : public Clock {
 public:
  [[nodiscard]] absl::Time Now() const override {
    return system_->Now() + absl::Microseconds(kTickMicros * ++asked_);
  }

 private:
  const std::shared_ptr<Clock> system_ = MakeSystemClock();
  mutable std::atomic<std::int64_t> asked_ = 0;
};

}  // namespace

std::unique_ptr<Gateway> OpenGateway(const AdapterRegistry& registry,
                                     const std::vector<std::string>& channels,
                                     std::size_t remembered, std::shared_ptr<MappingStore> mappings,
                                     std::shared_ptr<QueueSink> sink) {
  Gateway::Builder builder;
  builder
      .SetOptions({.public_url = std::string(kPublicUrl),
                   .idempotency_keep =
                       absl::Microseconds(kTickMicros * static_cast<std::int64_t>(remembered))})
      .SetClock(std::make_shared<FastClock>())
      .SetSink(std::move(sink))
      .SetIdempotencyStore(MakeMemoryIdempotencyStore({}))
      .SetMappingStore(std::move(mappings));
  for (const std::string& channel : channels) builder.AddChannelJson(channel);
  return Require(std::move(builder).Build(registry));
}

}  // namespace omni::workload
