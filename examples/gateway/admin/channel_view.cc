#include "admin/channel_view.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "omni/adapter.h"

namespace host {
namespace {

constexpr std::string_view kDefaultTenant = "default";

bool IsSecret(const omni::AdapterInfo& info, std::string_view key) {
  return std::any_of(info.secrets.begin(), info.secrets.end(),
                     [&](const omni::SecretSpec& spec) { return spec.name == key; });
}

std::string_view TenantOf(omni::JsonValue channel) {
  const omni::JsonValue tenant = channel["tenant"];
  return tenant.exists() ? tenant.text() : kDefaultTenant;
}

void WriteSecrets(omni::JsonValue holder, std::string_view account, const omni::AdapterInfo& info,
                  omni::JsonWriter& out) {
  for (const omni::SecretSpec& spec : info.secrets) {
    const omni::JsonValue secret = holder[spec.name];
    if (!secret.exists()) continue;
    out.BeginObject();
    out.Key("name");
    out.String(spec.name);
    if (!account.empty()) {
      out.Key("account");
      out.String(account);
    }
    out.Key("count");
    out.Int(secret.is_array() ? static_cast<std::int64_t>(secret.size()) : 1);
    out.EndObject();
  }
}

void WriteAccounts(omni::JsonValue channel, const omni::AdapterInfo& info, omni::JsonWriter& out) {
  std::vector<std::string_view> keys = {"accounts"};
  if (!info.account_option.empty() && info.account_option != "accounts") {
    keys.push_back(info.account_option);
  }
  for (const std::string_view key : keys) {
    const omni::JsonValue accounts = channel[key];
    if (accounts.is_string()) out.String(accounts.text());
    for (const omni::JsonValue account : accounts.elements()) out.String(account.text());
    for (const omni::JsonMember& account : accounts.members()) out.String(account.key);
  }
}

void WriteEndpoints(omni::JsonValue channel, const omni::AdapterInfo& info, omni::JsonWriter& out) {
  for (const omni::MountSpec& mount : info.mounts) {
    if (!mount.needs_secret.empty() && !channel[mount.needs_secret].exists()) continue;
    const bool is_first = &mount == &info.mounts.front();
    std::string path(is_first && channel["path"].exists() ? channel["path"].text() : mount.path);
    if (const std::size_t at = path.find("{tenant}"); at != std::string::npos) {
      path.replace(at, 8, TenantOf(channel));
    }
    out.BeginObject();
    out.Key("path");
    out.String(path);
    out.Key("methods");
    out.BeginArray();
    for (const omni::HttpMethod method : mount.methods) out.String(omni::HttpMethodName(method));
    out.EndArray();
    out.EndObject();
  }
}

/// What is no secret and stands nowhere else in the view.
void WriteOptions(omni::JsonValue channel, const omni::AdapterInfo& info, omni::JsonWriter& out) {
  for (const omni::JsonMember& member : channel.members()) {
    const std::string_view key = member.key;
    const bool is_told = key == "id" || key == "adapter" || key == "tenant" || key == "accounts" ||
                         key == info.account_option;
    if (is_told || IsSecret(info, key)) continue;
    out.Key(key);
    out.Raw(omni::CompactJson(member.value));
  }
}

}  // namespace

std::string TenantOf(std::string_view json) {
  const auto document = omni::JsonDocument::Parse(json);
  return std::string(document.ok() ? TenantOf(document->root()) : kDefaultTenant);
}

void WriteChannel(const ChannelView& channel, const omni::AdapterRegistry& registry,
                  omni::JsonWriter& out) {
  out.BeginObject();
  out.Key("id");
  out.String(channel.id);
  out.Key("source");
  out.String(channel.source);
  out.Key("enabled");
  out.Bool(channel.enabled);
  const auto document = omni::JsonDocument::Parse(channel.json);
  if (document.ok()) {
    const omni::JsonValue root = document->root();
    const auto factory = registry.Find(root["adapter"].text());
    out.Key("adapter");
    out.String(factory.ok() ? (*factory)->info().name : root["adapter"].text());
    out.Key("tenant");
    out.String(TenantOf(root));
    if (factory.ok()) {
      const omni::AdapterInfo& info = (*factory)->info();
      out.Key("endpoints");
      out.BeginArray();
      WriteEndpoints(root, info, out);
      out.EndArray();
      out.Key("accounts");
      out.BeginArray();
      WriteAccounts(root, info, out);
      out.EndArray();
      out.Key("secrets");
      out.BeginArray();
      WriteSecrets(root, "", info, out);
      for (const omni::JsonMember& account : root["accounts"].members()) {
        WriteSecrets(account.value, account.key, info, out);
      }
      out.EndArray();
      out.Key("options");
      out.BeginObject();
      WriteOptions(root, info, out);
      out.EndObject();
    }
  }
  out.EndObject();
}

}  // namespace host
