// Bytes of a connection -> requests.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "answer_queue.h"
#include "head_scanner.h"
#include "http_server.h"
#include "omni/http.h"
#include "refusal.h"

namespace host::internal {

struct ParsedRequest {
  omni::WebhookRequest request = {};
  Manner manner = {};
};

/// One request after the other. Behind it is Beast's parser, which is expensive to compile: nothing
/// else includes it.
///
/// Thread safety: confined.
class RequestParser {
 public:
  enum class State { kHead, kBody, kComplete, kRefused };

  /// Lifetime: the options outlive the parser.
  explicit RequestParser(const ServerOptions& options);
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  /// How many of the bytes were used; the others must come again at the next call, with more behind
  /// them. Not to be called when complete or refused.
  std::size_t Feed(std::string_view bytes);

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] const Refusal& refusal() const { return refusal_; }
  /// Whether the client waits for `100 Continue` before it sends the body.
  [[nodiscard]] bool awaits_continue() const;
  [[nodiscard]] std::size_t body_size() const;

  /// What is complete; then the parser is ready for the next.
  ParsedRequest Take();
  /// What is known of a request that will not be completed: nothing before its head was whole. The
  /// parser is of no use afterwards.
  omni::WebhookRequest TakePart();

 private:
  class Beast;

  std::size_t FeedHead(std::string_view bytes);
  std::size_t FeedBody(std::string_view bytes);
  void Refuse(const Refusal& refusal);

  HeadScanner scanner_;
  bool skipped_line_ = false;
  bool has_begun_ = false;  ///< the head of the present request was whole
  State state_ = State::kHead;
  Refusal refusal_ = {};
  std::unique_ptr<Beast> beast_;
};

}  // namespace host::internal
