#include "testing/conformance/content.h"

#include <algorithm>
#include <utility>

#include "omni/support/form.h"
#include "omni/support/url.h"

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {
namespace {

std::optional<JsonTree> ReadForm(std::string_view text) {
  const auto form = Form::Parse(text);
  if (!form.ok() || form->fields().empty()) return std::nullopt;
  JsonTree tree{.type = JsonType::kObject};
  for (const Form::Field& field : form->fields()) {
    tree.children.push_back(JsonTree::String(field.value));
    tree.children.back().key = field.name;
  }
  return tree;
}

std::string WriteForm(const JsonTree& tree) {
  std::string out;
  for (const JsonTree& field : tree.children) {
    if (!out.empty()) out += '&';
    out += PercentEncode(field.key);
    out += '=';
    out += PercentEncode(field.is_container() ? field.Write() : field.text);
  }
  return out;
}

std::string WithQuery(std::string_view url, std::string_view query) {
  std::string out(url.substr(0, url.find('?')));
  if (!query.empty()) out.append("?").append(query);
  return out;
}

}  // namespace

bool IsForm(const WebhookRequest& request) {
  return MediaType(request.headers.Find("Content-Type").value_or("")) ==
         "application/x-www-form-urlencoded";
}

std::optional<Content> Content::Of(const WebhookRequest& request, bool in_query) {
  if (in_query) {
    auto tree = ReadForm(TargetQuery(request.target));
    return tree ? std::optional(Content(Kind::kQuery, *std::move(tree))) : std::nullopt;
  }
  if (IsForm(request)) {
    auto tree = ReadForm(request.body);
    return tree ? std::optional(Content(Kind::kForm, *std::move(tree))) : std::nullopt;
  }
  auto tree = ParseTree(request.body);
  if (!tree.ok() || !tree->is_container()) return std::nullopt;
  return Content(Kind::kJson, *std::move(tree));
}

void Content::Store(WebhookRequest& request) const {
  switch (kind_) {
    case Kind::kJson:
      request.body = tree_.Write();
      return;
    case Kind::kForm:
      request.body = WriteForm(tree_);
      return;
    case Kind::kQuery:
      const std::string query = WriteForm(tree_);
      request.target = WithQuery(request.target, query);
      request.external_url = WithQuery(request.external_url, query);
      return;
  }
}

std::optional<std::string> FindQueryParameter(std::string_view url, std::string_view name) {
  const auto form = Form::Parse(TargetQuery(url));
  if (!form.ok()) return std::nullopt;
  const auto value = form->Find(name);
  return value ? std::optional(std::string(*value)) : std::nullopt;
}

std::string WithoutQueryParameter(std::string_view url, std::string_view name) {
  std::string kept;
  std::string_view left = TargetQuery(url);
  while (!left.empty()) {
    const std::string_view field = left.substr(0, left.find('&'));
    left.remove_prefix(std::min(field.size() + 1, left.size()));
    if (PercentDecode(field.substr(0, field.find('='))) == name) continue;
    if (!kept.empty()) kept += '&';
    kept += field;
  }
  return WithQuery(url, kept);
}

std::string WithQueryParameter(std::string_view url, std::string_view name,
                               std::string_view value) {
  std::string out = WithoutQueryParameter(url, name);
  out += TargetQuery(out).empty() ? '?' : '&';
  out.append(PercentEncode(name)).append("=").append(PercentEncode(value));
  return out;
}

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1
