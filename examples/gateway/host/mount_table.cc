#include "host/mount_table.h"

#include <algorithm>
#include <cstdint>

#include "explain/path_match.h"
#include "omni/adapter.h"
#include "omni/json.h"
#include "omni/support/url.h"

namespace host {
namespace {

constexpr std::string_view kTenantParameter = "{tenant}";
constexpr std::string_view kAdminSecret = "adminToken";

std::string FillTenant(std::string path, std::string_view tenant) {
  for (std::size_t at = 0; (at = path.find(kTenantParameter, at)) != path.npos;
       at += tenant.size()) {
    path.replace(at, kTenantParameter.size(), tenant);
  }
  return path;
}

}  // namespace

MountTable::MountTable(const HostConfig& config, const omni::AdapterRegistry& registry)
    : usual_(static_cast<std::size_t>(config.listen.max_body_bytes)), largest_(usual_) {
  for (const std::string& json : config.channels) {
    const auto document = omni::JsonDocument::Parse(json);
    if (!document.ok()) continue;
    const omni::JsonValue channel = document->root();
    const auto factory = registry.Find(channel["adapter"].text());
    if (!factory.ok()) continue;
    const auto own = channel[kMaxBodyBytesKey].AsInt64();
    const std::size_t bytes = own && *own > 0 ? static_cast<std::size_t>(*own) : usual_;
    const omni::JsonValue tenant = channel["tenant"];
    const std::vector<omni::MountSpec>& mounts = (*factory)->info().mounts;
    for (const omni::MountSpec& mount : mounts) {
      const bool is_overridden = &mount == &mounts.front() && channel["path"].exists();
      const std::string path =
          FillTenant(is_overridden ? std::string(channel["path"].text()) : mount.path,
                     tenant.exists() ? tenant.text() : "default");
      Add(path, {.max_body_bytes = bytes, .is_for_admins = mount.needs_secret == kAdminSecret});
    }
  }
}

void MountTable::Add(const std::string& path, Mount mount) {
  all_are_usual_ = all_are_usual_ && mount.max_body_bytes == usual_;
  largest_ = std::max(largest_, mount.max_body_bytes);
  Mount* there = nullptr;
  if (path.find('{') == path.npos) {
    there = &exact_.try_emplace(path, mount).first->second;
  } else {
    auto found = std::find_if(templates_.begin(), templates_.end(),
                              [&](const auto& each) { return each.first == path; });
    if (found == templates_.end()) found = templates_.insert(found, {path, mount});
    there = &found->second;
  }
  there->max_body_bytes = std::max(there->max_body_bytes, mount.max_body_bytes);
}

const MountTable::Mount* MountTable::Find(std::string_view target) const {
  const std::string_view path = omni::TargetPath(target);
  if (const auto found = exact_.find(path); found != exact_.end()) return &found->second;
  for (const auto& [pattern, mount] : templates_) {
    omni::PathParams ignored;
    if (MatchPath(pattern, path, ignored)) return &mount;
  }
  return nullptr;
}

std::size_t MountTable::MaxBodyBytes(std::string_view target) const {
  if (all_are_usual_) return usual_;
  const Mount* const mount = Find(target);
  return mount == nullptr ? usual_ : mount->max_body_bytes;
}

bool MountTable::IsForAdmins(std::string_view target) const {
  const Mount* const mount = Find(target);
  return mount != nullptr && mount->is_for_admins;
}

std::vector<std::string> CheckBodyLimits(const HostConfig& config) {
  std::vector<std::string> problems;
  for (std::size_t i = 0; i < config.channels.size(); ++i) {
    const auto document = omni::JsonDocument::Parse(config.channels[i]);
    if (!document.ok()) continue;
    const omni::JsonValue setting = document->root()[kMaxBodyBytesKey];
    if (!setting.exists()) continue;
    const auto bytes = setting.AsInt64();
    if (bytes && *bytes >= 1 && *bytes <= config.listen.max_channel_body_bytes) continue;
    problems.push_back("channels[" + std::to_string(i) + "]." + std::string(kMaxBodyBytesKey) +
                       ": expected an integer from 1 to " +
                       std::to_string(config.listen.max_channel_body_bytes) +
                       ", which is listen.maxChannelBodyBytes");
  }
  return problems;
}

}  // namespace host
