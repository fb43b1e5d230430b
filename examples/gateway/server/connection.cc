#include "connection.h"

#include <utility>
#include <vector>

#include "response_writer.h"

namespace host::internal {
namespace {

using Self = boost::intrusive_ptr<Connection>;
using boost::asio::ip::tcp;

// Requests of one connection whose answers are owed at once.
constexpr std::size_t kMaxPipelined = 32;
// Answers that a client does not fetch; then nothing more is read from it.
constexpr std::size_t kMaxUnsent = 64 << 10;
// A client that fetches so much has earned another write timeout.
constexpr std::size_t kCatchUp = 64 << 10;
// How often in a row a connection may read while others wait.
constexpr int kReadsInARow = 8;
// What is thrown away of a request that was refused, so that the client can read why.
constexpr std::size_t kMaxDiscarded = 16 << 20;
// More than this is not kept for the next answers.
constexpr std::size_t kMaxKeptOutput = 1 << 20;

// What a completion holds. Small enough for it to need no memory of its own.
struct AnswerTo {
  Self connection;
  std::uint32_t number;
  std::uint32_t held_bytes;

  void operator()(ServerResponse response) const {
    connection->Complete(number, held_bytes, std::move(response));
  }
};
static_assert(sizeof(AnswerTo) <= 2 * sizeof(void*));

}  // namespace

Connection::Connection(Loop& loop, tcp::socket socket, std::unique_ptr<Transport> transport,
                       std::string peer)
    : loop_(loop),
      mailbox_(loop.mailbox()),
      tally_(loop.service().tally),
      peer_(std::move(peer)),
      socket_(std::move(socket)),
      transport_(std::move(transport)),
      parser_(loop.service().options) {}

void Connection::Start() {
  loop_.SetPatience(*this, Patience::kHandshake);
  Handshake();
}

void Connection::Close() {
  if (phase_ == Phase::kClosed) return;
  phase_ = Phase::kClosed;
  unlink();
  if (stream_ != nullptr) stream_->Close();
  stream_.reset();
  const std::vector<Answer> dropped = answers_.TakeAll();
  AccountFor(0);
  input_.Clear();
  transport_.reset();
  socket_.reset();
  loop_.Forget(*this);
}

void Connection::OnOutOfPatience() {
  if (phase_ != Phase::kServing || unsent() > 0) return Close();
  if (IsInMessage()) {
    Refuse(kTimeout);
    Pump();
    return Settle();
  }
  // What came at the last moment is still served.
  if (!Receive() && IsServing()) Close();
}

void Connection::BeginDrain() {
  if (stream_ == nullptr) return;
  FinishStream(loop_.output());
  Pump();
  Settle();
}

// Events.

void Connection::OnReadable() {
  switch (phase_) {
    case Phase::kHandshake:
      return Handshake();
    case Phase::kServing:
      Receive();
      return;
    case Phase::kLingering:
      return Discard();
    case Phase::kClosed:
      return;
  }
}

void Connection::OnWritable() {
  if (phase_ == Phase::kHandshake) return Handshake();
  if (!IsServing()) return;
  Pump();
  Settle();
}

void Connection::Handshake() {
  switch (transport_->Handshake().io) {
    case Io::kMoved:
      phase_ = Phase::kServing;
      Receive();
      return;
    case Io::kWantsRead:
      return WaitReadable();
    case Io::kWantsWrite:
      return WaitWritable();
    case Io::kEnded:
    case Io::kFailed:
      return Close();
  }
}

bool Connection::Receive() {
  const std::span<char> buffer = loop_.input();
  bool has_moved = false;
  for (int i = 0; i < kReadsInARow && WantsInput(); ++i) {
    const IoResult result = transport_->Read(buffer);
    if (result.io == Io::kFailed) {
      Close();
      return has_moved;
    }
    if (result.io == Io::kEnded) has_ended_input_ = true;
    if (result.io != Io::kMoved) break;
    has_moved = true;
    if (stops_reading_) continue;
    input_.Take({buffer.data(), result.size});
    is_starved_ = false;
    Pump();
    input_.Keep();
    if (!IsServing()) return true;
    if (result.size < buffer.size() && !transport_->HasPending()) break;
  }
  Settle();
  return has_moved;
}

// Requests.

void Connection::Pump() {
  do {
    ParseInput();
    WriteAnswers();
  } while (CanParse());
}

bool Connection::HasRoom() const {
  return answers_.size() < kMaxPipelined && unsent() + ready_bytes_ < kMaxUnsent;
}

bool Connection::CanParse() const {
  return IsServing() && !is_starved_ && !stops_reading_ && HasRoom();
}

bool Connection::WantsInput() const {
  if (!IsServing() || has_ended_input_) return false;
  // A stream goes on until its client hangs up, which is seen by reading only.
  if (stream_ != nullptr && stops_reading_) return true;
  return !stops_reading_ && HasRoom();
}

bool Connection::IsInMessage() const {
  return !stops_reading_ && is_starved_ &&
         (parser_.state() == RequestParser::State::kBody || !input_.empty());
}

void Connection::ParseInput() {
  while (CanParse()) {
    if (input_.empty()) {
      is_starved_ = true;
      return;
    }
    input_.Consume(parser_.Feed(input_.view()));
    switch (parser_.state()) {
      case RequestParser::State::kHead:
      case RequestParser::State::kBody:
        is_starved_ = true;
        if (!AccountFor(input_.size() + parser_.body_size())) return Refuse(kOverloaded);
        owes_continue_ = parser_.awaits_continue() && input_.empty() && !sent_continue_;
        break;
      case RequestParser::State::kComplete:
        Dispatch(parser_.Take());
        break;
      case RequestParser::State::kRefused:
        return Refuse(parser_.refusal());
    }
  }
}

void Connection::Dispatch(ParsedRequest parsed) {
  timed_.reset();
  owes_continue_ = sent_continue_ = false;
  if (!parsed.manner.keep_alive) stops_reading_ = true;
  const std::uint32_t number = answers_.Open(parsed.manner);
  const std::size_t held_bytes = parsed.request.body.size();
  if (!AccountFor(held_bytes) || !tally_->admission.TryEnter()) {
    tally_->CountShed();
    AccountFor(0);
    return Fill(number, Formatted(kOverloaded));
  }
  accounted_bytes_ = 0;  // they are the request's now
  const Service& service = loop_.service();
  parsed.request.peer = peer_;
  parsed.request.tls = service.tls != nullptr;
  is_dispatching_ = true;
  service.handler(std::move(parsed.request),
                  AnswerTo{.connection = Self(this),
                           .number = number,
                           .held_bytes = static_cast<std::uint32_t>(held_bytes)});
  is_dispatching_ = false;
}

void Connection::Refuse(const Refusal& refusal) {
  if (refusal.status == kOverloaded.status) {
    tally_->CountShed();
  } else {
    tally_->CountRefused();
  }
  stops_reading_ = true;
  owes_continue_ = false;
  input_.Clear();
  AccountFor(0);
  Fill(answers_.Open({.keep_alive = false}), Formatted(refusal));
}

bool Connection::AccountFor(std::size_t bytes) {
  if (bytes > accounted_bytes_) {
    if (!tally_->admission.TryHold(bytes - accounted_bytes_)) return false;
  } else {
    tally_->admission.Release(accounted_bytes_ - bytes);
  }
  accounted_bytes_ = bytes;
  return true;
}

// Answers.

void Connection::Complete(std::uint32_t number, std::uint32_t held_bytes, ServerResponse response) {
  tally_->admission.Leave();
  tally_->admission.Release(held_bytes);
  if (Loop::IsCurrent(&loop_) && is_dispatching_) return Fill(number, std::move(response));
  mailbox_->Post([self = Self(this), number, response = std::move(response)]() mutable {
    if (!self->IsServing()) return;
    self->Fill(number, std::move(response));
    self->Pump();
    self->Settle();
  });
}

void Connection::Fill(std::uint32_t number, ServerResponse response) {
  Answer* const answer = answers_.Find(number);
  if (answer == nullptr) return;
  answer->is_ready = true;
  answer->response = response.response.status == 0 ? Formatted(kOverloaded) : std::move(response);
  ready_bytes_ += answer->response.response.body.size();
}

ServerResponse Connection::Formatted(const Refusal& refusal) const {
  ServerResponse made;
  made.response = loop_.service().format_error(refusal.status, refusal.code, refusal.message);
  if (refusal.status == kOverloaded.status) made.response.headers.Set("Retry-After", "1");
  return made;
}

bool Connection::StaysOpenAfter(Manner manner) {
  if (!manner.keep_alive) return false;
  const bool is_last =
      answers_.size() == 1 && input_.empty() && parser_.state() == RequestParser::State::kHead;
  return !(is_last && loop_.is_draining());
}

void Connection::WriteAnswers() {
  if (!IsServing()) return;
  std::string& out = loop_.output();
  while (stream_ == nullptr && !answers_.empty() && answers_.front().is_ready) {
    Answer& answer = answers_.front();
    const Manner manner = answer.manner;
    const bool stays_open = StaysOpenAfter(manner);
    const bool is_stream = answer.response.on_stream != nullptr && !manner.is_head;
    AppendResponse(answer.response.response,
                   {.keep_alive = stays_open && !(is_stream && manner.is_http_1_0),
                    .is_http_1_0 = manner.is_http_1_0,
                    .is_head = manner.is_head,
                    .is_stream = is_stream,
                    .date = loop_.date()},
                   out);
    ready_bytes_ -= answer.response.response.body.size();
    if (is_stream) {
      stream_is_chunked_ = !manner.is_http_1_0;
      stays_open_after_stream_ = stays_open && stream_is_chunked_;
      BeginStream(out);
    } else {
      answers_.Pop();
      if (!stays_open) EndAnswers();
    }
  }
  if (owes_continue_ && answers_.empty()) {
    out.append(kContinue);
    owes_continue_ = false;
    sent_continue_ = true;
  }
  Flush(out);
}

void Connection::BeginStream(std::string& out) {
  stream_ = std::make_shared<StreamGauge>(loop_.service().options.max_stream_bytes);
  stream_unsent_ = 0;
  ServerResponse response = std::move(answers_.front().response);
  const std::string& body = response.response.body;
  if (!body.empty()) stream_is_chunked_ ? AppendChunk(body, out) : void(out.append(body));
  std::move(response.on_stream)(std::make_shared<StreamFeeder>(mailbox_, Self(this), stream_));
  if (loop_.is_draining()) FinishStream(out);
}

void Connection::FinishStream(std::string& out) {
  stream_->Close();
  stream_.reset();
  if (stream_is_chunked_) out.append(kLastChunk);
  answers_.Pop();
  if (!stays_open_after_stream_) EndAnswers();
}

void Connection::WriteChunk(const StreamGauge& stream, std::string_view chunk) {
  if (!IsServing() || stream_.get() != &stream) return;
  std::string& out = loop_.output();
  stream_is_chunked_ ? AppendChunk(chunk, out) : void(out.append(chunk));
  stream_unsent_ += chunk.size();
  Flush(out);
  Settle();
}

void Connection::EndStream(const StreamGauge& stream) {
  if (!IsServing() || stream_.get() != &stream) return;
  FinishStream(loop_.output());
  Pump();
  Settle();
}

void Connection::CutStream(const StreamGauge& stream) {
  if (stream_.get() == &stream) Close();
}

void Connection::EndAnswers() {
  closes_after_output_ = true;
  stops_reading_ = true;
  ready_bytes_ = 0;
  const std::vector<Answer> dropped = answers_.TakeAll();
}

void Connection::Flush(std::string& out) {
  if (unsent() > 0) {
    output_.append(out);
    sent_ += Send(std::string_view(output_).substr(sent_));
    if (unsent() == 0) {
      std::string().swap(output_);
      sent_ = 0;
    } else if (sent_ > kMaxUnsent) {
      output_.erase(0, sent_);
      sent_ = 0;
    }
  } else if (!out.empty()) {
    const std::size_t size = Send(out);
    if (size < out.size()) output_.assign(out, size);
  }
  out.clear();
  if (out.capacity() > kMaxKeptOutput) std::string().swap(out);
}

std::size_t Connection::Send(std::string_view bytes) {
  std::size_t sent = 0;
  while (IsServing() && sent < bytes.size()) {
    const IoResult result = transport_->Write(bytes.substr(sent));
    if (result.io == Io::kWantsWrite) break;
    if (result.io != Io::kMoved) {
      Close();
      return bytes.size();
    }
    sent += result.size;
  }
  caught_up_ += sent;
  if (stream_ != nullptr) {
    const std::size_t of_stream = std::min(sent, stream_unsent_);
    stream_unsent_ -= of_stream;
    stream_->CountSent(of_stream);
  }
  return sent;
}

// What comes next.

void Connection::Settle() {
  if (!IsServing()) return;
  input_.Keep();
  if (unsent() == 0) {
    if (closes_after_output_) return Linger();
    if (has_ended_input_ && answers_.empty()) return Close();
  }
  if (has_ended_input_ && stream_ != nullptr) return Close();
  if (WantsInput()) WaitReadable();
  if (unsent() > 0) WaitWritable();
  ChoosePatience();
}

void Connection::ChoosePatience() {
  const bool was_behind = std::exchange(is_behind_, unsent() > 0);
  if (is_behind_) {
    if (!was_behind || caught_up_ >= kCatchUp) {
      write_deadline_ = loop_.Deadline(Patience::kWrite);
      caught_up_ = 0;
    }
    loop_.SetPatience(*this, Patience::kWrite, write_deadline_);
  } else if (IsInMessage()) {
    const Patience part =
        parser_.state() == RequestParser::State::kBody ? Patience::kBody : Patience::kHead;
    if (timed_ != part) {
      timed_ = part;
      message_deadline_ = loop_.Deadline(part);
    }
    loop_.SetPatience(*this, part, message_deadline_);
  } else if (answers_.empty()) {
    loop_.SetPatience(*this, Patience::kIdle);
  } else {
    unlink();  // a handler has as long as it needs
  }
}

void Connection::Linger() {
  if (has_ended_input_) return Close();
  transport_->EndWriting();
  phase_ = Phase::kLingering;
  loop_.SetPatience(*this, Patience::kLinger);
  Discard();
}

void Connection::Discard() {
  for (int i = 0; i < kReadsInARow; ++i) {
    const IoResult result = transport_->Discard(loop_.input());
    if (result.io == Io::kWantsRead) break;
    discarded_ += result.size;
    if (result.io != Io::kMoved || discarded_ > kMaxDiscarded) return Close();
  }
  WaitReadable();
}

void Connection::WaitReadable() {
  if (std::exchange(waits_readable_, true)) return;
  socket_->async_wait(tcp::socket::wait_read, [self = Self(this)](boost::system::error_code error) {
    self->waits_readable_ = false;
    if (!error) self->OnReadable();
  });
}

void Connection::WaitWritable() {
  if (std::exchange(waits_writable_, true)) return;
  socket_->async_wait(tcp::socket::wait_write,
                      [self = Self(this)](boost::system::error_code error) {
                        self->waits_writable_ = false;
                        if (!error) self->OnWritable();
                      });
}

}  // namespace host::internal
