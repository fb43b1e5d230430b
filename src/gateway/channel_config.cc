#include "gateway/channel_config.h"

#include <algorithm>
#include <boost/describe.hpp>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/absl_bridge.h"
#include "omni/support/config.h"

namespace omni::inline v0_1 {

BOOST_DESCRIBE_ENUM(VerifyMode, kEnforce, kShadow, kEnforceAfter)

namespace internal {
namespace {

/// The keys that every channel has, whatever its adapter.
struct CommonKeys {
  std::string adapter = {};
  std::string id = {};
  std::string tenant = "default";
  std::string path = {};
  std::string public_url = {};
  VerifyMode mode = VerifyMode::kEnforce;
  std::optional<absl::Time> enforce_after = {};
  bool insecure = false;
  bool keep_raw = false;
  std::vector<std::string> allow_from = {};
  std::vector<std::string> allowed_origins = {};
};
BOOST_DESCRIBE_STRUCT(CommonKeys, (),
                      (adapter, id, tenant, path, public_url, mode, enforce_after, insecure,
                       keep_raw, allow_from, allowed_origins))

constexpr std::string_view kAccounts = "accounts";

/// Reads what CommonKeys cannot describe: keys whose names depend on the adapter.
///
/// Thread safety: confined.
class ChannelReader {
 public:
  ChannelReader(JsonValue object, std::string_view path) : object_(object), reader_(object, path) {}

  /// The keys of every channel.
  ChannelConfig ReadCommon(std::string& adapter);
  /// The accounts, under `accounts` and under the adapter's own key.
  void ReadAccounts(const AdapterInfo& info, ChannelConfig& config);
  void ReadSecrets(const AdapterInfo& info, ChannelConfig& config);
  /// The names of all keys that have been read.
  [[nodiscard]] const std::vector<std::string>& known() const { return known_; }
  [[nodiscard]] ConfigReader& reader() { return reader_; }

 private:
  /// A string or a list of strings; nothing where it is neither.
  std::optional<std::vector<std::string>> ReadStrings(JsonValue value, std::string_view key);
  /// The references of a secret. One that cannot be read is not said to be missing as well.
  std::vector<std::string> ReadReferences(JsonValue value, std::string_view key) {
    return ReadStrings(value, key).value_or(std::vector<std::string>{"unreadable"});
  }
  void ReadAccountSecrets(JsonValue accounts, ChannelConfig& config);

