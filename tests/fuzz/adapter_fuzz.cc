/// \file
/// An adapter before strangers: Verify of anything, Normalize of anything that was proved.

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "fuzz/fuzz_target.h"
#include "fuzz/http_text.h"
#include "omni/adapter_registry.h"
#include "omni/adapters/all.h"
#include "omni/codec.h"
#include "omni/json.h"

namespace omni::fuzz {
namespace {

constexpr std::string_view kCanary = "canary-7Qm2rT9vLx4";
constexpr std::string_view kOrigin = "https://hooks.example.com";
constexpr std::size_t kMaxEvents = 1000;

struct Subject {
  std::unique_ptr<const ChannelAdapter> adapter;
  KeySet keys;
};

Subject MakeSubject() {
  AdapterRegistry::Builder builder;
  RegisterAllAdapters(builder);
  const auto registry = std::move(builder).Build();
  Require(registry.ok(), "the registry is built");
  const auto factory = registry->Find(OMNI_FUZZ_ADAPTER);
  Require(factory.ok(), "the adapter is known");
  const auto options = JsonDocument::Parse("{}");
  auto adapter =
      (*factory)->Create({.options = options->root(), .path = "channel", .reserved = {}});
  Require(adapter.ok(), "the adapter is made without options");
  Subject subject{.adapter = *std::move(adapter), .keys = {}};
  for (const SecretSpec& secret : subject.adapter->info().secrets) {
    subject.keys.Set(secret.name, KeyRing::Of(secret.name, {kCanary}));
  }
  return subject;
}

/// The mount that the target names by its beginning, and what stands in its last segment.
const MountSpec& FindMount(const AdapterInfo& info, std::string_view path, PathParams& params) {
  for (const MountSpec& mount : info.mounts) {
    const std::size_t brace = mount.path.find('{');
    const std::string_view fixed = std::string_view(mount.path).substr(0, brace);
    if (!path.starts_with(fixed)) continue;
    if (brace == std::string::npos) return mount;
    const std::string name = mount.path.substr(brace + 1, mount.path.size() - brace - 2);
    params.Add(name, std::string(path.substr(fixed.size())));
    return mount;
  }
  return info.mounts.front();
}

void CheckText(std::string_view text) {
  Require(text.find(kCanary) == text.npos, "no secret in what is told");
}

void CheckRejection(const Subject& subject, const absl::Status& status, std::string_view mount) {
  CheckText(std::string_view(status.message().data(), status.message().size()));
  const HttpResponse response =
      subject.adapter->RejectionFor({.status = status, .mount = mount, .request_id = "r"});
  Require(response.status >= 400, "a rejection is no success");
  CheckText(response.body);
}

void CheckEvent(const Event& event) {
  Require(event.kind != EventKind::kUnknown, "an event has a kind");
  Require((event.kind == EventKind::kMessage) == event.message.has_value(), "a message has one");
  Require((event.kind == EventKind::kStatus) == event.status.has_value(), "a status has one");
  Require((event.kind == EventKind::kNotice) == event.notice.has_value(), "a notice has one");
  const std::string json = ToJson(event);
  Require(IsValidUtf8(json), "an event is UTF-8");
  const auto back = EventFromJson(json);
  Require(back.ok(), "an event can be read back");
  Require(ToJson(*back) == json, "and is the same then");
}

void Normalize(const Subject& subject, const WebhookRequest& request, const MountSpec& mount,
               const PathParams& path_params) {
  const std::string external_url = std::string(kOrigin) + request.target;
  const SignedRequest proved(request, external_url, {.body = true, .url = true, .query = true});
  const auto result =
      subject.adapter->Normalize({.request = proved,
                                  .mount = mount.name,
                                  .path_params = path_params,
                                  .keep_raw = true,
                                  .max_events = kMaxEvents,
                                  .received_at = absl::FromUnixSeconds(1705314605)});
  if (!result.ok()) return CheckRejection(subject, result.status(), mount.name);
  Require(result->events.size() <= kMaxEvents, "no more events than allowed");
  for (const InboundEvent& inbound : result->events) {
    CheckEvent(*inbound.event);
    Require(!inbound.part || inbound.event->message->fragment, "a part says which");
    static_cast<void>(subject.adapter->Route({.event = inbound.event}));
  }
  for (const std::string& reason : result->ignored) CheckText(reason);
  const std::string kept = subject.adapter->BodyWithoutSecrets(request.body);
  Require(kept.size() == request.body.size(), "blanking keeps the length");
}

void Run(std::string_view input) {
  static const Subject& subject = *new Subject(MakeSubject());
  const WebhookRequest request = ParseHttpText(input);
  PathParams path_params;
  const MountSpec& mount =
      FindMount(subject.adapter->info(), TargetPath(request.target), path_params);
  static_cast<void>(subject.adapter->ClaimAccount({.request = request}));
  Explanation explanation;
  const auto verdict =
      subject.adapter->Verify({.request = request,
                               .mount = mount.name,
                               .path_params = path_params,
                               .external_url = std::string(kOrigin) + request.target,
                               .keys = subject.keys,
                               .now = absl::FromUnixSeconds(1705314605),
                               .explanation = &explanation});
  if (!verdict.ok()) CheckRejection(subject, verdict.status(), mount.name);
  Normalize(subject, request, mount, path_params);
}

}  // namespace
}  // namespace omni::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  omni::fuzz::Run(omni::fuzz::AsText(data, size));
  return 0;
}
