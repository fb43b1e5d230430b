#include "commands/simulate.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iomanip>
#include <iostream>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "base/text.h"
#include "commands/arguments.h"
#include "commands/command.h"
#include "commands/config_argument.h"
#include "explain/path_match.h"
#include "omni/adapters/all.h"
#include "omni/support/url.h"
#include "secrets/reference_secrets.h"
#include "simulate/cases.h"
#include "simulate/send.h"
#ifdef OMNI_HOST_CURL
#include "omni/components/curl.h"
#endif

namespace host {
namespace {

constexpr std::int64_t kMaxCount = 10'000'000;
constexpr std::int64_t kMaxConcurrency = 256;

int Refuse(const std::string& why) {
  std::cerr << "omni: " << why << '\n';
  return kUsage;
}

// A line for each, so that shells can read them: carrier, case, and what it is.
void ListCases() {
  for (const CaseInfo& each : AllCases()) {
    std::cout << std::left << std::setw(13) << each.carrier << std::setw(19) << each.name
              << each.title << ": " << each.description << '\n';
  }
}

std::optional<std::int64_t> ReadNumber(const std::optional<std::string>& text, std::int64_t max) {
  if (!text) return 1;
  std::int64_t number = 0;
  const auto [rest, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  const bool valid = error == std::errc() && rest == text->data() + text->size();
  return valid && number >= 1 && number <= max ? std::optional(number) : std::nullopt;
}

/// Where to send.
struct Destination {
  std::string base = {};     ///< scheme and host, and a prefix where there is one
  std::string whole = {};    ///< the URL itself, where it names a path of the channel
  std::string pattern = {};  ///< which path that is; it may hold parameters

  /// The whole URL takes the requests of its own path, with what they say behind `?`.
  [[nodiscard]] std::string UrlOf(const omni::WebhookRequest& request) const;
};

std::string Destination::UrlOf(const omni::WebhookRequest& request) const {
  omni::PathParams params;
  if (whole.empty() || !MatchPath(pattern, omni::TargetPath(request.target), params)) {
    return base + request.target;
  }
  const std::string_view query = omni::TargetQuery(request.target);
  if (query.empty()) return whole;
  return whole + (whole.find('?') == whole.npos ? "?" : "&") + std::string(query);
}

std::string ListenUrl(const ListenConfig& listen) {
  const bool is_v6 = listen.address.find(':') != std::string::npos;
  return std::string(listen.tls ? "https://" : "http://") +
         (is_v6 ? "[" + listen.address + "]" : listen.address) + ":" + std::to_string(listen.port);
}

std::optional<Destination> ReadDestination(std::string url, const CarrierChannel& channel) {
  const auto parts = omni::SplitUrl(url);
  if (!parts) return std::nullopt;
  for (const CarrierChannel::Endpoint& endpoint : channel.endpoints) {
    omni::PathParams params;
    if (!MatchPath(endpoint.path, parts->path, params)) continue;
    const std::string base = url.substr(0, url.find_first_of("/?", url.find("//") + 2));
    return Destination{.base = base, .whole = std::move(url), .pattern = endpoint.path};
  }
  while (url.ends_with('/')) url.pop_back();
  return Destination{.base = std::move(url)};
}

// The channel that was asked for: by its id, else the only one of the carrier, else the first.
const CarrierChannel* FindChannel(const std::vector<CarrierChannel>& channels,
                                  const std::string& carrier,
                                  const std::optional<std::string>& id) {
  for (const CarrierChannel& channel : channels) {
    if (channel.adapter == carrier && (!id || channel.id == *id)) return &channel;
  }
  return nullptr;
}

std::string Milliseconds(absl::Duration duration) {
  const double value = absl::ToDoubleMilliseconds(duration);
  std::string text = std::to_string(value);
  return text.substr(0, text.find('.') + 3) + " ms";
}

void ShowAnswers(const SendReport& report) {
  for (const auto& answer : report.answers) {
    if (!answer.ok()) {
      std::cout << "no answer: " << MessageOf(answer.status()) << '\n';
      continue;
    }
    std::cout << answer->status << ' ' << answer->body << '\n';
  }
}

void ShowSummary(const SendReport& report) {
  std::cout << report.accepted << " of " << report.requests << " requests accepted\n";
  for (const auto& [status, count] : report.by_status) {
    std::cout << "  " << (status == 0 ? std::string("no answer") : std::to_string(status)) << ": "
              << count << '\n';
  }
  const double seconds = absl::ToDoubleSeconds(report.elapsed);
  std::cout << "  " << static_cast<std::int64_t>(static_cast<double>(report.requests) / seconds)
            << " requests/s over " << Milliseconds(report.elapsed) << "\n  latency p50 "
            << Milliseconds(report.Percentile(0.5)) << ", p95 "
            << Milliseconds(report.Percentile(0.95)) << ", p99 "
            << Milliseconds(report.Percentile(0.99)) << ", max "
            << Milliseconds(report.Percentile(1)) << '\n';
}

std::optional<std::vector<std::pair<std::string, std::string>>> ReadSettings(
    const std::vector<std::string>& given) {
  std::vector<std::pair<std::string, std::string>> settings;
  for (const std::string& each : given) {
    const std::size_t equals = each.find('=');
    if (equals == each.npos || equals == 0) return std::nullopt;
    settings.emplace_back(each.substr(0, equals), each.substr(equals + 1));
  }
  return settings;
}

absl::StatusOr<std::shared_ptr<omni::HttpClient>> MakeClient(std::int64_t concurrency) {
#ifdef OMNI_HOST_CURL
  // A carrier's redelivery is a case of its own; here nothing is tried again.
  return omni::MakeCurlHttpClient(
      {.max_in_flight = static_cast<std::size_t>(concurrency),
       .max_connections_per_host = static_cast<std::size_t>(concurrency),
       .max_attempts = 1});
#else
  static_cast<void>(concurrency);
  return absl::UnimplementedError("this omni was built without its HTTP client");
#endif
}

/// What the command line asks for.
struct Request {
  std::string carrier;
  std::string name;
  std::int64_t count = 1;
  std::int64_t concurrency = 1;
  std::vector<std::pair<std::string, std::string>> set = {};
};

int Send(const Request& wanted, const CarrierChannel& channel, const Destination& destination) {
  const auto client = MakeClient(wanted.concurrency);
  if (!client.ok()) return Refuse(MessageOf(client.status()));
  std::random_device device;
  const std::uint64_t seed = (static_cast<std::uint64_t>(device()) << 32) | device();
  const auto report = SendCases(
      {.client = **client,
       .url_of = [&](const omni::WebhookRequest& request) { return destination.UrlOf(request); },
       .count = wanted.count,
       .concurrency = static_cast<int>(wanted.concurrency),
       .build =
           [&](std::int64_t index) {
             return BuildCase({.channel = channel,
                               .name = wanted.name,
                               .set = wanted.set,
                               .base_url = destination.base,
                               .now = absl::Now(),
                               .seed = seed + static_cast<std::uint64_t>(index)});
           }});
  if (!report.ok()) {
    std::cerr << "omni: " << MessageOf(report.status()) << '\n';
    // A case or a field that there is not; a channel without the secret is no misuse.
    const bool is_misuse =
        absl::IsNotFound(report.status()) || absl::IsInvalidArgument(report.status());
    return is_misuse ? kUsage : kFailure;
  }
  if (wanted.count == 1) {
    ShowAnswers(*report);
  } else {
    ShowSummary(*report);
  }
  return report->all_accepted() ? kSuccess : kFailure;
}

}  // namespace

int RunSimulate(std::span<char* const> arguments) {
  const auto parsed = Arguments::Parse(
      arguments, {.flags = {"--list"},
                  .values = {"--config", "--url", "--count", "--concurrency", "--set", "--channel"},
                  .max_positional = 2});
  if (!parsed) return kUsage;
  if (parsed->Has("--list")) {
    ListCases();
    return kSuccess;
  }
  if (parsed->positional().size() != 2) {
    return Refuse("CARRIER and CASE are required; --list shows them");
  }
  Request wanted{.carrier = parsed->positional()[0], .name = parsed->positional()[1]};
  const auto count = ReadNumber(parsed->Value("--count"), kMaxCount);
  const auto concurrency = ReadNumber(parsed->Value("--concurrency"), kMaxConcurrency);
  auto settings = ReadSettings(parsed->Values("--set"));
  if (!count) return Refuse("--count takes a number from 1 to 10000000");
  if (!concurrency) return Refuse("--concurrency takes a number from 1 to 256");
  if (!settings) return Refuse("--set takes field=value");
  wanted.count = *count;
  wanted.concurrency = std::min(*concurrency, *count);
  wanted.set = *std::move(settings);
  if (!HasConfig(*parsed)) return kUsage;
  const auto config = LoadConfigArgument(*parsed);
  if (!config) return kFailure;

  omni::AdapterRegistry::Builder adapters;
  omni::RegisterAllAdapters(adapters);
  const auto registry = std::move(adapters).Build();
  const auto channels = LoadChannels({.channels = config->channels,
                                      .public_url = config->public_url,
                                      .registry = *registry,
                                      .secrets = *MakeReferenceSecrets()});
  if (!channels.ok()) {
    std::cerr << MessageOf(channels.status()) << '\n';
    return kFailure;
  }
  const CarrierChannel* const channel =
      FindChannel(*channels, wanted.carrier, parsed->Value("--channel"));
  if (channel == nullptr)
    return Refuse("the configuration has no such channel of " + wanted.carrier);
  const auto destination =
      ReadDestination(parsed->Value("--url").value_or(ListenUrl(config->listen)), *channel);
  if (!destination) return Refuse("--url takes an http or https URL");
  return Send(wanted, *channel, *destination);
}

}  // namespace host
