// Keeps what a gateway receives in a file, and works it off.
#include <cstdio>
#include <future>
#include <string>
#include <utility>
#include <vector>

#include "omni/components/sqlite.h"
#include "omni/gateway.h"

namespace {

absl::StatusOr<omni::SqliteStore> OpenStores(const std::string& path,
                                             omni::Gateway::Builder& builder) {
  omni::SqliteOptions options;
  options.path = path;
  auto store = omni::OpenSqlite(options);
  if (!store.ok()) return store.status();
  builder.SetSink(store->sink)
      .SetFragmentStore(store->fragments)
      .SetQuarantineStore(store->quarantine);
  return store;
}

bool WorkOff(const omni::Envelope& envelope) { return envelope.body == "{}"; }

// One turn of a worker: a thread of the host's calls it again and again.
absl::StatusOr<std::size_t> Work(omni::QueueSource& source, const std::string& queue) {
  auto deliveries = source.Lease({.queue = queue, .limit = 10, .wait = absl::Seconds(20)});
  if (!deliveries.ok()) return deliveries.status();
  std::vector<std::string> done;
  for (omni::Delivery& delivery : *deliveries) {
    if (WorkOff(delivery.envelope)) {
      done.push_back(std::move(delivery.receipt));
      continue;
    }
    const absl::Status status = source.Nack({.receipt = std::move(delivery.receipt),
                                             .delay = absl::Seconds(10) * delivery.attempt,
                                             .reason = "not understood"});
    if (!status.ok() && !absl::IsNotFound(status)) return status;
  }
  const absl::Status status = source.Ack({.receipts = done});
  if (!status.ok()) return status;
  return done.size();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 1;
  omni::Gateway::Builder builder;
  auto store = OpenStores(argv[1], builder);
  if (!store.ok()) {
    std::fputs(store.status().ToString().c_str(), stderr);
    return 2;
  }
  omni::Envelope envelope;
  envelope.queue = "acme:sms:inbound";
  envelope.body = "{}";
  std::promise<bool> accepted;
  store->sink->Enqueue({.envelopes = {envelope}}, [&accepted](const omni::Settlement& settlement) {
    accepted.set_value(settlement.outcomes.size() == 1 && settlement.outcomes[0].ok());
  });
  if (!accepted.get_future().get()) return 3;
  const auto done = Work(*store->source, "acme:sms:inbound");
  return done.ok() && *done > 0 ? 0 : 4;
}
