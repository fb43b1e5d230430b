#include "components/spool/wrapping.h"

#include <utility>

#include "omni/ports/queue_source.h"

namespace omni::inline v0_1 {
namespace internal {

std::string SpoolDeadQueue() { return std::string(kSpoolQueue).append(kDeadLetterSuffix); }

std::string SpoolGroup(const Envelope& envelope) {
  if (envelope.group.empty()) return {};
  // The length first: whatever either holds, two pairs never read alike.
  return std::to_string(envelope.queue.size())
      .append(":")
      .append(envelope.queue)
      .append(envelope.group);
}

Envelope Wrap(Envelope envelope) {
  std::string group = SpoolGroup(envelope);
  envelope.headers.emplace_back(std::move(envelope.queue), std::move(envelope.group));
  envelope.queue = kSpoolQueue;
  envelope.group = std::move(group);
  return envelope;
}

Envelope Unwrap(Envelope envelope) {
  if (envelope.headers.empty()) return envelope;
  envelope.queue = std::move(envelope.headers.back().first);
  envelope.group = std::move(envelope.headers.back().second);
  envelope.headers.pop_back();
  return envelope;
}

std::size_t BytesOf(const Envelope& envelope) {
  std::size_t bytes = envelope.group.size() + envelope.dedupe_key.size() +
                      envelope.event_id.size() + envelope.body.size();
  for (const auto& [name, value] : envelope.headers) bytes += name.size() + value.size();
  return bytes;
}

}  // namespace internal
}  // namespace omni::inline v0_1
