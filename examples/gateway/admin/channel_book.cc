#include "admin/channel_book.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <utility>

#include "base/durable_file.h"
#include "omni/adapter.h"
#include "omni/json.h"

namespace host {
namespace {

constexpr std::string_view kSchema = "omni.channels.v1";

std::string Write(const ChannelChanges& changes) {
  std::string json;
  omni::JsonWriter out(json);
  out.BeginObject();
  out.Key("schema");
  out.String(kSchema);
  out.Key("channels");
  out.BeginArray();
  for (const AddedChannel& channel : changes.added) {
    out.BeginObject();
    out.Key("enabled");
    out.Bool(channel.enabled);
    out.Key("channel");
    out.Raw(channel.json);
    out.EndObject();
  }
  out.EndArray();
  out.Key("disabled");
  out.BeginArray();
  for (const std::string& id : changes.disabled) out.String(id);
  out.EndArray();
  out.EndObject();
  return json;
}

absl::StatusOr<ChannelChanges> Read(std::string_view json) {
  const auto document = omni::JsonDocument::Parse(json);
  if (!document.ok() || document->root()["schema"].text() != kSchema) {
    return absl::DataLossError("the file of channels that were added at run time is damaged");
  }
  ChannelChanges changes;
  for (const omni::JsonValue entry : document->root()["channels"].elements()) {
    const omni::JsonValue channel = entry["channel"];
    changes.added.push_back({.id = std::string(channel["id"].text()),
                             .json = omni::CompactJson(channel),
                             .enabled = entry["enabled"].AsBool().value_or(true)});
  }
  for (const omni::JsonValue id : document->root()["disabled"].elements()) {
    changes.disabled.emplace(id.text());
  }
  return changes;
}

}  // namespace

const AddedChannel* ChannelChanges::Find(std::string_view id) const {
  const auto found = std::find_if(added.begin(), added.end(),
                                  [&](const AddedChannel& channel) { return channel.id == id; });
  return found == added.end() ? nullptr : &*found;
}

absl::Status ChannelBook::Load() {
  if (path_.empty()) return absl::OkStatus();
  auto text = ReadFile(path_);
  if (absl::IsNotFound(text.status())) return absl::OkStatus();
  if (!text.ok()) return text.status();
  auto changes = Read(*text);
  if (!changes.ok()) return changes.status();
  Set(*std::move(changes));
  return absl::OkStatus();
}

ChannelChanges ChannelBook::changes() const {
  MutexLock lock(mutex_);
  return changes_;
}

void ChannelBook::Set(ChannelChanges changes) {
  MutexLock lock(mutex_);
  changes_ = std::move(changes);
}

absl::Status ChannelBook::Save() const {
  return path_.empty() ? absl::OkStatus() : ReplaceFile(path_, Write(changes()));
}

std::string ChannelId(std::string_view json, std::size_t position,
                      const omni::AdapterRegistry& registry) {
  const auto document = omni::JsonDocument::Parse(json);
  if (!document.ok()) return {};
  const omni::JsonValue root = document->root();
  if (const omni::JsonValue id = root["id"]; id.exists()) return std::string(id.text());
  const auto factory = registry.Find(root["adapter"].text());
  return factory.ok() ? (*factory)->info().name + "-" + std::to_string(position) : std::string();
}

std::string WithId(std::string_view json, std::string_view id) {
  const auto document = omni::JsonDocument::Parse(json);
  if (!document.ok() || !document->root().is_object()) return std::string(json);
  std::string changed;
  omni::JsonWriter out(changed);
  out.BeginObject();
  out.Key("id");
  out.String(id);
  for (const omni::JsonMember& member : document->root().members()) {
    if (member.key == "id") continue;
    out.Key(member.key);
    out.Raw(omni::CompactJson(member.value));
  }
  out.EndObject();
  return changed;
}

std::vector<std::string> ApplyChanges(const std::vector<std::string>& file_channels,
                                      const ChannelChanges& changes,
                                      const omni::AdapterRegistry& registry) {
  std::vector<std::string> channels;
  for (std::size_t i = 0; i < file_channels.size(); ++i) {
    const std::string id = ChannelId(file_channels[i], i, registry);
    if (changes.disabled.contains(id)) continue;
    channels.push_back(id.empty() ? file_channels[i] : WithId(file_channels[i], id));
  }
  for (const AddedChannel& channel : changes.added) {
    if (channel.enabled) channels.push_back(channel.json);
  }
  return channels;
}

}  // namespace host
