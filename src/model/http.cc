#include "omni/http.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace omni::inline v0_1 {
namespace {

constexpr std::array<std::pair<HttpMethod, std::string_view>, 7> kMethods = {{
    {HttpMethod::kGet, "GET"},
    {HttpMethod::kHead, "HEAD"},
    {HttpMethod::kPost, "POST"},
    {HttpMethod::kPut, "PUT"},
    {HttpMethod::kPatch, "PATCH"},
    {HttpMethod::kDelete, "DELETE"},
    {HttpMethod::kOptions, "OPTIONS"},
}};

// ASCII only, whatever the locale.
constexpr char ToLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

/// What stands before the parameters of a `Content-Type`.
std::string_view TypeOf(std::string_view content_type) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  const auto is_space = [](char c) { return c == ' ' || c == '\t'; };
  while (!type.empty() && is_space(type.front())) type.remove_prefix(1);
  while (!type.empty() && is_space(type.back())) type.remove_suffix(1);
  return type;
}

HttpResponse WithType(int status, std::string body, std::string_view type) {
  HttpResponse response;
  response.status = status;
  response.headers.Add("Content-Type", std::string(type));
  response.body = std::move(body);
  return response;
}

}  // namespace

std::string_view HttpMethodName(HttpMethod method) {
  for (const auto& [value, name] : kMethods) {
    if (value == method) return name;
  }
  return "UNKNOWN";
}

HttpMethod ParseHttpMethod(std::string_view name) {
  for (const auto& [value, known] : kMethods) {
    if (known == name) return value;
  }
  return HttpMethod::kUnknown;
}

HttpHeaders::HttpHeaders(std::initializer_list<Field> fields) : fields_(fields) {}

void HttpHeaders::Add(std::string name, std::string value) {
  fields_.emplace_back(std::move(name), std::move(value));
}

void HttpHeaders::Set(std::string_view name, std::string value) {
  const auto has_name = [&](const Field& field) { return EqualsIgnoreCase(field.first, name); };
  fields_.erase(std::remove_if(fields_.begin(), fields_.end(), has_name), fields_.end());
  fields_.emplace_back(std::string(name), std::move(value));
}

std::optional<std::string_view> HttpHeaders::Find(std::string_view name) const {
  for (const auto& [key, value] : fields_) {
    // Most names differ in length, and then a call would cost more than the answer.
    if (key.size() == name.size() && EqualsIgnoreCase(key, name)) return value;
  }
  return std::nullopt;
}

std::vector<std::string_view> HttpHeaders::FindAll(std::string_view name) const {
  std::vector<std::string_view> found;
  for (const auto& [key, value] : fields_) {
    if (EqualsIgnoreCase(key, name)) found.push_back(value);
  }
  return found;
}

HttpResponse HttpResponse::Text(int status, std::string body) {
  return WithType(status, std::move(body), "text/plain");
}

HttpResponse HttpResponse::Json(int status, std::string body) {
  return WithType(status, std::move(body), "application/json");
}

HttpResponse HttpResponse::Xml(int status, std::string body) {
  return WithType(status, std::move(body), "text/xml");
}

HttpResponse HttpResponse::Empty(int status) {
  HttpResponse response;
  response.status = status;
  return response;
}

bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  const auto same = [&](std::size_t i) { return ToLower(a[i]) == ToLower(b[i]); };
  // Names of one length mostly differ in their last character.
  if (!a.empty() && !same(a.size() - 1)) return false;
  std::size_t at = 0;
  for (; at + 8 <= a.size(); at += 8) {
    std::uint64_t of_a = 0;
    std::uint64_t of_b = 0;
    std::memcpy(&of_a, a.data() + at, 8);
    std::memcpy(&of_b, b.data() + at, 8);
    if (of_a == of_b) continue;
    for (std::size_t i = at; i < at + 8; ++i) {
      if (!same(i)) return false;
    }
  }
  for (; at < a.size(); ++at) {
    if (!same(at)) return false;
  }
  return true;
}

std::string MediaType(std::string_view content_type) {
  std::string type(TypeOf(content_type));
  std::transform(type.begin(), type.end(), type.begin(), ToLower);
  return type;
}

bool IsMediaType(std::string_view content_type, std::string_view type) {
  return EqualsIgnoreCase(TypeOf(content_type), type);
}

std::string_view TargetPath(std::string_view target) { return target.substr(0, target.find('?')); }

std::string_view TargetQuery(std::string_view target) {
  const std::size_t mark = target.find('?');
  return mark == target.npos ? std::string_view() : target.substr(mark + 1);
}

}  // namespace omni::inline v0_1
