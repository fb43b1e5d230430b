#include "fuzz/seeds.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>

#include "fuzz/http_text.h"
#include "omni/json.h"

namespace omni::fuzz {
namespace {

std::string ReadFile(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// `{"request": {"method", "target", "headers": {…}, "body"}}`
std::string DescribedRequest(JsonValue described) {
  WebhookRequest request{.method = ParseHttpMethod(described["method"].text()),
                         .target = std::string(described["target"].text())};
  if (request.target.empty()) request.target = described["path"].text();
  for (const auto& [name, value] : described["headers"].members()) {
    request.headers.Add(std::string(name), std::string(value.text()));
  }
  request.body = described["body"].is_string() ? described["body"].text() : described["body"].raw();
  return ToHttpText(request);
}

std::string BodyRequest(const std::string& path, std::string_view type, std::string body) {
  WebhookRequest request{.method = HttpMethod::kPost, .target = path};
  request.headers.Add("Content-Type", std::string(type));
  request.body = std::move(body);
  return ToHttpText(request);
}

}  // namespace

std::vector<std::string> ReadSeeds(const std::filesystem::path& file,
                                   const std::vector<std::string>& paths) {
  std::string text = ReadFile(file);
  if (paths.empty()) return {std::move(text)};
  const bool json = file.extension() == ".json";
  if (json) {
    const auto document = JsonDocument::Parse(text);
    if (document.ok() && document->root()["request"].is_object()) {
      return {DescribedRequest(document->root()["request"])};
    }
  }
  std::vector<std::string> seeds;
  for (const std::string& path : paths) {
    seeds.push_back(
        BodyRequest(path, json ? "application/json" : "application/x-www-form-urlencoded", text));
  }
  return seeds;
}

std::vector<std::filesystem::path> FilesBelow(const std::filesystem::path& dir) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace omni::fuzz
