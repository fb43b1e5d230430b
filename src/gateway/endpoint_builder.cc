#include "gateway/endpoint_builder.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "gateway/route_table.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

using AccountSecrets = std::vector<std::pair<std::string, SecretReferences>>;

AccountSecrets SecretsByAccount(const ChannelConfig& config) {
  AccountSecrets by_account;
  for (const auto& account : config.account_secrets) {
    by_account.emplace_back(account.id, account.secrets);
  }
  return by_account;
}

bool HasTemplate(const ChannelConfig& config) {
  return std::any_of(config.secrets.begin(), config.secrets.end(), [](const auto& entry) {
    return std::any_of(entry.second.begin(), entry.second.end(), NamesAccount);
  });
}

bool HasSecret(const ChannelConfig& config, std::string_view purpose) {
  const auto names = [&](const auto& entry) {
    return entry.first == purpose && !entry.second.empty();
  };
  return std::any_of(config.secrets.begin(), config.secrets.end(), names);
}

/// Every account that a channel names, once each.
std::vector<std::string_view> NamedAccounts(const ChannelConfig& config) {
  std::vector<std::string_view> accounts(config.accounts.begin(), config.accounts.end());
  for (const auto& account : config.account_secrets) accounts.push_back(account.id);
  std::sort(accounts.begin(), accounts.end());
  accounts.erase(std::unique(accounts.begin(), accounts.end()), accounts.end());
  return accounts;
}

/// Mounts channels one after another. Thread safety: confined.
class EndpointBuilder {
 public:
  explicit EndpointBuilder(Problems& problems) : problems_(problems) {}

  void Mount(const Channel& channel);
  [[nodiscard]] std::vector<std::unique_ptr<Endpoint>> Take() && { return std::move(endpoints_); }

 private:
  Endpoint* FindOrAdd(const Channel& channel, const MountSpec& mount, const std::string& path);
  VerificationGroup& GroupFor(const Channel& channel, Endpoint& endpoint);
  void ClaimAccounts(const Channel& channel, Endpoint& endpoint, VerificationGroup& group);
  void Serve(const Channel& channel, const Endpoint& endpoint, VerificationGroup& group);
  void Conflict(const Channel& channel, const Channel& other, const std::string& path,
                std::string_view why);

  Problems& problems_;
  std::vector<std::unique_ptr<Endpoint>> endpoints_;
  absl::flat_hash_map<std::string, Endpoint*> by_shape_;
  absl::flat_hash_map<std::pair<const Endpoint*, std::size_t>, VerificationGroup*> groups_;
  absl::flat_hash_map<std::pair<const Endpoint*, std::string>, const Channel*> owners_;
};

void EndpointBuilder::Mount(const Channel& channel) {
  const std::vector<MountSpec>& mounts = channel.adapter->info().mounts;
  for (const MountSpec& mount : mounts) {
    if (!mount.needs_secret.empty() && !HasSecret(channel.config, mount.needs_secret)) continue;
    const bool overridden = &mount == &mounts.front() && !channel.config.path.empty();
    Endpoint* endpoint = FindOrAdd(channel, mount, overridden ? channel.config.path : mount.path);
    if (endpoint == nullptr) continue;
    endpoint->cors.List(channel.config.allowed_origins);
    VerificationGroup& group = GroupFor(channel, *endpoint);
    endpoint->keep_raw = endpoint->keep_raw || channel.config.keep_raw;
    ClaimAccounts(channel, *endpoint, group);
    Serve(channel, *endpoint, group);
  }
}

Endpoint* EndpointBuilder::FindOrAdd(const Channel& channel, const MountSpec& mount,
                                     const std::string& path) {
  const auto [place, added] = by_shape_.emplace(PathShape(path), nullptr);
  if (added) {
    endpoints_.push_back(std::make_unique<Endpoint>(channel, mount, path));
    place->second = endpoints_.back().get();
    return place->second;
  }
  Endpoint* endpoint = place->second;
  const Channel& other = endpoint->groups.front()->first();
  std::string_view why;
  if (endpoint->adapter->info().name != channel.adapter->info().name) {
    why = "only channels of one adapter can share a path";
  } else if (endpoint->mount->name != mount.name) {
    why = "the adapter has two endpoints there";
  } else if (endpoint->path != path) {
    why = "the path's parameters have other names";
  }
  if (why.empty()) return endpoint;
  Conflict(channel, other, path, why);
  return nullptr;
}

VerificationGroup& EndpointBuilder::GroupFor(const Channel& channel, Endpoint& endpoint) {
  VerificationGroup*& group = groups_[{&endpoint, channel.secrets}];
  if (group == nullptr) {
    endpoint.groups.push_back(std::make_unique<VerificationGroup>());
    group = endpoint.groups.back().get();
    group->channels.push_back(&channel);
    return *group;
  }
  const ChannelConfig& ours = channel.config;
  const ChannelConfig& theirs = group->first().config;
  const bool alike = ours.mode == theirs.mode && ours.enforce_after == theirs.enforce_after &&
                     ours.insecure == theirs.insecure && ours.allow_from == theirs.allow_from &&
                     ours.public_url == theirs.public_url;
  if (!alike) {
    Conflict(channel, group->first(), endpoint.path,
             "channels with the same secrets need the same mode, enforceAfter, insecure, "
             "allowFrom and publicUrl");
  }
  group->channels.push_back(&channel);
  return *group;
}

void EndpointBuilder::ClaimAccounts(const Channel& channel, Endpoint& endpoint,
                                    VerificationGroup& group) {
  for (std::string_view account : NamedAccounts(channel.config)) {
    const std::string name(account);
    const auto [owner, added] = owners_.emplace(std::pair(&endpoint, name), &channel);
    if (!added) {
      Conflict(channel, *owner->second, endpoint.path, "both serve the account " + name);
      continue;
    }
    endpoint.by_claim.emplace(name, &group);
  }
  endpoint.wants_claim =
      endpoint.wants_claim || !endpoint.by_claim.empty() || HasTemplate(channel.config);
}

void EndpointBuilder::Serve(const Channel& channel, const Endpoint& endpoint,
                            VerificationGroup& group) {
  for (const std::string& account : channel.config.accounts) {
    group.by_account.emplace(account, &channel);
  }
  if (!channel.config.accounts.empty()) return;
  if (group.any_account != nullptr) {
    return Conflict(channel, *group.any_account, endpoint.path,
                    "both serve every account with the same secrets; list the accounts of one");
  }
  group.any_account = &channel;
}

void EndpointBuilder::Conflict(const Channel& channel, const Channel& other,
                               const std::string& path, std::string_view why) {
  std::string message = "shares " + path + " with " + other.position + ": ";
  AddProblem(problems_, channel.position, message.append(why));
}

}  // namespace

std::vector<SecretSet> CollectSecrets(const Channels& channels) {
  std::vector<SecretSet> sets;
  std::map<std::pair<SecretReferences, AccountSecrets>, std::size_t> known;
  for (const auto& channel : channels) {
    const ChannelConfig& config = channel->config;
    const auto [place, added] =
        known.emplace(std::pair(config.secrets, SecretsByAccount(config)), sets.size());
    if (added) sets.push_back({channel->position, config.secrets, config.account_secrets});
    channel->secrets = place->second;
  }
  return sets;
}

std::vector<std::unique_ptr<Endpoint>> MakeEndpoints(const Channels& channels, Problems& problems) {
  EndpointBuilder builder(problems);
  for (const auto& channel : channels) builder.Mount(*channel);
  return std::move(builder).Take();
}

}  // namespace internal
}  // namespace omni::inline v0_1
