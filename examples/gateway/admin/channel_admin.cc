#include "admin/channel_admin.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "admin/channel_view.h"
#include "base/text.h"
#include "http/answers.h"
#include "http/own_paths.h"
#include "omni/adapter.h"
#include "omni/adapters/all.h"
#include "omni/error.h"

namespace host {
namespace {

constexpr std::string_view kFileSuffix = ".channels.json";
constexpr std::size_t kMaxAdded = 10'000;

absl::StatusOr<omni::AdapterRegistry> MakeRegistry() {
  omni::AdapterRegistry::Builder adapters;
  omni::RegisterAllAdapters(adapters);
  return std::move(adapters).Build();
}

absl::Status MistakesError(const std::string& lines) {
  return omni::MakeError(absl::StatusCode::kInvalidArgument, lines,
                         {.reason = "invalid_channel", .blame = omni::Blame::kSender});
}

/// As the configuration file's reader does it, too; the gateway knows nothing of the host's paths.
absl::Status CheckPath(omni::JsonValue channel) {
  if (!IsOwnPath(channel["path"].text())) return absl::OkStatus();
  return MistakesError("path: the host answers this path itself");
}

/// `channels[7].authToken: required` as `authToken: required`.
std::string WithoutPosition(std::string lines, std::size_t position) {
  const std::string prefix = "channels[" + std::to_string(position) + "]";
  std::size_t at = 0;
  while (at < lines.size()) {
    if (lines.compare(at, prefix.size(), prefix) == 0) {
      const char next = lines.size() > at + prefix.size() ? lines[at + prefix.size()] : '\n';
      if (next == '.') lines.erase(at, prefix.size() + 1);
      if (next == ':') lines.replace(at, prefix.size(), "channel");
    }
    const std::size_t end = lines.find('\n', at);
    at = end == std::string::npos ? lines.size() : end + 1;
  }
  return lines;
}

/// The channel with the members of the patch in place of its own; null removes one.
std::string Merge(std::string_view channel, omni::JsonValue patch) {
  const auto document = omni::JsonDocument::Parse(channel);
  std::string merged;
  omni::JsonWriter out(merged);
  out.BeginObject();
  if (document.ok()) {
    for (const omni::JsonMember& member : document->root().members()) {
      if (patch[member.key].exists()) continue;
      out.Key(member.key);
      out.Raw(omni::CompactJson(member.value));
    }
  }
  for (const omni::JsonMember& member : patch.members()) {
    if (member.key == "enabled" || member.value.is_null()) continue;
    out.Key(member.key);
    out.Raw(omni::CompactJson(member.value));
  }
  out.EndObject();
  return merged;
}

/// `enabled` of a body; nothing when it does not say so. Errors: InvalidArgument.
absl::StatusOr<std::optional<bool>> ReadEnabled(omni::JsonValue body) {
  const omni::JsonValue enabled = body["enabled"];
  if (!enabled.exists()) return std::nullopt;
  const auto value = enabled.AsBool();
  if (!value) return omni::InvalidPayloadError("enabled: expected true or false", "enabled");
  return value;
}

}  // namespace

ChannelAdmin::ChannelAdmin(Host& host, omni::AdapterRegistry registry)
    : host_(host),
      registry_(std::move(registry)),
      book_(host.engine().state_path.empty()
                ? std::string()
                : host.engine().state_path + std::string(kFileSuffix)) {}

absl::StatusOr<std::unique_ptr<ChannelAdmin>> ChannelAdmin::Open(Host& host) {
  auto registry = MakeRegistry();
  if (!registry.ok()) return registry.status();
  std::unique_ptr<ChannelAdmin> admin(new ChannelAdmin(host, *std::move(registry)));
  if (absl::Status status = admin->book_.Load(); !status.ok()) return status;
  host.AmendConfigs([raw = admin.get()](HostConfig& config) {
    config.channels = ApplyChanges(config.channels, raw->book_.changes(), raw->registry_);
  });
  return admin;
}

void ChannelAdmin::AddRoutes(const BlockingRoutes& routes) {
  using omni::HttpMethod;
  const auto bind = [this](auto member) {
    return [this, member](const RouteRequest& request) { return (this->*member)(request); };
  };
  routes.Add({.pattern = "/admin/channels", .quiet = true}, bind(&ChannelAdmin::List));
  routes.Add({.method = HttpMethod::kPost, .pattern = "/admin/channels"},
             bind(&ChannelAdmin::Create));
  routes.Add({.pattern = "/admin/channels/{id}", .quiet = true}, bind(&ChannelAdmin::Get));
  routes.Add({.method = HttpMethod::kPatch, .pattern = "/admin/channels/{id}"},
             bind(&ChannelAdmin::Update));
  routes.Add({.method = HttpMethod::kDelete, .pattern = "/admin/channels/{id}"},
             bind(&ChannelAdmin::Delete));
}

std::vector<std::string> ChannelAdmin::file_channels() const {
  return host_.setup()->config.file_channels;
}

bool ChannelAdmin::IsInFile(std::string_view id) const {
  const std::vector<std::string> channels = file_channels();
  for (std::size_t i = 0; i < channels.size(); ++i) {
    if (ChannelId(channels[i], i, registry_) == id) return true;
  }
  return false;
}

absl::StatusOr<ServerResponse> ChannelAdmin::List(const RouteRequest& request) const {
  const std::string tenant = QueryParam(request, "tenant");
  const ChannelChanges changes = book_.changes();
  const std::vector<std::string> channels = file_channels();
  std::string json;
  omni::JsonWriter out(json);
  const auto write = [&](const ChannelView& view) {
    if (tenant.empty() || TenantOf(view.json) == tenant) WriteChannel(view, registry_, out);
  };
  out.BeginObject();
  out.Key("kept");
  out.Bool(book_.is_kept());
  out.Key("channels");
  out.BeginArray();
  for (std::size_t i = 0; i < channels.size(); ++i) {
    const std::string id = ChannelId(channels[i], i, registry_);
    write({.id = id,
           .json = channels[i],
           .source = "file",
           .enabled = !changes.disabled.contains(id)});
  }
  for (const AddedChannel& channel : changes.added) {
    write(
        {.id = channel.id, .json = channel.json, .source = "runtime", .enabled = channel.enabled});
  }
  out.EndArray();
  out.EndObject();
  return JsonAnswer(200, std::move(json));
}

absl::StatusOr<std::string> ChannelAdmin::Show(std::string_view id) const {
  std::string json;
  omni::JsonWriter out(json);
  const ChannelChanges changes = book_.changes();
  if (const AddedChannel* channel = changes.Find(id)) {
    WriteChannel({.id = channel->id,
                  .json = channel->json,
                  .source = "runtime",
                  .enabled = channel->enabled},
                 registry_, out);
    return json;
  }
  const std::vector<std::string> channels = file_channels();
  for (std::size_t i = 0; i < channels.size(); ++i) {
    if (ChannelId(channels[i], i, registry_) != id) continue;
    WriteChannel({.id = id,
                  .json = channels[i],
                  .source = "file",
                  .enabled = !changes.disabled.contains(id)},
                 registry_, out);
    return json;
  }
  return NoSuchThing("there is no such channel");
}

absl::StatusOr<ServerResponse> ChannelAdmin::Get(const RouteRequest& request) const {
  auto json = Show(request.Param("id"));
  if (!json.ok()) return json.status();
  return JsonAnswer(200, *std::move(json));
}

std::string ChannelAdmin::ChooseId(std::string_view adapter) const {
  const ChannelChanges changes = book_.changes();
  for (std::size_t number = file_channels().size();; ++number) {
    std::string id = std::string(adapter) + "-" + std::to_string(number);
    if (changes.Find(id) == nullptr && !IsInFile(id)) return id;
  }
}

absl::StatusOr<ServerResponse> ChannelAdmin::Create(const RouteRequest& request) {
  const auto body = ReadObject(request);
  if (!body.ok()) return body.status();
  const omni::JsonValue root = body->root();
  const auto enabled = ReadEnabled(root);
  if (!enabled.ok()) return enabled.status();
  if (absl::Status status = CheckPath(root); !status.ok()) return status;
  const auto factory = registry_.Find(root["adapter"].text());
  if (!factory.ok()) {
    return MistakesError("adapter: " + (root["adapter"].exists() ? MessageOf(factory.status())
                                                                 : std::string("required")));
  }
  const std::string id =
      root["id"].exists() ? std::string(root["id"].text()) : ChooseId((*factory)->info().name);
  ChannelChanges changes = book_.changes();
  if (changes.Find(id) != nullptr || IsInFile(id))
    return Conflict("there is such a channel already");
  if (changes.added.size() >= kMaxAdded) return Conflict("there are too many channels");
  changes.added.push_back(
      {.id = id, .json = WithId(Merge("{}", root), id), .enabled = enabled->value_or(true)});
  if (absl::Status status = Commit(std::move(changes), id); !status.ok()) return status;
  auto json = Show(id);
  if (!json.ok()) return json.status();
  return JsonAnswer(201, *std::move(json));
}

absl::Status ChannelAdmin::UpdateAdded(const AddedChannel& channel, omni::JsonValue patch) {
  if (patch["id"].exists() && patch["id"].text() != channel.id) {
    return Conflict("a channel keeps its id");
  }
  if (absl::Status status = CheckPath(patch); !status.ok()) return status;
  const auto enabled = ReadEnabled(patch);
  if (!enabled.ok()) return enabled.status();
  const AddedChannel changed{.id = channel.id,
                             .json = WithId(Merge(channel.json, patch), channel.id),
                             .enabled = enabled->value_or(channel.enabled)};
  ChannelChanges changes = book_.changes();
  std::replace_if(
      changes.added.begin(), changes.added.end(),
      [&](const AddedChannel& old) { return old.id == changed.id; }, changed);
  return Commit(std::move(changes), changed.id);
}

absl::Status ChannelAdmin::UpdateFile(std::string_view id, omni::JsonValue patch) {
  for (const omni::JsonMember& member : patch.members()) {
    if (member.key == "enabled") continue;
    return Conflict("the channel is in the configuration file: change it there");
  }
  const auto enabled = ReadEnabled(patch);
  if (!enabled.ok()) return enabled.status();
  ChannelChanges changes = book_.changes();
  if (enabled->value_or(true)) {
    changes.disabled.erase(std::string(id));
  } else {
    changes.disabled.emplace(id);
  }
  return Commit(std::move(changes), id);
}

absl::StatusOr<ServerResponse> ChannelAdmin::Update(const RouteRequest& request) {
  const auto body = ReadObject(request);
  if (!body.ok()) return body.status();
  const std::string_view id = request.Param("id");
  const ChannelChanges changes = book_.changes();
  absl::Status status;
  if (const AddedChannel* channel = changes.Find(id)) {
    status = UpdateAdded(*channel, body->root());
  } else if (IsInFile(id)) {
    status = UpdateFile(id, body->root());
  } else {
    status = NoSuchThing("there is no such channel");
  }
  if (!status.ok()) return status;
  return Get(request);
}

absl::StatusOr<ServerResponse> ChannelAdmin::Delete(const RouteRequest& request) {
  const std::string_view id = request.Param("id");
  ChannelChanges changes = book_.changes();
  if (changes.Find(id) == nullptr) {
    return IsInFile(id) ? Conflict("the channel is in the configuration file: remove it there")
                        : NoSuchThing("there is no such channel");
  }
  std::erase_if(changes.added, [&](const AddedChannel& channel) { return channel.id == id; });
  if (absl::Status status = Commit(std::move(changes), id); !status.ok()) return status;
  return ServerResponse{.response = omni::HttpResponse::Empty(204)};
}

absl::Status ChannelAdmin::Commit(ChannelChanges changes, std::string_view id) {
  const ChannelChanges before = book_.changes();
  const std::vector<std::string> channels = ApplyChanges(file_channels(), changes, registry_);
  std::size_t position = 0;
  while (position < channels.size() && ChannelId(channels[position], 0, registry_) != id) {
    ++position;
  }
  book_.Set(std::move(changes));
  if (const absl::Status status = host_.Refresh(); !status.ok()) {
    book_.Set(before);
    return MistakesError(WithoutPosition(MessageOf(status), position));
  }
  absl::Status saved = book_.Save();
  if (saved.ok()) return saved;
  book_.Set(before);
  static_cast<void>(host_.Refresh());
  return omni::MakeError(absl::StatusCode::kUnavailable, "the change could not be kept",
                         {.reason = "channels_not_kept",
                          .code = "UNAVAILABLE",
                          .blame = omni::Blame::kDependency,
                          .http_status = 503});
}

}  // namespace host