  JsonValue object_;
  ConfigReader reader_;
  std::vector<std::string> known_;
};

ChannelConfig ChannelReader::ReadCommon(std::string& adapter) {
  CommonKeys keys;
  reader_.Read(keys);
  boost::mp11::mp_for_each<
      boost::describe::describe_members<CommonKeys, boost::describe::mod_public>>(
      [this](auto member) { known_.push_back(JsonName(member.name)); });
  const JsonValue named = object_["adapter"];
  if (keys.adapter.empty() && (!named.exists() || named.is_string())) {
    reader_.Fail("adapter", "required");
  }
  if (keys.mode == VerifyMode::kEnforceAfter && !object_["enforceAfter"].exists()) {
    reader_.Fail("enforceAfter", "required by the mode enforceAfter");
  }
  if (keys.mode != VerifyMode::kEnforceAfter && keys.enforce_after) {
    reader_.Fail("enforceAfter", "only the mode enforceAfter takes a time");
  }
  adapter = std::move(keys.adapter);
  return {.id = std::move(keys.id),
          .tenant = std::move(keys.tenant),
          .path = std::move(keys.path),
          .public_url = std::move(keys.public_url),
          .mode = keys.mode,
          .enforce_after = keys.enforce_after.value_or(absl::InfinitePast()),
          .insecure = keys.insecure,
          .keep_raw = keys.keep_raw,
          .allow_from = std::move(keys.allow_from),
          .allowed_origins = std::move(keys.allowed_origins)};
}

void ChannelReader::ReadAccounts(const AdapterInfo& info, ChannelConfig& config) {
  known_.emplace_back(kAccounts);
  const JsonValue accounts = object_[kAccounts];
  if (accounts.is_object()) {
    ReadAccountSecrets(accounts, config);
  } else if (accounts.is_array()) {
    config.accounts = ReadStrings(accounts, kAccounts).value_or(std::vector<std::string>());
  } else if (accounts.exists()) {
    reader_.Fail(kAccounts, "expected a list of strings, or an object of accounts and secrets");
  }
  if (info.account_option.empty() || info.account_option == kAccounts) return;
  known_.push_back(info.account_option);
  auto selected = ReadStrings(object_[info.account_option], info.account_option);
  if (selected) std::move(selected->begin(), selected->end(), std::back_inserter(config.accounts));
}

void ChannelReader::ReadAccountSecrets(JsonValue accounts, ChannelConfig& config) {
  for (const JsonMember& member : accounts.members()) {
    const std::string id(member.key);
    const std::string path = std::string(kAccounts) + "." + id;
    config.accounts.push_back(id);
    if (!member.value.is_object()) {
      reader_.Fail(path, "expected an object of secrets");
      continue;
    }
    ChannelConfig::Account account{.id = id};
    for (const JsonMember& secret : member.value.members()) {
      const std::string purpose(secret.key);
      account.secrets.emplace_back(purpose, ReadReferences(secret.value, path + "." + purpose));
    }
    if (!account.secrets.empty()) config.account_secrets.push_back(std::move(account));
  }
}

void ChannelReader::ReadSecrets(const AdapterInfo& info, ChannelConfig& config) {
  for (const SecretSpec& spec : info.secrets) {
    known_.push_back(spec.name);
    const JsonValue value = object_[spec.name];
    if (value.exists()) config.secrets.emplace_back(spec.name, ReadReferences(value, spec.name));
  }
}

std::optional<std::vector<std::string>> ChannelReader::ReadStrings(JsonValue value,
                                                                   std::string_view key) {
  std::vector<std::string> strings;
  if (value.is_string()) {
    strings.emplace_back(value.text());
  } else if (value.is_array()) {
    for (JsonValue element : value.elements()) {
      if (!element.is_string()) {
        reader_.Fail(key, "expected a string or a list of strings");
        return std::nullopt;
      }
      strings.emplace_back(element.text());
    }
  } else if (value.exists()) {
    reader_.Fail(key, "expected a string or a list of strings");
    return std::nullopt;
  }
  return strings;
}

/// The adapter's name and what the factory reads of the options.
std::string OptionsKey(const AdapterFactory& factory, const AdapterFactory::CreateParams& params) {
  std::string key = factory.info().name;
  JsonWriter writer(key);
  for (const JsonMember member : params.options.members()) {
    if (std::find(params.reserved.begin(), params.reserved.end(), member.key) !=
        params.reserved.end()) {
      continue;
    }
    writer.String(member.key);
    writer.Raw(CompactJson(member.value));
  }
  return key;
}

}  // namespace

std::shared_ptr<const ChannelAdapter> ChannelFactory::AdapterFor(
    const AdapterFactory& factory, const AdapterFactory::CreateParams& params) {
  std::shared_ptr<const ChannelAdapter> own;
  std::shared_ptr<const ChannelAdapter>& adapter =
      factory.ReadsOptionsAlone() ? adapters_[OptionsKey(factory, params)] : own;
  if (adapter != nullptr) return adapter;
  auto created = factory.Create(params);
  if (created.ok()) {
    adapter = *std::move(created);
  } else {
    AddLines(problems_, ToStd(created.status().message()));
  }
  return adapter;
}

std::optional<ConfiguredChannel> ChannelFactory::Read(std::string_view json,
                                                      std::string_view path) {
  const auto document = JsonDocument::Parse(json);
  if (!document.ok()) {
    AddProblem(problems_, path, "not valid JSON");
    return std::nullopt;
  }
  if (!document->root().is_object()) {
    AddProblem(problems_, path, "expected an object");
    return std::nullopt;
  }
  ChannelReader channel(document->root(), path);
  std::string adapter_name;
  ConfiguredChannel configured{.config = channel.ReadCommon(adapter_name)};

  absl::StatusOr<const AdapterFactory*> factory = nullptr;
  if (!adapter_name.empty()) factory = registry_.Find(adapter_name);
  if (!factory.ok()) channel.reader().Fail("adapter", ToStd(factory.status().message()));
  if (factory.ok() && *factory != nullptr) {
    configured.info = &(*factory)->info();
    channel.ReadAccounts(*configured.info, configured.config);
    channel.ReadSecrets(*configured.info, configured.config);
    configured.adapter = AdapterFor(
        **factory, {.options = document->root(), .path = path, .reserved = channel.known()});
  }
  for (const std::string& problem : channel.reader().problems()) problems_.push_back(problem);
  if (configured.info == nullptr) return std::nullopt;
  return configured;
}

}  // namespace internal
}  // namespace omni::inline v0_1
