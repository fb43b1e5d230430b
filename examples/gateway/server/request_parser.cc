#include "request_parser.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "request_rules.h"

namespace host::internal {
namespace {

namespace http = boost::beast::http;
using Error = boost::beast::error_code;

std::string_view View(boost::beast::string_view text) { return {text.data(), text.size()}; }

// A chunk's head with its extensions, or the trailer.
constexpr std::size_t kMaxFramingBytes = 8 << 10;

}  // namespace

// Gathers straight into a WebhookRequest, without a message of Beast's own in between.
class RequestParser::Beast final {
 public:
  explicit Beast(const ServerOptions& options) : options_(options) {}

  void Begin() {
    parser_.emplace(*this);
    parser_->header_limit(std::numeric_limits<std::uint32_t>::max());  // the scanner has seen to it
    parser_->body_limit(options_.max_body_bytes);
    parser_->eager(true);
    gathered_ = {};
    host_.reset();
    has_framing_ = awaits_continue_ = false;
    refusal_ = {};
  }

  std::size_t Put(std::string_view bytes, Error& error) {
    return parser_->put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
  }
  [[nodiscard]] bool is_done() const { return parser_->is_done(); }
  [[nodiscard]] bool awaits_continue() const { return awaits_continue_; }
  [[nodiscard]] const Refusal& refusal() const { return refusal_; }
  [[nodiscard]] std::size_t body_size() const { return gathered_.request.body.size(); }
  ParsedRequest Take() { return std::move(gathered_); }

 private:
  class Parser final : public http::basic_parser<true> {
   public:
    explicit Parser(Beast& owner) : owner_(owner) {}

   private:
    void on_request_impl(http::verb, boost::beast::string_view method,
                         boost::beast::string_view target, int version, Error&) override {
      owner_.OnRequestLine(View(method), View(target), version);
    }
    void on_response_impl(int, boost::beast::string_view, int, Error&) override {}
    void on_field_impl(http::field field, boost::beast::string_view name,
                       boost::beast::string_view value, Error& error) override {
      // What comes after the body is a trailer. Nobody may add a signature or a length there.
      if (!is_header_done() && !owner_.OnField(field, View(name), View(value))) {
        error = http::error::bad_field;
      }
    }
    void on_header_impl(Error& error) override {
      if (!owner_.OnHead(keep_alive())) error = http::error::bad_field;
    }
    // Nothing is set aside for a length that a stranger merely claims.
    void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override {}
    std::size_t on_body_impl(boost::beast::string_view body, Error&) override {
      owner_.gathered_.request.body.append(body.data(), body.size());
      return body.size();
    }
    void on_chunk_header_impl(std::uint64_t, boost::beast::string_view, Error&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, boost::beast::string_view body,
                                   Error& error) override {
      return on_body_impl(body, error);
    }
    void on_finish_impl(Error&) override {}

    Beast& owner_;
  };

  // Of an absolute target the path counts; whether it is right is seen later.
  [[nodiscard]] std::size_t BodyLimit(std::string_view target) const {
    if (const std::size_t scheme = target.find("://"); !target.starts_with('/')) {
      const std::size_t path = target.find('/', scheme == target.npos ? 0 : scheme + 3);
      target = path == target.npos ? "/" : target.substr(path);
    }
    return std::min<std::size_t>(options_.body_limit(target),
                                 std::numeric_limits<std::uint32_t>::max());
  }

  bool Refuse(std::string_view message) {
    refusal_ = Malformed(message);
    return false;
  }

  void OnRequestLine(std::string_view method, std::string_view target, int version) {
    gathered_.request.method = omni::ParseHttpMethod(method);
    gathered_.request.target = target;
    gathered_.manner.is_head = gathered_.request.method == omni::HttpMethod::kHead;
    gathered_.manner.is_http_1_0 = version == 10;
    if (options_.body_limit != nullptr) parser_->body_limit(BodyLimit(target));
  }

