#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "gateway/carried.h"
#include "gateway/channel_check.h"
#include "gateway/channel_config.h"
#include "gateway/endpoint_builder.h"
#include "gateway/gateway_state.h"
#include "gateway/origin_check.h"
#include "gateway/problems.h"
#include "omni/gateway.h"

namespace omni::inline v0_1 {

using internal::AddProblem;
using internal::Channel;
using internal::Channels;
using internal::ConfiguredChannel;
using internal::Problems;

/// What the calls have collected, not yet checked.
struct Gateway::Builder::Parts {
  GatewayOptions options = {};
  std::shared_ptr<QueueSink> sink = {};
  std::shared_ptr<IdempotencyStore> store = {};
  std::shared_ptr<SecretsProvider> secrets = {};
  std::shared_ptr<FragmentStore> fragments = {};
  std::shared_ptr<MappingStore> mappings = {};
  std::shared_ptr<ConversationStore> conversations = {};
  std::shared_ptr<MediaStore> media = {};
  std::shared_ptr<QuarantineStore> quarantine = {};
  std::shared_ptr<HttpClient> http_client = {};
  std::shared_ptr<Admission> admission = {};
  std::shared_ptr<Observer> observer = {};
  std::shared_ptr<Clock> clock = {};
  std::shared_ptr<Entropy> entropy = {};
  /// In the order in which they were added: made in code, or JSON.
  std::vector<std::variant<ConfiguredChannel, std::string>> channels = {};
};

namespace {

void CheckOptions(const GatewayOptions& options, Problems& problems) {
  internal::CheckPublicUrl(options.public_url, "publicUrl", problems);
  if (options.enqueue_timeout <= absl::ZeroDuration()) {
    AddProblem(problems, "enqueueTimeout", "must be positive");
  }
  internal::CheckCarryHeaders(options.carry_headers, problems);
  if (options.fragment_patience <= absl::ZeroDuration()) {
    AddProblem(problems, "fragmentPatience", "must be positive");
  }
  // Else a redelivery claims the keys of a delivery that is still under way.
  if (options.idempotency_lease <= std::max(options.enqueue_timeout, absl::Seconds(1))) {
    AddProblem(problems, "idempotencyLease", "must be longer than enqueueTimeout and a second");
  }
}

/// A channel, checked for itself; null where it could not be read. Mistakes go to `problems`, which
/// is empty before.
std::unique_ptr<Channel> ReadChannel(std::size_t number,
                                     std::variant<ConfiguredChannel, std::string>& given,
                                     internal::ChannelFactory& factory, Problems& problems) {
  auto channel = std::make_unique<Channel>();
  channel->position = "channels[" + std::to_string(number) + "]";
  if (const auto* json = std::get_if<std::string>(&given)) {
    auto read = factory.Read(*json, channel->position);
    if (!read) return nullptr;
    given = *std::move(read);
  }
  auto& configured = std::get<ConfiguredChannel>(given);
  channel->config = std::move(configured.config);
  channel->adapter = std::move(configured.adapter);
  channel->has_public_url = !channel->config.public_url.empty();
  channel->insecure = channel->config.insecure;
  channel->keep_raw = channel->config.keep_raw;
  if (channel->adapter == nullptr && problems.empty()) {
    AddProblem(problems, channel->position, "has no adapter");
  }
  const AdapterInfo* const info =
      channel->adapter != nullptr ? &channel->adapter->info() : configured.info;
  if (info == nullptr) return nullptr;
  internal::CheckChannel(number, *info, *channel, problems);
  return channel;
}

/// The channels whose configuration is right.
Channels ReadChannels(std::vector<std::variant<ConfiguredChannel, std::string>> given,
                      const AdapterRegistry& registry, Problems& problems) {
  Channels channels;
  Problems own;  // of one channel
  internal::ChannelFactory factory(registry, own);
  std::set<std::string> ids;
  for (std::size_t i = 0; i < given.size(); ++i) {
    own.clear();
    auto channel = ReadChannel(i, given[i], factory, own);
    if (channel != nullptr && !ids.insert(channel->config.id).second) {
      AddProblem(own, channel->position + ".id", "another channel has the same id");
    }
    problems.insert(problems.end(), own.begin(), own.end());
    if (channel != nullptr && own.empty()) channels.push_back(std::move(channel));
  }
  return channels;
}

bool ForwardsAccounts(const internal::GatewayCore& core) {
  return core.mappings != nullptr &&
         std::any_of(core.channels.begin(), core.channels.end(), [](const auto& channel) {
           return channel->adapter->info().forwards_accounts;
         });
}

void Warn(const internal::GatewayCore& core) {
  if (core.observer == nullptr) return;
  for (const auto& channel : core.channels) {
    if (!channel->config.insecure) continue;
    core.observer->OnWarning("insecure_channel", "the channel " + channel->config.id +
                                                     " accepts requests without authentication");
  }
  if (ForwardsAccounts(core) && core.http_client == nullptr) {
    core.observer->OnWarning("no_http_client",
                             "webhooks of mapped accounts are refused without an HTTP client");
  }
}

}  // namespace

Gateway::Builder::Builder() : parts_(std::make_unique<Parts>()) {}
Gateway::Builder::~Builder() = default;

Gateway::Builder& Gateway::Builder::SetOptions(GatewayOptions options) {
  parts_->options = std::move(options);
  return *this;
}

Gateway::Builder& Gateway::Builder::SetSink(std::shared_ptr<QueueSink> sink) {
  parts_->sink = std::move(sink);
  return *this;
}

Gateway::Builder& Gateway::Builder::SetIdempotencyStore(std::shared_ptr<IdempotencyStore> store) {
  parts_->store = std::move(store);
  return *this;
}

Gateway::Builder& Gateway::Builder::SetSecretsProvider(std::shared_ptr<SecretsProvider> secrets) {
  parts_->secrets = std::move(secrets);
  return *this;
}

Gateway::Builder& Gateway::Builder::SetFragmentStore(std::shared_ptr<FragmentStore> store) {
  parts_->fragments = std::move(store);
  return *this;
}

Gateway::Builder& Gateway::Builder::SetMappingStore(std::shared_ptr<MappingStore> store) {
  parts_->mappings = std::move(store);
  return *this;
}

Gateway::Builder& Gateway::Builder::SetConversationStore(std::shared_ptr<ConversationStore> store) {
  parts_->conversations = std::move(store);
  return *this;
}

Gateway::Builder& Gateway::Builder::SetMediaStore(std::shared_ptr<MediaStore> store) {
  parts_->media = std::move(store);
  return *this;
}

Gateway::Builder& Gateway::Builder::SetQuarantineStore(std::shared_ptr<QuarantineStore> store) {
  parts_->quarantine = std::move(store);
  return *this;
}

Gateway::Builder& Gateway::Builder::SetHttpClient(std::shared_ptr<HttpClient> client) {
  parts_->http_client = std::move(client);
  return *this;
}

Gateway::Builder& Gateway::Builder::SetAdmission(std::shared_ptr<Admission> admission) {
  parts_->admission = std::move(admission);
  return *this;
}

Gateway::Builder& Gateway::Builder::SetObserver(std::shared_ptr<Observer> observer) {
  parts_->observer = std::move(observer);
  return *this;
}

Gateway::Builder& Gateway::Builder::SetClock(std::shared_ptr<Clock> clock) {
  parts_->clock = std::move(clock);
  return *this;
}

Gateway::Builder& Gateway::Builder::SetEntropy(std::shared_ptr<Entropy> entropy) {
  parts_->entropy = std::move(entropy);
  return *this;
}

Gateway::Builder& Gateway::Builder::AddChannel(ChannelConfig config,
                                               std::unique_ptr<const ChannelAdapter> adapter) {
  parts_->channels.emplace_back(ConfiguredChannel{std::move(config), std::move(adapter)});
  return *this;
}

Gateway::Builder& Gateway::Builder::AddChannelJson(std::string_view json) {
  parts_->channels.emplace_back(std::string(json));
  return *this;
}

absl::StatusOr<std::unique_ptr<Gateway>> Gateway::Builder::Build(
    const AdapterRegistry& registry) && {
  Problems problems;
  const auto state = std::make_shared<internal::GatewayCore>();
  CheckOptions(parts_->options, problems);
  if (parts_->sink == nullptr) AddProblem(problems, "sink", "required");
  // Else a part that is delivered twice is taken for a part of another message.
  if (parts_->fragments != nullptr && parts_->store == nullptr) {
    AddProblem(problems, "idempotencyStore", "required by the fragment store");
  }
  state->trusted_proxies =
      internal::ReadBlocks(parts_->options.trusted_proxies, "trustedProxies", problems);
  state->options = std::move(parts_->options);
  state->sink = internal::SharedInLanes(parts_->sink);
  state->store = std::move(parts_->store);
  state->fragments = std::move(parts_->fragments);
  state->mappings = std::move(parts_->mappings);
  state->conversations = std::move(parts_->conversations);
  state->media = std::move(parts_->media);
  state->quarantine = std::move(parts_->quarantine);
  state->http_client = std::move(parts_->http_client);
  state->admission = std::move(parts_->admission);
  state->observer = std::move(parts_->observer);
  state->clock = parts_->clock ? std::move(parts_->clock) : MakeSystemClock();
  state->entropy = parts_->entropy ? std::move(parts_->entropy) : MakeSystemEntropy();

  state->channels = ReadChannels(std::move(parts_->channels), registry, problems);
  for (const auto& channel : state->channels) {
    state->channels_by_id.emplace(channel->config.id, channel.get());
  }
  auto sets = internal::CollectSecrets(state->channels);
  state->endpoints = internal::MakeEndpoints(state->channels, problems);
  for (const auto& endpoint : state->endpoints) state->routes.Add(endpoint.get());
  state->secrets = std::make_unique<internal::SecretStore>(
      std::move(sets), parts_->secrets ? std::move(parts_->secrets) : MakeLiteralSecrets());
  for (std::string& problem : state->secrets->Refresh()) problems.push_back(std::move(problem));

  if (!problems.empty()) return internal::ProblemsToStatus(problems);
  Warn(*state);
  auto shared = std::make_shared<State>(State{.core = internal::SharedInLanes(state)});
  return std::unique_ptr<Gateway>(new Gateway(std::move(shared)));
}

}  // namespace omni::inline v0_1
