#include "commands/explain.h"

#include <cstddef>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "base/text.h"
#include "commands/arguments.h"
#include "commands/command.h"
#include "commands/config_argument.h"
#include "explain/print_trace.h"
#include "explain/trace.h"
#include "host/mount_table.h"
#include "host/served_channels.h"
#include "omni/adapters/all.h"
#include "omni/support/time_parse.h"
#include "omni/support/url.h"
#include "secrets/reference_secrets.h"

namespace host {
namespace {

constexpr std::size_t kMaxCapture = std::size_t{16} << 20;

int Refuse(const std::string& why) {
  std::cerr << "omni: " << why << '\n';
  return kUsage;
}

std::optional<std::string> ReadCapture(std::istream& in) {
  std::string text;
  char buffer[std::size_t{64} << 10];
  while (in.read(buffer, sizeof buffer), in.gcount() > 0) {
    text.append(buffer, static_cast<std::size_t>(in.gcount()));
    if (text.size() > kMaxCapture) return std::nullopt;
  }
  return text;
}

// `--url` is all of the URL, or what stands before the target.
bool SetUrl(const std::string& url, omni::WebhookRequest& request) {
  const auto parts = omni::SplitUrl(url);
  if (!parts) return false;
  const bool whole = !parts->path.empty() && parts->path != "/";
  const std::string base = url.ends_with('/') ? url.substr(0, url.size() - 1) : url;
  request.external_url = whole ? url : base + request.target;
  return true;
}

std::optional<absl::Time> ReadTime(const std::string& text) {
  if (const auto unix_time = omni::ParseUnixTime(text)) return unix_time;
  return omni::ParseIsoTime(text);
}

}  // namespace

int RunExplain(std::span<char* const> arguments) {
  const auto parsed = Arguments::Parse(
      arguments, {.flags = {"--json"}, .values = {"--config", "--url", "--at", "--peer"}});
  if (!parsed || !HasConfig(*parsed)) return kUsage;
  const auto config = LoadConfigArgument(*parsed);
  if (!config) return kFailure;
  const auto at = parsed->Value("--at");
  const auto now = at ? ReadTime(*at) : std::optional(absl::Now());
  if (!now) return Refuse("--at takes Unix seconds or RFC 3339");

  const auto text = ReadCapture(std::cin);
  if (!text) return Refuse("the request is larger than 16 MiB");
  auto capture = ParseHttpCapture(*text);
  if (!capture.ok()) return Refuse("the request: " + MessageOf(capture.status()));
  if (const auto url = parsed->Value("--url"); url && !SetUrl(*url, capture->request)) {
    return Refuse("--url takes an http or https URL");
  }
  capture->request.peer = parsed->Value("--peer").value_or("");

  omni::AdapterRegistry::Builder adapters;
  omni::RegisterAllAdapters(adapters);
  const auto registry = std::move(adapters).Build();
  const omni::WebhookRequest request = capture->request;
  const std::vector<std::string> channels = ServedChannels(*config);
  const auto trace =
      TraceRequest({.capture = *std::move(capture),
                    .channels = channels,
                    .public_url = config->public_url,
                    .trusted_proxies = config->trusted_proxies,
                    .max_body_bytes = MountTable(*config, *registry).MaxBodyBytes(request.target),
                    .registry = *registry,
                    .secrets = MakeReferenceSecrets(),
                    .now = *now});
  if (!trace.ok()) {
    std::cerr << MessageOf(trace.status()) << '\n';
    return kFailure;
  }
  std::cout << (parsed->Has("--json") ? TraceJson(*trace) + "\n" : TraceText(*trace, request));
  return trace->accepted ? kSuccess : kFailure;
}

}  // namespace host
