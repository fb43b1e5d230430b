#include "simulate/carrier_channel.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"

namespace host {
namespace {

constexpr std::string_view kAccountParameter = "{account}";

std::vector<std::string> Strings(omni::JsonValue value) {
  std::vector<std::string> strings;
  if (value.is_string()) strings.emplace_back(value.text());
  for (const omni::JsonValue element : value.elements()) strings.emplace_back(element.text());
  return strings;
}

std::string ReplaceAll(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += with.size()) {
    text.replace(at, what.size(), with);
  }
  return text;
}

omni::KeyRing Join(const omni::KeyRing& first, const omni::KeyRing& second) {
  if (first.empty()) return second;
  if (second.empty()) return first;
  omni::KeyRing::Keys keys = first.keys();
  keys.insert(keys.end(), second.keys().begin(), second.keys().end());
  return omni::KeyRing(std::move(keys));
}

/// Reads channels and remembers what is wrong. Thread safety: confined.
class Loader {
 public:
  explicit Loader(const LoadChannelsParams& params) : params_(params) {}

  void Load(std::size_t position);
  [[nodiscard]] absl::StatusOr<std::vector<CarrierChannel>> Finish() &&;

 private:
  void Fail(const std::string& path, std::string_view why) {
    problems_.append(problems_.empty() ? "" : "\n").append(path).append(": ").append(why);
  }
  static void ReadEndpoints(const omni::AdapterInfo& info, CarrierChannel& channel);
  void ReadSecrets(const omni::AdapterInfo& info, const std::string& path, CarrierChannel& channel);
  void ReadAccountSecrets(const std::string& path, CarrierChannel& channel);
  omni::KeyRing LookUp(const std::vector<std::string>& references, std::string_view account,
                       std::string_view name, const std::string& path);

