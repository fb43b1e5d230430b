#include "host/served_channels.h"

#include "host/mount_table.h"
#include "omni/json.h"

namespace host {
namespace {

std::string Served(const std::string& channel, const AdminConfig& admin) {
  const auto document = omni::JsonDocument::Parse(channel);
  if (!document.ok() || !document->root().is_object()) return channel;
  const omni::JsonValue root = document->root();
  const bool wants_token =
      !admin.token.empty() && root["adapter"].text() == "whatsapp" && !root["adminToken"].exists();
  if (!wants_token && !root[kMaxBodyBytesKey].exists()) return channel;
  std::string json;
  omni::JsonWriter writer(json);
  writer.BeginObject();
  for (const omni::JsonMember& member : root.members()) {
    if (member.key == kMaxBodyBytesKey) continue;
    writer.Key(member.key);
    writer.Raw(member.value.raw());
  }
  if (wants_token) {
    writer.Key("adminToken");
    writer.BeginArray();
    for (const std::string& reference : admin.token) writer.String(reference);
    writer.EndArray();
  }
  writer.EndObject();
  return json;
}

}  // namespace

std::vector<std::string> ServedChannels(const HostConfig& config) {
  std::vector<std::string> served;
  for (const std::string& channel : config.channels) {
    served.push_back(Served(channel, config.admin));
  }
  return served;
}

}  // namespace host
