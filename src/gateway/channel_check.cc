#include "gateway/channel_check.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/suggest.h"
#include "gateway/names.h"
#include "gateway/origin_check.h"
#include "gateway/route_table.h"
#include "gateway/secrets.h"
#include "omni/support/url.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::string_view kTenantParameter = "{tenant}";
constexpr std::string_view kNameRule = "may hold 1 to 128 of the characters A-Z a-z 0-9 . _ -";

const std::vector<std::string>* FindReferences(const SecretReferences& secrets,
                                               std::string_view purpose) {
  const auto found = std::find_if(secrets.begin(), secrets.end(),
                                  [&](const auto& entry) { return entry.first == purpose; });
  return found == secrets.end() || found->second.empty() ? nullptr : &found->second;
}

/// Checks one channel. Thread safety: confined.
class Checker {
 public:
  Checker(const AdapterInfo& info, Channel& channel, Problems& problems)
      : channel_(channel),
        config_(channel.config),
        info_(info),
        problems_(problems),
        was_read_(problems.empty()) {}

  void CheckNames();
  void CheckPath();
  void CheckOrigins();
  void CheckAccounts();
  void CheckSecrets();

 private:
  void Fail(const std::string& key, std::string_view message) {
    AddProblem(problems_, key.empty() ? channel_.position : channel_.position + "." + key, message);
  }
  void CheckReferences(const SecretReferences& secrets, const std::string& prefix);
  void CheckRequired(const SecretSpec& spec);
  [[nodiscard]] bool CanAuthenticate() const;

  Channel& channel_;
  ChannelConfig& config_;
  const AdapterInfo& info_;
  Problems& problems_;
  const bool was_read_;  ///< without a mistake; else what is missing may only be misspelt
};

void Checker::CheckNames() {
  if (!IsPlainName(config_.id)) Fail("id", kNameRule);
  if (!IsPlainName(config_.tenant)) Fail("tenant", kNameRule);
}

void Checker::CheckPath() {
  for (std::size_t at = 0; (at = config_.path.find(kTenantParameter, at)) != std::string::npos;
       at += config_.tenant.size()) {
    config_.path.replace(at, kTenantParameter.size(), config_.tenant);
  }
  if (info_.mounts.empty()) Fail("", "the adapter has no endpoint");
  for (const MountSpec& mount : info_.mounts) {
    const bool overridden = &mount == &info_.mounts.front() && !config_.path.empty();
    const std::string_view problem = PathProblem(overridden ? config_.path : mount.path);
    if (!problem.empty()) Fail("path", problem);
  }
  CheckPublicUrl(config_.public_url, channel_.position + ".publicUrl", problems_);
}

void Checker::CheckOrigins() {
  channel_.allow_from = ReadBlocks(config_.allow_from, channel_.position + ".allowFrom", problems_);
  CheckCorsOrigins(config_.allowed_origins, channel_.position + ".allowedOrigins", problems_);
}

void Checker::CheckAccounts() {
  for (const std::string& account : config_.accounts) {
    if (account.empty()) Fail("accounts", "an account is empty");
  }
  for (const ChannelConfig::Account& account : config_.account_secrets) {
    // No other account would ever be looked up: the claim comes from a stranger.
    if (!IsPlainName(account.id)) Fail("accounts." + account.id, kNameRule);
  }
}

void Checker::CheckSecrets() {
  CheckReferences(config_.secrets, "");
  for (const ChannelConfig::Account& account : config_.account_secrets) {
    CheckReferences(account.secrets, "accounts." + account.id + ".");
  }
  if (config_.insecure) return;
  for (const SecretSpec& spec : info_.secrets) {
    if (spec.required) CheckRequired(spec);
  }
  if (was_read_ && !CanAuthenticate()) {
    Fail("", "has no way to authenticate requests; give it a secret, or say \"insecure\": true");
  }
}

void Checker::CheckReferences(const SecretReferences& secrets, const std::string& prefix) {
  std::vector<std::string> names;
  for (const SecretSpec& spec : info_.secrets) names.push_back(spec.name);
  for (const auto& [purpose, references] : secrets) {
    const std::string key = prefix + purpose;
    if (std::find(names.begin(), names.end(), purpose) == names.end()) {
      const auto nearest = Nearest(purpose, names);
      Fail(key, nearest ? "unknown key; did you mean " + *nearest + "?" : "unknown key");
    }
    if (references.empty()) Fail(key, "the list is empty");
    if (std::find(references.begin(), references.end(), "") != references.end()) {
      Fail(key, "the reference is empty");
    }
  }
}

void Checker::CheckRequired(const SecretSpec& spec) {
  if (FindReferences(config_.secrets, spec.name) != nullptr) return;
  if (config_.account_secrets.empty()) return Fail(spec.name, "required");
  for (const ChannelConfig::Account& account : config_.account_secrets) {
    if (FindReferences(account.secrets, spec.name) == nullptr) {
      Fail("accounts." + account.id + "." + spec.name, "required");
    }
  }
}

bool Checker::CanAuthenticate() const {
  const auto has_reference = [](const auto& entry) { return !entry.second.empty(); };
  const auto has_secret = [&](const ChannelConfig::Account& account) {
    return std::any_of(account.secrets.begin(), account.secrets.end(), has_reference);
  };
  return std::any_of(config_.secrets.begin(), config_.secrets.end(), has_reference) ||
         std::any_of(config_.account_secrets.begin(), config_.account_secrets.end(), has_secret) ||
         (info_.origin_authenticates && !config_.allow_from.empty());
}

}  // namespace

void CheckChannel(std::size_t number, const AdapterInfo& info, Channel& channel,
                  Problems& problems) {
  if (channel.config.id.empty()) channel.config.id = info.name + "-" + std::to_string(number);
  Checker checker(info, channel, problems);
  checker.CheckNames();
  checker.CheckPath();
  checker.CheckOrigins();
  checker.CheckAccounts();
  checker.CheckSecrets();
}

void CheckPublicUrl(std::string_view url, std::string_view path, Problems& problems) {
  if (url.empty()) return;
  const auto split = SplitUrl(url);
  if (!split || !split->query.empty() || !split->fragment.empty() || !split->userinfo.empty()) {
    AddProblem(problems, path, "expected an absolute http or https URL without query");
  }
}

}  // namespace internal
}  // namespace omni::inline v0_1
