// What leaves a connection.
#include <algorithm>
#include <utility>
#include <vector>

#include "connection.h"
#include "response_writer.h"

namespace host::internal {
namespace {

using Self = boost::intrusive_ptr<Connection>;

// More than this is not kept for the next answers.
constexpr std::size_t kMaxKeptOutput = 1 << 20;

}  // namespace

void Connection::Complete(std::uint32_t number, std::uint32_t held_bytes, ServerResponse response) {
  tally_->admission.Leave();
  tally_->admission.Release(held_bytes);
  if (Loop::IsCurrent(&loop_)) {
    if (!IsServing()) return;
    if (is_dispatching_) return Fill(number, std::move(response));
    if (loop_.defers()) {
      Fill(number, std::move(response));
      return Defer();
    }
  }
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
  answer->response =
      response.response.status == 0 ? Formatted(kOverloaded, {}) : std::move(response);
  ready_bytes_ += answer->response.response.body.size();
}

ServerResponse Connection::Formatted(const Refusal& refusal, omni::WebhookRequest request) const {
  ServerResponse made;
  request.peer = peer_;
  made.response =
      loop_.service().format_error(request, refusal.status, refusal.code, refusal.message);
  if (refusal.status == kOverloaded.status) made.response.headers.Set("Retry-After", "1");
  return made;
}

bool Connection::StaysOpenAfter(Manner manner) {
  if (!manner.keep_alive) return false;
  const bool is_last =
      answers_.size() == 1 && input_.empty() && parser_.state() == RequestParser::State::kHead;
  return !(is_last && loop_.is_draining());
}

void Connection::Defer() {
  if (!std::exchange(is_deferred_, true)) loop_.Defer(*this);
}

void Connection::WriteDeferred() {
  is_deferred_ = false;
  Pump();
  Settle();
}

void Connection::WriteAnswers() {
  if (!IsServing()) return;
  if (loop_.defers()) {
    const bool is_ready = stream_ == nullptr && !answers_.empty() && answers_.front().is_ready;
    if (is_ready || (owes_continue_ && answers_.empty())) Defer();
    if (unsent() == 0 || is_deferred_) return;
  }
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
  Flush(loop_.output());
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
    } else if (sent_ > output_.size() / 2) {
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

}  // namespace host::internal
