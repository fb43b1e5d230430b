#include "omni/http.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>
#include <utility>

#include "base/part_of.h"

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
  response.headers.Add("Content-Type", type);
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

HttpHeaders::HttpHeaders(std::initializer_list<Field> fields) {
  for (const auto& [name, value] : fields) Add(name, value);
}

void HttpHeaders::Add(std::string_view name, std::string_view value) {
  // What this holds itself moves while it changes.
  if (internal::IsPartOf(text(), name) || internal::IsPartOf(text(), value)) {
    return Add(std::string(name), std::string(value));
  }
  name = name.substr(0, Iterator::kMaxLength);
  value = value.substr(0, Iterator::kMaxLength);
  const auto head = Iterator::HeadFor(name, value);
  const std::size_t needed = few_size_ + head.size() + name.size() + value.size();
  if (many_.empty() && needed <= kRoom) {
    char* at = std::copy(head.begin(), head.end(), few_.data() + few_size_);
    at = std::copy(name.begin(), name.end(), at);
    std::copy(value.begin(), value.end(), at);
    few_size_ = needed;
    return;
  }
  constexpr std::size_t kUsual = 640;
  // For all of it, so that memory that runs out leaves no half of a field.
  many_.reserve(std::max(kUsual, many_.size() + needed));
  many_.append(few_.data(), std::exchange(few_size_, 0));
  many_.append(head.data(), head.size()).append(name).append(value);
}

void HttpHeaders::Set(std::string_view name, std::string_view value) {
  if (!Find(name)) return Add(name, value);
  HttpHeaders changed;
  for (const auto& [own, kept] : *this) {
    if (!EqualsIgnoreCase(own, name)) changed.Add(own, kept);
  }
  changed.Add(name, value);
  *this = std::move(changed);
}

std::optional<std::string_view> HttpHeaders::Find(std::string_view name) const {
  for (const auto& [own, value] : *this) {
    // Most names differ in length, and then a call would cost more than the answer.
    if (own.size() == name.size() && EqualsIgnoreCase(own, name)) return value;
  }
  return std::nullopt;
}

std::vector<std::string_view> HttpHeaders::FindAll(std::string_view name) const {
  std::vector<std::string_view> found;
  for (const auto& [own, value] : *this) {
    if (EqualsIgnoreCase(own, name)) found.push_back(value);
  }
  return found;
}

HttpHeaders::Fields HttpHeaders::items() const { return {begin(), end()}; }

std::size_t HttpHeaders::size() const {
  return static_cast<std::size_t>(std::distance(begin(), end()));
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
  const auto same_until = [&](std::size_t at, std::size_t end) {
    while (at < end && same(at)) ++at;
    return at == end;
  };
  constexpr std::size_t kWord = 8;
  if (a.size() < kWord) return same_until(0, a.size());
  const auto same_word = [&](std::size_t at) {
    return std::memcmp(a.data() + at, b.data() + at, kWord) == 0 || same_until(at, at + kWord);
  };
  for (std::size_t at = 0; at + kWord < a.size(); at += kWord) {
    if (!same_word(at)) return false;
  }
  // It overlaps the one before it.
  return same_word(a.size() - kWord);
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
