// One client's connection: requests in, answers out, in order.
#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "answer_queue.h"
#include "http_server.h"
#include "input_buffer.h"
#include "loop.h"
#include "mailbox.h"
#include "owned_socket.h"
#include "patience.h"
#include "poller.h"
#include "refusal.h"
#include "request_parser.h"
#include "stream.h"
#include "tally.h"
#include "transport.h"

namespace host::internal {

/// Reads, lets handlers answer, and writes, whenever its loop says that the socket is ready. Once
/// closed it is a shell that late completions may still hold.
///
/// Thread safety: confined to the loop's thread, but for Complete.
class Connection final
    : public Waiter,
      public Watcher,
      public boost::intrusive_ref_counter<Connection, boost::thread_safe_counter> {
 public:
  Connection(Loop& loop, OwnedSocket socket, std::unique_ptr<Transport> transport,
             std::string peer);

  /// Has the loop watch the socket. Whether it could; else the connection is nothing yet.
  [[nodiscard]] bool Watch();
  void Start();
  void OnReady(std::uint32_t events) override;
  void OnReadyAgain();
  /// At the end of the loop's round, or when something else has to come after it.
  void WriteDeferred();
  /// Takes the answer to a request that held so many bytes; on any thread.
  void Complete(std::uint32_t number, std::uint32_t held_bytes, ServerResponse response);
  void OnOutOfPatience();
  void BeginDrain();
  /// At once.
  void Close();
  /// Whether somebody waits for an answer, or for the rest of one. Of a request that has not come
  /// whole nobody was told anything.
  [[nodiscard]] bool OwesAnswer() const {
    return IsServing() && (!answers_.empty() || unsent() > 0);
  }

  // What the feeder of a stream does; nothing when that stream is over.
  void WriteChunk(const StreamGauge& stream, std::string_view chunk);
  void EndStream(const StreamGauge& stream);
  void CutStream(const StreamGauge& stream);

 private:
  // Answers that a client does not fetch; then nothing more is read from it.
  static constexpr std::size_t kMaxUnsent = 64 << 10;

  enum class Phase { kHandshake, kServing, kLingering, kClosed };

  // Events.
  void OnReadable();
  void OnWritable();
  void Handshake();
  /// Whether anything came.
  bool Receive();

  // Requests.
  void Pump();
  void ParseInput();
  void Dispatch(ParsedRequest parsed);
  void Refuse(const Refusal& refusal);
  /// Whether the server has room for so much of this connection's requests.
  bool AccountFor(std::size_t bytes);
  /// Whether another request may be answered: not when a client does not fetch what it is owed.
  [[nodiscard]] bool HasRoom() const;
  [[nodiscard]] bool CanParse() const;
  [[nodiscard]] bool WantsInput() const;
  [[nodiscard]] bool IsInMessage() const;

  // Answers.
  void Fill(std::uint32_t number, ServerResponse response);
  [[nodiscard]] ServerResponse Formatted(const Refusal& refusal,
                                         omni::WebhookRequest request) const;
  [[nodiscard]] bool StaysOpenAfter(Manner manner);
  /// Has them written when the round ends, if there are any.
  void Defer();
  void WriteAnswers();
  void BeginStream(std::string& out);
  void FinishStream(std::string& out);
  void EndAnswers();
  void Flush(std::string& out);
  /// How many of the bytes the socket took.
  std::size_t Send(std::string_view bytes);
  [[nodiscard]] std::size_t unsent() const { return output_.size() - sent_; }

  // What comes next.
  void Settle();
  void ChoosePatience();
  void Linger();
  void Discard();
  /// Has the loop come back to what was not read, as the kernel will not tell of it again.
  void ComeBack();
  [[nodiscard]] bool IsServing() const { return phase_ == Phase::kServing; }

  Loop& loop_;  ///< gone when the connection is closed and the server with it
  const std::shared_ptr<Mailbox> mailbox_;
  const std::shared_ptr<Tally> tally_;
  const std::string peer_;
  std::optional<OwnedSocket> socket_;
  std::unique_ptr<Transport> transport_;

  Phase phase_ = Phase::kHandshake;
  bool may_read_ = true;       ///< not all was read, as far as is known
  bool has_hung_up_ = false;   ///< the client's end is there to be read
  bool is_to_return_ = false;  ///< the loop comes back in its next round
  bool is_dispatching_ = false;

  InputBuffer input_;
  RequestParser parser_;
  bool is_starved_ = true;        ///< the parser can do nothing with what is there
  bool has_ended_input_ = false;  ///< the client sends nothing more
  bool stops_reading_ = false;    ///< nothing more is wanted from it
  bool owes_continue_ = false;
  bool sent_continue_ = false;
  std::optional<Patience> timed_;  ///< the part of a message that has a deadline
  Clock::time_point message_deadline_ = {};
  std::size_t accounted_bytes_ = 0;

  AnswerQueue answers_;
  std::size_t ready_bytes_ = 0;          ///< of the answers whose turn has not come
  std::shared_ptr<StreamGauge> stream_;  ///< of the first answer, when its body goes on
  bool stream_is_chunked_ = true;
  bool stays_open_after_stream_ = true;
  std::size_t stream_unsent_ = 0;
  std::string output_;  ///< what the socket did not take at once
  std::size_t sent_ = 0;
  bool is_deferred_ = false;  ///< the end of the round writes what is ready
  bool is_behind_ = false;    ///< the client does not read as fast as we write
  std::size_t caught_up_ = 0;
  Clock::time_point write_deadline_ = {};
  bool closes_after_output_ = false;
  std::size_t discarded_ = 0;
};

}  // namespace host::internal
