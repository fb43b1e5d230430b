#include "config/load_config.h"

#include <boost/describe.hpp>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "base/durable_file.h"
#include "base/text.h"
#include "config/json_comments.h"
#include "config/references.h"
#include "engine/engine_types.h"
#include "http/own_paths.h"
#include "omni/error.h"
#include "omni/json.h"
#include "omni/support/config.h"
#include "omni/support/origin.h"

namespace host {

BOOST_DESCRIBE_STRUCT(TlsConfig, (), (certificate, key))
BOOST_DESCRIBE_STRUCT(ListenConfig, (),
                      (address, port, threads, tls, max_connections, max_in_flight,
                       max_in_flight_bytes, max_body_bytes, max_channel_body_bytes, header_timeout,
                       body_timeout, idle_timeout, write_timeout, drain_timeout))
BOOST_DESCRIBE_STRUCT(TenantLimit, (), (requests_per_second, burst, monthly_quota))
BOOST_DESCRIBE_STRUCT(OriginLimit, (), (requests_per_second, burst, max_origins))
BOOST_DESCRIBE_STRUCT(FailureLimit, (), (per_minute, burst, max_origins))
BOOST_DESCRIBE_STRUCT(LimitsConfig, (), (per_tenant, per_origin, admin_failures))

namespace {

constexpr omni::JsonLimits kFileLimits = {
    .max_bytes = std::size_t{32} << 20, .max_depth = 32, .max_values = 2'000'000};

/// The settings beside `queue`, `admin` and `channels`, as they stand in the file.
struct RootKeys {
  ListenConfig listen = {};
  std::string public_url = {};
  std::vector<std::string> trusted_proxies = {};
  LimitsConfig limits = {};
  absl::Duration enqueue_timeout = absl::Seconds(8);
  absl::Duration fragment_patience = absl::Minutes(5);
};
BOOST_DESCRIBE_STRUCT(RootKeys, (),
                      (listen, public_url, trusted_proxies, limits, enqueue_timeout,
                       fragment_patience))

/// Reads one file. Thread safety: confined.
class FileReader {
 public:
  FileReader(omni::JsonValue root, HostConfig& config, std::vector<std::string>& problems)
      : root_(root), reader_(root, ""), config_(config), problems_(problems) {}

  void Read();

 private:
  void CheckRange(std::string_view key, std::int64_t value, std::int64_t low, std::int64_t high);
  void CheckPositive(std::string_view key, absl::Duration value);
  void CheckListen();
  void CheckLimits();
  void ReadAdmin();
  void ReadQueue();
  void ReadChannels();
  void CheckKeysAreSingle(omni::JsonValue value, const std::string& path);