  const LoadChannelsParams& params_;
  std::string problems_;
  std::vector<CarrierChannel> channels_;
};

void Loader::Load(std::size_t position) {
  const std::string path = "channels[" + std::to_string(position) + "]";
  auto document = omni::JsonDocument::Parse(params_.channels[position]);
  if (!document.ok()) return Fail(path, "not valid JSON");
  CarrierChannel channel{.options = *std::move(document)};
  const omni::JsonValue object = channel.options.root();
  const auto factory = params_.registry.Find(object["adapter"].text());
  if (!factory.ok()) return Fail(path + ".adapter", "unknown");
  const omni::AdapterInfo& info = (*factory)->info();
  channel.adapter = info.name;
  channel.id = object["id"].text();
  if (channel.id.empty()) channel.id = info.name + "-" + std::to_string(position);
  channel.tenant = object["tenant"].exists() ? object["tenant"].text() : "default";
  channel.public_url = object["publicUrl"].text();
  if (channel.public_url.empty()) channel.public_url = params_.public_url;
  while (channel.public_url.ends_with('/')) channel.public_url.pop_back();
  channel.allow_from = Strings(object["allowFrom"]);
  for (const std::string_view key :
       {std::string_view("accounts"), std::string_view(info.account_option)}) {
    if (key.empty()) continue;
    for (std::string& account : Strings(object[key]))
      channel.accounts.push_back(std::move(account));
    for (const omni::JsonMember member : object[key].members()) {
      channel.accounts.emplace_back(member.key);
    }
  }
  // The gateway has checked the keys; here each is taken as known.
  std::vector<std::string> known;
  for (const omni::JsonMember member : object.members()) known.emplace_back(member.key);
  auto adapter = (*factory)->Create({.options = object, .path = path, .reserved = known});
  if (!adapter.ok()) return Fail(path, "its options are not valid");
  channel.verifier = *std::move(adapter);
  ReadEndpoints(channel.verifier->info(), channel);
  ReadSecrets(info, path, channel);
  ReadAccountSecrets(path, channel);
  channels_.push_back(std::move(channel));
}

void Loader::ReadEndpoints(const omni::AdapterInfo& info, CarrierChannel& channel) {
  const omni::JsonValue object = channel.options.root();
  for (const omni::MountSpec& mount : info.mounts) {
    if (!mount.needs_secret.empty() && !object[mount.needs_secret].exists()) continue;
    std::string path = mount.path;
    if (channel.endpoints.empty() && object["path"].exists()) path = object["path"].text();
    channel.endpoints.push_back({.name = mount.name,
                                 .path = ReplaceAll(path, "{tenant}", channel.tenant),
                                 .methods = mount.methods});
  }
}

void Loader::ReadSecrets(const omni::AdapterInfo& info, const std::string& path,
                         CarrierChannel& channel) {
  for (const omni::SecretSpec& spec : info.secrets) {
    const std::vector<std::string> references = Strings(channel.options.root()[spec.name]);
    if (references.empty()) continue;
    channel.purposes.push_back(spec.name);
    channel.keys.Set(spec.name, LookUp(references, "", spec.name, path + "." + spec.name));
    for (const std::string& account : channel.accounts) {
      const auto named = [](const std::string& reference) {
        return reference.find(kAccountParameter) != reference.npos;
      };
      if (std::none_of(references.begin(), references.end(), named)) break;
      CarrierChannel::AccountKeys& own = channel.account_keys.emplace_back();
      own.account = account;
      own.keys.Set(spec.name, LookUp(references, account, spec.name, path + "." + spec.name));
    }
  }
}

void Loader::ReadAccountSecrets(const std::string& path, CarrierChannel& channel) {
  for (const omni::JsonMember account : channel.options.root()["accounts"].members()) {
    CarrierChannel::AccountKeys own;
    own.account = account.key;
    for (const omni::JsonMember secret : account.value.members()) {
      const std::string purpose(secret.key);
      const std::string name = "accounts." + own.account + "." + purpose;
      if (std::find(channel.purposes.begin(), channel.purposes.end(), purpose) ==
          channel.purposes.end()) {
        channel.purposes.push_back(purpose);
      }
      own.keys.Set(purpose, LookUp(Strings(secret.value), own.account, name, path + "." + name));
    }
    channel.account_keys.push_back(std::move(own));
  }
}

// The keys are named as the gateway names them: `authToken[0]`, over all references.
omni::KeyRing Loader::LookUp(const std::vector<std::string>& references, std::string_view account,
                             std::string_view name, const std::string& path) {
  omni::KeyRing::Keys keys;
  for (const std::string& reference : references) {
    if (account.empty() && reference.find(kAccountParameter) != reference.npos) continue;
    const std::string filled = ReplaceAll(reference, kAccountParameter, account);
    const auto ring = params_.secrets.Lookup({.reference = filled, .name = name});
    if (!ring.ok() || ring->empty()) {
      Fail(path, "there is no such secret");
      continue;
    }
    for (const auto& key : ring->keys()) {
      std::string id = std::string(name) + "[" + std::to_string(keys.size()) + "]";
      keys.push_back(std::make_shared<const omni::Key>(std::move(id), key->secret().Clone()));
    }
  }
  return omni::KeyRing(std::move(keys));
}

absl::StatusOr<std::vector<CarrierChannel>> Loader::Finish() && {
  if (!problems_.empty()) return absl::InvalidArgumentError(problems_);
  return std::move(channels_);
}

}  // namespace

const CarrierChannel::Endpoint* CarrierChannel::FindEndpoint(std::string_view name) const {
  const auto found = std::find_if(endpoints.begin(), endpoints.end(),
                                  [&](const Endpoint& each) { return each.name == name; });
  return found == endpoints.end() ? nullptr : &*found;
}

omni::KeyRing CarrierChannel::Ring(std::string_view purpose, std::string_view account) const {
  omni::KeyRing own;
  for (const AccountKeys& each : account_keys) {
    if (each.account == account) own = Join(own, each.keys.Ring(purpose));
  }
  return Join(own, keys.Ring(purpose));
}

omni::KeyRing::Keys CarrierChannel::AllKeys(std::string_view purpose) const {
  omni::KeyRing::Keys all = keys.Ring(purpose).keys();
  for (const AccountKeys& each : account_keys) {
    const omni::KeyRing::Keys& own = each.keys.Ring(purpose).keys();
    all.insert(all.end(), own.begin(), own.end());
  }
  return all;
}

omni::KeySet CarrierChannel::KeysFor(std::string_view account) const {
  omni::KeySet set;
  for (const std::string& purpose : purposes) set.Set(purpose, Ring(purpose, account));
  return set;
}

absl::StatusOr<std::vector<CarrierChannel>> LoadChannels(const LoadChannelsParams& params) {
  Loader loader(params);
  for (std::size_t i = 0; i < params.channels.size(); ++i) loader.Load(i);
  return std::move(loader).Finish();
}

}  // namespace host
