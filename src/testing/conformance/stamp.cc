#include "testing/conformance/stamp.h"

#include <cstddef>
#include <optional>
#include <utility>

#include "base/status_macros.h"
#include "omni/components/memory.h"
#include "testing/conformance/json_tree.h"

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {

struct Stamper::Slot {
  std::optional<InboundEvent> event;
};

namespace {

/// Gives out an event that was made before, and routes it as the adapter would.
///
/// Thread safety: as its slot, confined.
template <class Slot>
class ReplayAdapter : public ChannelAdapter {
 public:
  ReplayAdapter(std::shared_ptr<const ChannelAdapter> inner, std::shared_ptr<Slot> slot)
      : inner_(std::move(inner)), slot_(std::move(slot)) {
    info_.name = inner_->info().name;
    info_.mounts = {{.name = "replay", .path = "/replay"}};
  }

  [[nodiscard]] const AdapterInfo& info() const override { return info_; }
  [[nodiscard]] absl::StatusOr<VerifyResult> Verify(const VerifyParams&) const override {
    return VerifyResult{.coverage = {.body = true, .url = true}};
  }
  [[nodiscard]] absl::StatusOr<InboundResult> Normalize(const NormalizeParams&) const override {
    InboundResult result;
    result.events.push_back(*slot_->event);
    return result;
  }
  [[nodiscard]] RouteKey Route(const RouteParams& params) const override {
    return inner_->Route(params);
  }

 private:
  const std::shared_ptr<const ChannelAdapter> inner_;
  const std::shared_ptr<Slot> slot_;
  AdapterInfo info_;
};

/// Knows no key: a redelivery is stamped as the first time. Thread safety: immutable.
class ForgetfulStore : public IdempotencyStore {
 public:
  [[nodiscard]] absl::Status Begin(const BeginParams&, std::span<Claim> claims) override {
    std::fill(claims.begin(), claims.end(), Claim{});
    return absl::OkStatus();
  }
  absl::Status Complete(const CompleteParams&) override { return absl::OkStatus(); }
  absl::Status Abandon(const AbandonParams&) override { return absl::OkStatus(); }
};

std::string TenantOf(std::string_view channel) {
  const auto document = JsonDocument::Parse(channel);
  const std::string_view tenant =
      document.ok() ? document->root()["tenant"].text() : std::string_view();
  return tenant.empty() ? ChannelConfig().tenant : std::string(tenant);
}

/// A factory that somebody else owns. Thread safety: as that factory.
class BorrowedFactory : public AdapterFactory {
 public:
  explicit BorrowedFactory(const AdapterFactory& factory) : factory_(factory) {}
  [[nodiscard]] const AdapterInfo& info() const override { return factory_.info(); }
  [[nodiscard]] absl::StatusOr<std::unique_ptr<const ChannelAdapter>> Create(
      const CreateParams& params) const override {
    return factory_.Create(params);
  }

 private:
  const AdapterFactory& factory_;
};

}  // namespace

Stamper::Stamper(std::shared_ptr<const ChannelAdapter> adapter, std::string_view channel)
    : slot_(std::make_shared<Slot>()), sink_(std::make_shared<RecordingSink>()) {
  Gateway::Builder builder;
  builder.SetSink(sink_)
      .SetIdempotencyStore(std::make_shared<ForgetfulStore>())
      .SetClock(std::make_shared<FakeClock>())
      .SetEntropy(std::make_shared<FakeEntropy>())
      .AddChannel({.tenant = TenantOf(channel), .insecure = true},
                  std::make_unique<ReplayAdapter<Slot>>(std::move(adapter), slot_));
  auto registry = AdapterRegistry::Builder().Build();
  if (!registry.ok()) return;
  auto gateway = std::move(builder).Build(*registry);
  if (gateway.ok()) gateway_ = *std::move(gateway);
}

Stamper::~Stamper() = default;

Envelope Stamper::Stamp(const InboundEvent& event) {
  if (gateway_ == nullptr) return {};
  slot_->event = event;
  slot_->event->part.reset();  // not to be held back for the others
  WebhookRequest request;
  request.method = HttpMethod::kPost;
  request.target = "/replay";
  static_cast<void>(gateway_->HandleBlocking(std::move(request)));
  const std::vector<Envelope> accepted = sink_->accepted();
  if (accepted.size() == stamped_) return {};
  stamped_ = accepted.size();
  return accepted.back();
}

std::vector<Envelope> Stamper::Stamp(const InboundResult& result) {
  std::vector<Envelope> envelopes;
  envelopes.reserve(result.events.size());
  for (const InboundEvent& event : result.events) envelopes.push_back(Stamp(event));
  return envelopes;
}

absl::StatusOr<OneChannelGateway> OpenGateway(const AdapterFactory& factory,
                                              std::string_view channel, absl::Time now) {
  OMNI_ASSIGN_OR_RETURN(JsonTree tree, ParseTree(channel));
  if (tree.Find("/adapter") == nullptr) {
    tree.children.push_back(JsonTree::String(factory.info().name));
    tree.children.back().key = "adapter";
  }
  AdapterRegistry::Builder registry_builder;
  registry_builder.Add(std::make_unique<BorrowedFactory>(factory));
  OMNI_ASSIGN_OR_RETURN(const AdapterRegistry registry, std::move(registry_builder).Build());
  OneChannelGateway opened;
  opened.clock = std::make_shared<FakeClock>(now);
  Gateway::Builder builder;
  builder.SetSink(opened.sink)
      .SetIdempotencyStore(MakeMemoryIdempotencyStore({}))
      .SetHttpClient(std::make_shared<FakeHttpClient>())
      .SetClock(opened.clock)
      .SetEntropy(std::make_shared<FakeEntropy>())
      .AddChannelJson(tree.Write());
  OMNI_ASSIGN_OR_RETURN(opened.gateway, std::move(builder).Build(registry));
  return opened;
}

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1