  bool OnField(http::field field, std::string_view name, std::string_view value) {
    switch (field) {
      case http::field::host:
        if (host_) return Refuse("there is more than one Host");
        if (!IsHost(value)) return Refuse("Host is not a host");
        host_ = value;
        break;
      case http::field::content_length:
        if (!IsLength(value) || has_framing_) return Refuse("Content-Length is not one number");
        has_framing_ = true;
        break;
      case http::field::transfer_encoding:
        if (!omni::EqualsIgnoreCase(value, "chunked") || has_framing_ ||
            gathered_.manner.is_http_1_0) {
          return Refuse("Transfer-Encoding is not just chunked");
        }
        has_framing_ = true;
        break;
      case http::field::expect:
        awaits_continue_ =
            !gathered_.manner.is_http_1_0 && omni::EqualsIgnoreCase(value, "100-continue");
        break;
      default:
        break;
    }
    gathered_.request.headers.Add(name, value);
    return true;
  }

  bool OnHead(bool keep_alive) {
    gathered_.manner.keep_alive = keep_alive;
    if (!host_ && !gathered_.manner.is_http_1_0) return Refuse("there is no Host");
    std::string& target = gathered_.request.target;
    if (target.starts_with('/')) return true;
    const auto origin_form = OriginForm(target, host_.value_or(""));
    if (!origin_form) return Refuse("the request's target is not a path");
    target = std::string(*origin_form);
    return true;
  }

  const ServerOptions& options_;
  std::optional<Parser> parser_;
  ParsedRequest gathered_;
  std::optional<std::string_view> host_;  ///< in the head's bytes, which stay until it is parsed
  bool has_framing_ = false;
  bool awaits_continue_ = false;
  Refusal refusal_;
};

RequestParser::RequestParser(const ServerOptions& options)
    : scanner_({.max_target_bytes = options.max_target_bytes,
                .max_header_bytes = options.max_header_bytes,
                .max_headers = options.max_headers}),
      beast_(std::make_unique<Beast>(options)) {}

RequestParser::~RequestParser() = default;

std::size_t RequestParser::Feed(std::string_view bytes) {
  return state_ == State::kHead ? FeedHead(bytes) : FeedBody(bytes);
}

std::size_t RequestParser::FeedHead(std::string_view bytes) {
  std::size_t skipped = 0;
  if (bytes.starts_with("\r\n") && !skipped_line_) {  // some clients end a body so
    skipped_line_ = true;
    skipped = 2;
    bytes.remove_prefix(skipped);
  }
  if (bytes.empty() || bytes == "\r") return skipped;
  switch (scanner_.Scan(bytes)) {
    case HeadScanner::Result::kMore:
      return skipped;
    case HeadScanner::Result::kRefused:
      Refuse(scanner_.refusal());
      return skipped;
    case HeadScanner::Result::kWhole:
      break;
  }
  beast_->Begin();
  has_begun_ = true;
  state_ = State::kBody;
  return skipped + FeedBody(bytes);
}

std::size_t RequestParser::FeedBody(std::string_view bytes) {
  Error error;
  const std::size_t used = beast_->Put(bytes, error);
  if (error == http::error::need_more) {
    if (bytes.size() - used > kMaxFramingBytes) Refuse(Malformed("a chunk's head is too long"));
  } else if (error == http::error::body_limit) {
    Refuse(kBodyTooLarge);
  } else if (error) {
    Refuse(beast_->refusal());
  } else if (beast_->is_done()) {
    state_ = State::kComplete;
  }
  return used;
}

void RequestParser::Refuse(const Refusal& refusal) {
  refusal_ = refusal;
  state_ = State::kRefused;
}

bool RequestParser::awaits_continue() const {
  return state_ == State::kBody && beast_->awaits_continue() && beast_->body_size() == 0;
}

std::size_t RequestParser::body_size() const {
  return state_ == State::kHead ? 0 : beast_->body_size();
}

ParsedRequest RequestParser::Take() {
  scanner_.Reset();
  skipped_line_ = has_begun_ = false;
  state_ = State::kHead;
  return beast_->Take();
}

omni::WebhookRequest RequestParser::TakePart() {
  return has_begun_ ? beast_->Take().request : omni::WebhookRequest{};
}

}  // namespace host::internal
