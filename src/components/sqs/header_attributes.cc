#include "components/sqs/header_attributes.h"

#include <algorithm>

#include "components/sqs/message.h"
#include "omni/support/encoding.h"
#include "support/header_text.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::size_t kMaxAttributes = 10;
constexpr std::size_t kMaxName = 256;
constexpr std::string_view kOurs = "omni.";
constexpr std::string_view kHeaders = "omni.headers";

bool StartsWith(std::string_view text, std::string_view start) {
  return EqualsIgnoreCase(text.substr(0, start.size()), start);
}

bool IsName(std::string_view name) {
  if (name.empty() || name.size() > kMaxName || name.front() == '.' || name.back() == '.' ||
      name.find("..") != name.npos) {
    return false;
  }
  if (StartsWith(name, kOurs) || StartsWith(name, "aws.") || StartsWith(name, "amazon.")) {
    return false;
  }
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return IsAlphanumeric(c) || c == '_' || c == '-' || c == '.'; });
}

/// Attributes have no order, and each name once.
bool ArePlain(const Headers& headers) {
  const auto out_of_order = [](const auto& a, const auto& b) { return a.first >= b.first; };
  return std::adjacent_find(headers.begin(), headers.end(), out_of_order) == headers.end() &&
         std::all_of(headers.begin(), headers.end(), [](const auto& header) {
           return IsName(header.first) && !header.second.empty();
         });
}

void WriteText(std::string_view text, JsonWriter& json) {
  if (text.empty() || IsSqsText(text)) return json.String(text);
  json.BeginObject();
  json.Key("base64");
  json.String(Base64Encode(text));
  json.EndObject();
}

std::string ReadText(JsonValue value) {
  if (!value.is_object()) return std::string(value.text());
  return Base64Decode(value["base64"].text()).value_or("");
}

std::string Packed(const Headers& headers) {
  std::string packed;
  JsonWriter json(packed);
  json.BeginArray();
  for (const auto& [name, value] : headers) {
    json.BeginArray();
    WriteText(name, json);
    WriteText(value, json);
    json.EndArray();
  }
  json.EndArray();
  return packed;
}

Headers Unpacked(const std::string& packed) {
  Headers headers;
  const auto document = JsonDocument::Parse(packed);
  if (!document.ok()) return headers;
  for (const JsonValue pair : document->root().elements()) {
    headers.emplace_back(ReadText(pair.At(0)), ReadText(pair.At(1)));
  }
  return headers;
}

}  // namespace

const std::string* Find(const Attributes& attributes, std::string_view name) {
  const auto found = std::find_if(attributes.begin(), attributes.end(),
                                  [&](const auto& a) { return a.first == name; });
  return found == attributes.end() ? nullptr : &found->second;
}

void AddHeaders(const Headers& headers, Attributes& attributes) {
  if (headers.size() <= kMaxAttributes - attributes.size() && ArePlain(headers)) {
    attributes.insert(attributes.end(), headers.begin(), headers.end());
  } else {
    attributes.emplace_back(kHeaders, Packed(headers));
  }
}

Headers HeadersOf(const Attributes& attributes) {
  if (const std::string* const packed = Find(attributes, kHeaders)) return Unpacked(*packed);
  Headers headers;
  for (const auto& attribute : attributes) {
    if (!StartsWith(attribute.first, kOurs)) headers.push_back(attribute);
  }
  std::sort(headers.begin(), headers.end());
  return headers;
}

std::size_t WriteAttributes(const Attributes& attributes, JsonWriter& json) {
  std::size_t bytes = 0;
  json.BeginObject();
  for (const auto& [name, value] : attributes) {
    const bool is_text = IsSqsText(value);
    const std::string_view type = is_text ? "String" : "Binary";
    const std::string encoded = is_text ? "" : Base64Encode(value);
    json.Key(name);
    json.BeginObject();
    json.Key("DataType");
    json.String(type);
    json.Key(is_text ? "StringValue" : "BinaryValue");
    json.String(is_text ? value : encoded);
    json.EndObject();
    bytes += name.size() + type.size() + std::max(value.size(), encoded.size());
  }
  json.EndObject();
  return bytes;
}

Attributes ReadAttributes(JsonValue object) {
  Attributes attributes;
  for (const auto& [name, value] : object.members()) {
    const bool is_binary = value["BinaryValue"].exists();
    attributes.emplace_back(name, is_binary ? Base64Decode(value["BinaryValue"].text()).value_or("")
                                            : std::string(value["StringValue"].text()));
  }
  return attributes;
}

}  // namespace internal
}  // namespace omni::inline v0_1