  omni::JsonValue root_;
  omni::ConfigReader reader_;
  HostConfig& config_;
  std::vector<std::string>& problems_;
};

void FileReader::Read() {
  RootKeys keys;
  reader_.Read(keys);
  for (const std::string_view key : {"admin", "queue", "channels"}) reader_.Know(key);
  reader_.RejectUnknown({});
  config_.listen = std::move(keys.listen);
  config_.public_url = std::move(keys.public_url);
  config_.trusted_proxies = std::move(keys.trusted_proxies);
  config_.limits = keys.limits;
  config_.enqueue_timeout = keys.enqueue_timeout;
  config_.fragment_patience = keys.fragment_patience;
  CheckListen();
  CheckLimits();
  ReadAdmin();
  ReadQueue();
  ReadChannels();
  problems_.insert(problems_.begin(), reader_.problems().begin(), reader_.problems().end());
  CheckKeysAreSingle(root_, "");
}

void FileReader::CheckRange(std::string_view key, std::int64_t value, std::int64_t low,
                            std::int64_t high) {
  if (value >= low && value <= high) return;
  reader_.Fail(key,
               "expected an integer from " + std::to_string(low) + " to " + std::to_string(high));
}

void FileReader::CheckPositive(std::string_view key, absl::Duration value) {
  if (value <= absl::ZeroDuration()) reader_.Fail(key, "expected a duration above zero");
}

void FileReader::CheckListen() {
  const ListenConfig& listen = config_.listen;
  constexpr std::int64_t kMany = std::int64_t{1} << 40;
  if (!omni::IpAddress::Parse(listen.address)) {
    reader_.Fail("listen.address", "expected an IP address, as \"127.0.0.1\" or \"::\"");
  }
  CheckRange("listen.port", listen.port, 0, 65'535);
  CheckRange("listen.threads", listen.threads, 1, 256);
  CheckRange("listen.maxConnections", listen.max_connections, 1, 10'000'000);
  CheckRange("listen.maxInFlight", listen.max_in_flight, 1, 10'000'000);
  CheckRange("listen.maxInFlightBytes", listen.max_in_flight_bytes, 1, kMany);
  CheckRange("listen.maxBodyBytes", listen.max_body_bytes, 1,
             std::numeric_limits<std::uint32_t>::max());
  CheckRange("listen.maxChannelBodyBytes", listen.max_channel_body_bytes, 1,
             std::numeric_limits<std::uint32_t>::max());
  CheckPositive("listen.headerTimeout", listen.header_timeout);
  CheckPositive("listen.bodyTimeout", listen.body_timeout);
  CheckPositive("listen.idleTimeout", listen.idle_timeout);
  CheckPositive("listen.writeTimeout", listen.write_timeout);
  CheckPositive("listen.drainTimeout", listen.drain_timeout);
  if (!listen.tls) return;
  if (listen.tls->certificate.empty()) reader_.Fail("listen.tls.certificate", "required");
  if (listen.tls->key.empty()) reader_.Fail("listen.tls.key", "required");
}

void FileReader::CheckLimits() {
  const auto check_rate = [this](const std::string& path, double rate, std::int64_t burst) {
    if (rate <= 0 || rate > 1e6) {
      reader_.Fail(path + ".requestsPerSecond", "expected a number above 0, at most 1000000");
    }
    CheckRange(path + ".burst", burst, 1, 1'000'000);
  };
  const FailureLimit& failures = config_.limits.admin_failures;
  if (failures.per_minute <= 0 || failures.per_minute > 6'000) {
    reader_.Fail("limits.adminFailures.perMinute", "expected a number above 0, at most 6000");
  }
  CheckRange("limits.adminFailures.burst", failures.burst, 1, 1'000);
  CheckRange("limits.adminFailures.maxOrigins", failures.max_origins, 1, 10'000'000);
  if (const auto& tenant = config_.limits.per_tenant) {
    check_rate("limits.perTenant", tenant->requests_per_second, tenant->burst);
    CheckRange("limits.perTenant.monthlyQuota", tenant->monthly_quota, 0, std::int64_t{1} << 50);
  }
  if (const auto& origin = config_.limits.per_origin) {
    check_rate("limits.perOrigin", origin->requests_per_second, origin->burst);
    CheckRange("limits.perOrigin.maxOrigins", origin->max_origins, 1, 10'000'000);
  }
}

void FileReader::ReadAdmin() {
  const omni::JsonValue admin = root_["admin"];
  omni::ConfigReader reader(admin, "admin");
  reader.Know("token");
  reader.RejectUnknown({});
  const omni::JsonValue token = admin["token"];
  if (auto references = ReadReferences(token)) {
    config_.admin.token = *std::move(references);
  } else if (token.exists()) {
    reader.Fail("token", "expected a string or a list of strings, none of them empty");
  }
  problems_.insert(problems_.end(), reader.problems().begin(), reader.problems().end());
}

void FileReader::ReadQueue() {
  const omni::JsonValue queue = root_["queue"];
  if (!queue.exists()) {
    problems_.emplace_back(
        R"(queue: required; to begin with, {"type": "sqlite", "path": "var/omni.db"})");
    return;
  }
  config_.queue_json = omni::CompactJson(queue);
  config_.queue = ReadEngine(queue, "queue", problems_);
}

void FileReader::ReadChannels() {
  const omni::JsonValue channels = root_["channels"];
  if (channels.exists() && !channels.is_array()) {
    problems_.emplace_back("channels: expected a list");
    return;
  }
  for (const omni::JsonValue channel : channels.elements()) {
    const std::string path = "channels[" + std::to_string(config_.channels.size()) + "]";
    if (IsOwnPath(channel["path"].text())) {
      problems_.push_back(path + ".path: the host answers this path itself");
    }
    config_.channels.emplace_back(channel.raw());
  }
}

// The last of two would win, and nobody would know what became of the first.
void FileReader::CheckKeysAreSingle(omni::JsonValue value, const std::string& path) {
  std::set<std::string_view> keys;
  for (const omni::JsonMember& member : value.members()) {
    const std::string member_path =
        path.empty() ? std::string(member.key) : path + "." + std::string(member.key);
    if (!keys.insert(member.key).second) problems_.push_back(member_path + ": given twice");
    CheckKeysAreSingle(member.value, member_path);
  }
  std::size_t index = 0;
  for (const omni::JsonValue element : value.elements()) {
    CheckKeysAreSingle(element, path + "[" + std::to_string(index++) + "]");
  }
}

/// `bad JSON at byte 17: expected a value` as `file, line 2, column 3: expected a value`.
std::string SyntaxProblem(const std::string& message, std::string_view text,
                          const std::string& file) {
  constexpr std::string_view kAt = "at byte ";
  const std::size_t at = message.find(kAt);
  if (at == message.npos) return file + ": " + message;
  std::size_t offset = 0;
  const char* end = message.data() + message.size();
  const auto [rest, error] = std::from_chars(message.data() + at + kAt.size(), end, offset);
  if (error != std::errc()) return file + ": " + message;
  return file + ", " + LineAndColumn(text, offset) + std::string(rest, end);
}

}  // namespace

LoadedConfig ReadConfig(std::string_view text, const std::string& file) {
  LoadedConfig loaded;
  loaded.config.file = file;
  const std::string json = BlankComments(text);
  const auto document = omni::JsonDocument::Parse(json, kFileLimits);
  if (!document.ok()) {
    loaded.problems.push_back(SyntaxProblem(MessageOf(document.status()), text, file));
    return loaded;
  }
  if (!document->root().is_object()) {
    loaded.problems.push_back(file + ": expected a JSON object");
    return loaded;
  }
  FileReader(document->root(), loaded.config, loaded.problems).Read();
  return loaded;
}

LoadedConfig LoadConfig(const std::string& file) {
  const auto text = ReadFile(file);
  if (text.ok()) return ReadConfig(*text, file);
  LoadedConfig loaded;
  loaded.problems.push_back(file + ": the file cannot be read");
  return loaded;
}

}  // namespace host
