#include "connection.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace host::internal {
namespace {

using Self = boost::intrusive_ptr<Connection>;

// Requests of one connection whose answers are owed at once.
constexpr std::size_t kMaxPipelined = 32;
// A client that fetches so much has earned another write timeout.
constexpr std::size_t kCatchUp = 64 << 10;
// How often in a row a connection may read while others wait.
constexpr int kReadsInARow = 8;
// What is thrown away of a request that was refused, so that the client can read why.
constexpr std::size_t kMaxDiscarded = 16 << 20;

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

Connection::Connection(Loop& loop, OwnedSocket socket, std::unique_ptr<Transport> transport,
                       std::string peer)
    : loop_(loop),
      mailbox_(loop.mailbox()),
      tally_(loop.service().tally),
      peer_(std::move(peer)),
      socket_(std::move(socket)),
      transport_(std::move(transport)),
      parser_(loop.service().options) {}

bool Connection::Watch() {
  return loop_.poller().Watch(socket_->get(), *this, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
}

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
  if (timed_) message_deadline_ = std::min(message_deadline_, loop_.Deadline(*timed_));
  if (stream_ == nullptr) return;
  FinishStream(loop_.output());
  Flush(loop_.output());
  Pump();
  Settle();
}

// Events.

void Connection::OnReady(std::uint32_t events) {
  constexpr std::uint32_t kGone = EPOLLHUP | EPOLLERR;
  may_read_ = true;
  if ((events & (EPOLLRDHUP | kGone)) != 0) has_hung_up_ = true;
  if ((events & (EPOLLOUT | kGone)) != 0 && unsent() > 0) OnWritable();
  OnReadable();
}

void Connection::OnReadyAgain() {
  is_to_return_ = false;
  OnReadable();
}

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
    case Io::kWantsWrite:
      return;
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
    // Of the end of what is read, or of more, the kernel tells.
    may_read_ = result.io == Io::kMoved &&
                (has_hung_up_ || result.size == buffer.size() || !transport_->ShortReadTakesAll());
    if (result.io != Io::kMoved) break;
    has_moved = true;
    if (stops_reading_) {
      if (!may_read_) break;
      continue;
    }
    input_.Take({buffer.data(), result.size});
    is_starved_ = false;
    Pump();
    input_.Keep();
    if (!IsServing()) return true;
    if (!may_read_) break;
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
    return Fill(number, Formatted(kOverloaded, std::move(parsed.request)));
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
  Fill(answers_.Open({.keep_alive = false}), Formatted(refusal, parser_.TakePart()));
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

// What comes next.

void Connection::Settle() {
  if (!IsServing()) return;
  input_.Keep();
  if (is_deferred_) return;
  if (unsent() == 0) {
    if (closes_after_output_) return Linger();
    if (has_ended_input_ && answers_.empty()) return Close();
  }
  if (has_ended_input_ && stream_ != nullptr) return Close();
  if (may_read_ && WantsInput()) ComeBack();
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
    if (result.io == Io::kWantsRead) return;
    discarded_ += result.size;
    if (result.io != Io::kMoved || discarded_ > kMaxDiscarded) return Close();
  }
  ComeBack();
}

void Connection::ComeBack() {
  if (!std::exchange(is_to_return_, true)) loop_.TellAgain(*this);
}

}  // namespace host::internal
