#include "omni/provenance.h"

namespace omni::inline v0_1 {

std::optional<Signed<std::string_view>> SignedRequest::body() const {
  if (!coverage_.body) return std::nullopt;
  return Prove(std::string_view(request_->body));
}

std::optional<Signed<std::string_view>> SignedRequest::url() const {
  if (!coverage_.url) return std::nullopt;
  return Prove(external_url_);
}

std::optional<Signed<std::string_view>> SignedRequest::query() const {
  if (!coverage_.url && !coverage_.query) return std::nullopt;
  const std::string_view url =
      external_url_.empty() ? std::string_view(request_->target) : external_url_;
  return Prove(TargetQuery(url.substr(0, url.find('#'))));
}

Claimed<std::string_view> SignedRequest::claimed_body() const {
  return Claimed<std::string_view>(request_->body);
}

Claimed<std::string_view> SignedRequest::claimed_target() const {
  return Claimed<std::string_view>(request_->target);
}

Claimed<std::string_view> SignedRequest::claimed_header(std::string_view name) const {
  return Claimed<std::string_view>(request_->headers.Find(name).value_or(std::string_view()));
}

}  // namespace omni::inline v0_1
