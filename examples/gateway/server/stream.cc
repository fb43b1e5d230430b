#include "stream.h"

#include <utility>

#include "connection.h"

namespace host::internal {

StreamFeeder::StreamFeeder(std::shared_ptr<Mailbox> mailbox,
                           boost::intrusive_ptr<Connection> connection,
                           std::shared_ptr<StreamGauge> gauge)
    : mailbox_(std::move(mailbox)), connection_(std::move(connection)), gauge_(std::move(gauge)) {}

StreamFeeder::~StreamFeeder() { StreamFeeder::Close(); }

bool StreamFeeder::Write(std::string chunk) {
  if (gauge_->is_closed()) return false;
  if (chunk.empty()) return true;
  if (!gauge_->TryAdd(chunk.size())) {
    if (gauge_->Close()) {
      mailbox_->Post([connection = connection_, gauge = gauge_] { connection->CutStream(*gauge); });
    }
    return false;
  }
  return mailbox_->Post([connection = connection_, gauge = gauge_, chunk = std::move(chunk)] {
    connection->WriteChunk(*gauge, chunk);
  });
}

void StreamFeeder::Close() {
  if (!gauge_->Close()) return;
  mailbox_->Post([connection = connection_, gauge = gauge_] { connection->EndStream(*gauge); });
}

}  // namespace host::internal
