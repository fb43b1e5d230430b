// What an adapter says of itself, and how it reads its configuration.

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "omni/json.h"
#include "testing/conformance/checks.h"
#include "testing/conformance/json_tree.h"

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {
namespace {

constexpr std::string_view kNoSuchOption = "omniNoSuchOption";

std::string Describe(const AdapterInfo& info) {
  std::string text = info.name + " " + info.display_name + " " + info.account_option + " " +
                     absl::FormatDuration(info.ack_deadline) +
                     (info.origin_authenticates ? " origin" : "");
  for (const std::string& alias : info.aliases) text += " alias " + alias;
  for (const SecretSpec& secret : info.secrets) {
    text += " secret " + secret.name + (secret.required ? "!" : "?");
  }
  for (const MountSpec& mount : info.mounts) {
    text += " mount " + mount.name + " " + mount.path + " " + mount.cors_headers;
    for (HttpMethod method : mount.methods) text += std::string(" ").append(HttpMethodName(method));
  }
  return text;
}

bool IsName(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

// `/a/{b}/c`, with every brace in its place.
bool IsPath(std::string_view path) {
  if (!path.starts_with('/') || path.find_first_of("?# \t\r\n") != path.npos) return false;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    const bool braces = segment.find_first_of("{}") != segment.npos;
    const bool parameter = segment.size() > 2 && segment.front() == '{' && segment.back() == '}' &&
                           IsName(segment.substr(1, segment.size() - 2));
    if (segment.empty() || (braces && !parameter)) return false;
  }
  return true;
}

bool IsMount(const MountSpec& mount) {
  return IsName(mount.name) && IsPath(mount.path) && !mount.methods.empty() &&
         std::all_of(mount.methods.begin(), mount.methods.end(), [](HttpMethod method) {
           return method != HttpMethod::kUnknown && method != HttpMethod::kOptions;
         });
}

}  // namespace

void CheckInfo(const AdapterFactory& factory, const ChannelAdapter& adapter, Findings& findings) {
  const AdapterInfo& info = adapter.info();
  const std::string said = Describe(info);
  findings.Expect(&info == &adapter.info() && said == Describe(adapter.info()), "info.stable", "",
                  [] { return "info() is another at the second call"; });
  findings.Expect(factory.info().name == info.name && IsName(info.name), "info.names", "", [&] {
    return "the factory says " + factory.info().name + ", the adapter " + info.name;
  });
  std::set<std::string> names(info.aliases.begin(), info.aliases.end());
  findings.Expect(names.size() == info.aliases.size() && !names.contains(info.name), "info.names",
                  "", [] { return "an alias repeats another name"; });
  names.clear();
  for (const SecretSpec& secret : info.secrets) {
    findings.Expect(IsName(secret.name) && names.insert(secret.name).second, "info.names", "", [&] {
      return "the secret '" + secret.name + "' is no name, or is there twice";
    });
  }
  names.clear();
  findings.Expect(!info.mounts.empty(), "info.mounts", "", [] { return "there is no mount"; });
  for (const MountSpec& mount : info.mounts) {
    findings.Expect(IsMount(mount) && names.insert(mount.name).second, "info.mounts", "",
                    [&] { return "the mount '" + mount.name + "' at " + mount.path; });
  }
  findings.Expect(info.ack_deadline > absl::ZeroDuration(), "info.mounts", "",
                  [] { return "the deadline of the acknowledgement is not positive"; });
}

void CheckConfiguration(const AdapterFactory& factory, const Vector& vector, Findings& findings) {
  auto channel = ParseTree(vector.channel);
  if (!channel.ok()) return;
  channel->children.push_back(JsonTree::String("x"));
  channel->children.back().key = kNoSuchOption;
  const auto adapter = MakeAdapter(factory, channel->Write());
  const std::string message(adapter.status().message());
  findings.Expect(
      absl::IsInvalidArgument(adapter.status()) && message.find(kNoSuchOption) != message.npos,
      "config.unknown_option", vector.name,
      [] { return "an option that there is not is not refused by its name"; });
  std::vector<std::string> names;
  names.reserve(factory.info().secrets.size());
  for (const SecretSpec& secret : factory.info().secrets) names.push_back(secret.name);
  for (const Purpose& purpose : SecretsOf(vector.channel, names)) {
    for (const std::string& secret : purpose.secrets) {
      findings.Expect(message.find(secret) == message.npos, "leaks.secret", vector.name,
                      [] { return "a secret stands in an error of the configuration"; });
    }
  }
}

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1
