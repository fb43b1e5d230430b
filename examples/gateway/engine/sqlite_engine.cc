/// \file
/// Everything in one SQLite file: docs/durability.md.

#include <algorithm>
#include <boost/describe.hpp>
#include <cstdint>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "control/remote_source.h"
#include "control/wire.h"
#include "engine/engine_types.h"
#include "engine/gathering_sink.h"
#include "omni/adapter_registry.h"
#include "omni/adapters/all.h"
#include "omni/components/sqlite.h"

namespace host {
namespace {

struct SqliteKeys {
  std::string path = {};  ///< relative to the folder in which omni was started
  std::int64_t max_file_bytes = 0;
  std::int64_t max_attempts = 3;
  absl::Duration keep_dead = absl::Hours(24 * 14);
  absl::Duration keep_keys = absl::Hours(24 * 8);
};
BOOST_DESCRIBE_STRUCT(SqliteKeys, (), (path, max_file_bytes, max_attempts, keep_dead, keep_keys))

/// A transaction that changes nothing: nobody's dead letters are put back into nobody's queue. It
/// goes all the way of a commit.
absl::Status Probe(omni::QueueSource& source) {
  return source.Redrive({.queue = "omni:probe", .limit = 1}).status();
}

/// Whether what is known of the envelope goes into a conversation as well. The store has that wait
/// for the next commit where it is told that the envelope is there, and nowhere else without
/// waiting for the disk.
bool KeepsHistory(const omni::Envelope& envelope) {
  static const std::vector<std::string>* const kPrefixes = [] {
    auto* const found = new std::vector<std::string>();
    omni::AdapterRegistry::Builder adapters;
    omni::RegisterAllAdapters(adapters);
    const auto registry = std::move(adapters).Build();
    if (!registry.ok()) return found;
    for (const omni::AdapterInfo* info : registry->infos()) {
      if (info->keeps_history) found->push_back(info->name + ":");
    }
    return found;
  }();
  // A key begins with its carrier.
  return std::any_of(kPrefixes->begin(), kPrefixes->end(), [&](const std::string& prefix) {
    return envelope.dedupe_key.starts_with(prefix);
  });
}

class SqliteEngineOptions final : public EngineOptions {
 public:
  explicit SqliteEngineOptions(SqliteKeys keys) : keys_(std::move(keys)) {}

  absl::StatusOr<Engine> Open() const override {
    std::error_code ignored;  // opening says it better
    const auto folder = std::filesystem::path(keys_.path).parent_path();
    if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
    auto store = omni::OpenSqlite(Options());
    if (!store.ok()) return store.status();
    const auto find = [media = store->media](std::string_view id) { return media->Find(id); };
    const auto probe = [source = store->source] { return Probe(*source); };
    return Engine{.sink = GatherRounds(std::move(store->sink), KeepsHistory),
                  .source = std::move(store->source),
                  .browser = std::move(store->browser),
                  .idempotency = std::move(store->idempotency),
                  .fragments = std::move(store->fragments),
                  .quarantine = std::move(store->quarantine),
                  .mappings = std::move(store->mappings),
                  .conversations = std::move(store->conversations),
                  .media = std::move(store->media),
                  .find_media = std::make_shared<const Engine::FindMedia>(find),
                  .probe = std::make_shared<const Engine::Probe>(probe),
                  .state_path = keys_.path,
                  .control_path = ControlSocketPath(keys_.path)};
  }

  absl::StatusOr<std::shared_ptr<omni::QueueBrowser>> OpenBrowser() const override {
    return omni::OpenSqliteBrowser(keys_.path);
  }
  absl::StatusOr<std::shared_ptr<omni::QueueSource>> OpenSource() const override {
    auto store = omni::OpenSqlite(Options());
    if (store.ok()) return store->source;
    // Whoever has it can be asked.
    if (absl::IsUnavailable(store.status())) {
      if (auto remote = ConnectRemoteSource(ControlSocketPath(keys_.path)); remote.ok()) {
        return remote;
      }
    }
    return store.status();
  }

 private:
  [[nodiscard]] omni::SqliteOptions Options() const {
    return {.path = keys_.path,
            .max_file_bytes = keys_.max_file_bytes,
            .max_attempts = static_cast<int>(keys_.max_attempts),
            .keep_dead = keys_.keep_dead,
            .keep_keys = keys_.keep_keys};
  }

  const SqliteKeys keys_;
};

}  // namespace

std::shared_ptr<const EngineOptions> ReadSqliteEngine(omni::ConfigReader& reader) {
  SqliteKeys keys;
  reader.Read(keys);
  if (keys.path.empty()) reader.Fail("path", "required: the name of the file");
  if (!keys.path.empty() && keys.path.front() == ':') reader.Fail("path", "expected a file's name");
  if (keys.max_file_bytes < 0) reader.Fail("maxFileBytes", "expected an integer, 0 or more");
  if (keys.max_attempts < 1 || keys.max_attempts > 1'000'000) {
    reader.Fail("maxAttempts", "expected an integer from 1 to 1000000");
  }
  return std::make_shared<SqliteEngineOptions>(std::move(keys));
}

}  // namespace host
