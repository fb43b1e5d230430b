#include "testing/conformance/vector.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>

#include "base/absl_bridge.h"
#include "base/status_macros.h"
#include "omni/error.h"
#include "omni/json.h"
#include "omni/support/config.h"
#include "omni/support/encoding.h"

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {
namespace {

constexpr std::string_view kFormat = "omni.conformance.v1";
constexpr std::string_view kDefaultOrigin = "https://conformance.example";

struct FileKeys {
  std::string format = {};
  std::string about = {};
  absl::Time time = absl::InfinitePast();
  std::string mount = {};
};
BOOST_DESCRIBE_STRUCT(FileKeys, (), (format, about, time, mount))

struct VectorKeys {
  std::string name = {};
  std::string about = {};
  std::string mount = {};
  absl::Time time = absl::InfinitePast();
};
BOOST_DESCRIBE_STRUCT(VectorKeys, (), (name, about, mount, time))

struct RequestKeys {
  std::string method = "POST";
  std::string target = {};
  std::string url = {};
  std::vector<std::string> headers = {};
  std::string body = {};
  std::string body_base64 = {};
  std::string body_file = {};
  std::string peer = "192.0.2.1";
};
BOOST_DESCRIBE_STRUCT(RequestKeys, (),
                      (method, target, url, headers, body, body_base64, body_file, peer))

absl::StatusOr<std::string> ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) {
    return absl::NotFoundError("cannot read " + path.string());
  }
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

/// Reads one file. Thread safety: confined.
class FileReader {
 public:
  explicit FileReader(std::filesystem::path folder) : folder_(std::move(folder)) {}

  void Read(JsonValue root);
  [[nodiscard]] absl::StatusOr<std::vector<Vector>> Finish() &&;

 private:
  void ReadVector(JsonValue object, const std::string& path);
  void ReadRequest(JsonValue object, const std::string& path, WebhookRequest& request);
  void ReadBody(const RequestKeys& keys, ConfigReader& reader, std::string& body);
  void ReadExpectation(JsonValue object, const std::string& path, Expectation& expect);
  /// Reads one described member, over what is there already.
  template <class T>
  void ReadPart(JsonValue object, std::string_view name, const std::string& path, T& out) {
    if (!object[name].exists()) return;
    ConfigReader reader(object[name], path + std::string(name));
    reader.Read(out);
    reader.RejectUnknown({});
    Take(reader);
  }
  void Take(const ConfigReader& reader) {
    problems_.insert(problems_.end(), reader.problems().begin(), reader.problems().end());
  }

  const std::filesystem::path folder_;
  Vector defaults_;
  std::vector<Vector> vectors_;
  std::vector<std::string> problems_;
};

void FileReader::Read(JsonValue root) {
  ConfigReader reader(root, "");
  FileKeys keys;
  reader.Read(keys);
  for (std::string_view key : {"channel", "signature", "where", "times", "vectors"}) {
    reader.Know(key);
  }
  reader.RejectUnknown({});
  if (keys.format != kFormat) reader.Fail("format", "expected " + std::string(kFormat));
  if (root["vectors"].size() == 0) reader.Fail("vectors", "expected a list that is not empty");
  Take(reader);
  defaults_.time = keys.time;
  defaults_.mount = keys.mount;
  if (root["channel"].exists()) defaults_.channel = root["channel"].raw();
  ReadPart(root, "signature", "", defaults_.proof);
  ReadPart(root, "where", "", defaults_.where);
  if (root["times"].exists()) ReadPart(root, "times", "", defaults_.times.emplace());
  std::size_t index = 0;
  for (JsonValue vector : root["vectors"].elements()) {
    ReadVector(vector, "vectors[" + std::to_string(index++) + "].");
  }
}

void FileReader::ReadVector(JsonValue object, const std::string& path) {
  Vector vector = defaults_;
  VectorKeys keys{.mount = vector.mount, .time = vector.time};
  ConfigReader reader(object, path.substr(0, path.size() - 1));
  reader.Read(keys);
  for (std::string_view key : {"channel", "request", "signature", "where", "expect", "times"}) {
    reader.Know(key);
  }
  reader.RejectUnknown({});
  if (keys.name.empty()) reader.Fail("name", "required");
  if (keys.time == absl::InfinitePast()) reader.Fail("time", "required, here or for all");
  vector.name = keys.name;
  vector.mount = keys.mount;
  vector.time = keys.time;
  if (object["channel"].exists()) vector.channel = object["channel"].raw();
  if (vector.channel.empty()) reader.Fail("channel", "required, here or for all");
  if (!object["expect"].exists()) reader.Fail("expect", "required");
  Take(reader);
  ReadRequest(object["request"], path + "request", vector.request);
  vector.request.received_at = vector.time;
  ReadPart(object, "signature", path, vector.proof);
  ReadPart(object, "where", path, vector.where);
  if (object["times"].exists()) ReadPart(object, "times", path, vector.times.emplace());
  ReadExpectation(object["expect"], path + "expect", vector.expect);
  vectors_.push_back(std::move(vector));
}

void FileReader::ReadRequest(JsonValue object, const std::string& path, WebhookRequest& request) {
  ConfigReader reader(object, path);
  RequestKeys keys;
  reader.Read(keys);
  reader.RejectUnknown({});
  request.method = ParseHttpMethod(keys.method);
  if (request.method == HttpMethod::kUnknown) reader.Fail("method", "there is no such method");
  if (!keys.target.starts_with('/')) reader.Fail("target", "expected a path");
  request.target = keys.target;
  request.external_url = keys.url.empty() ? std::string(kDefaultOrigin) + keys.target : keys.url;
  request.peer = keys.peer;
  request.tls = true;
  for (const std::string& line : keys.headers) {
    const std::size_t colon = line.find(": ");
    if (colon == line.npos || colon == 0) {
      reader.Fail("headers", "expected `Name: value`");
      continue;
    }
    request.headers.Add(line.substr(0, colon), line.substr(colon + 2));
  }
  ReadBody(keys, reader, request.body);
  Take(reader);
}

void FileReader::ReadBody(const RequestKeys& keys, ConfigReader& reader, std::string& body) {
  if (!keys.body_file.empty()) {
    auto content = ReadFile(folder_ / keys.body_file);
    if (!content.ok()) return reader.Fail("bodyFile", "cannot be read");
    body = *std::move(content);
  } else if (!keys.body_base64.empty()) {
    auto bytes = Base64Decode(keys.body_base64);
    if (!bytes) return reader.Fail("bodyBase64", "is not base64");
    body = *std::move(bytes);
  } else {
    body = keys.body;
  }
}

void FileReader::ReadExpectation(JsonValue object, const std::string& path, Expectation& expect) {
  if (!object.exists()) return;
  ConfigReader reader(object, path);
  reader.Read(expect);
  reader.Know("events");
  reader.RejectUnknown({});
  const JsonValue events = object["events"];
  if (events.is_array()) {
    expect.events.emplace();
    for (JsonValue event : events.elements()) expect.events->emplace_back(event.raw());
  } else if (events.exists()) {
    reader.Fail("events", "expected a list");
  }
  Take(reader);
}

absl::StatusOr<std::vector<Vector>> FileReader::Finish() && {
  std::set<std::string> names;
  for (const Vector& vector : vectors_) {
    if (!names.insert(vector.name).second) {
      problems_.push_back("vectors: there are two named " + vector.name);
    }
  }
  for (const Vector& vector : vectors_) {
    for (const std::string* other : {&vector.expect.same_conversation_as,
                                     &vector.expect.same_events_as, &vector.expect.supersedes}) {
      if (!other->empty() && !names.contains(*other)) {
        problems_.push_back("vectors: " + vector.name + " speaks of " + *other +
                            ", which there is not");
      }
    }
  }
  if (problems_.empty()) return std::move(vectors_);
  std::string text;
  for (const std::string& problem : problems_) text += (text.empty() ? "" : "\n") + problem;
  return absl::InvalidArgumentError(text);
}

}  // namespace

bool Vector::trusts(std::string_view part) const {
  return std::any_of(proof.trusts.begin(), proof.trusts.end(),
                     [&](const std::string& trusted) { return EqualsIgnoreCase(trusted, part); });
}

absl::StatusOr<std::vector<Vector>> LoadVectors(const std::string& path) {
  OMNI_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  const absl::StatusOr<JsonDocument> document = JsonDocument::Parse(text);
  if (!document.ok()) return absl::InvalidArgumentError("not valid JSON");
  FileReader reader(std::filesystem::path(path).parent_path());
  reader.Read(document->root());
  return std::move(reader).Finish();
}

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1
