#include "components/rabbitmq/redrive.h"

#include <cstdint>
#include <future>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "components/rabbitmq/message.h"

namespace omni::inline v0_1 {
namespace internal::amqp {
namespace {

constexpr amqp_channel_t kFetching = 3;

struct Fetched {
  std::uint64_t tag = 0;
  Message message = {};
};
using FetchResult = absl::StatusOr<std::vector<Fetched>>;

/// Runs on the consumer's thread.
FetchResult Fetch(Link& link, const RabbitMqTopology& topology, const std::string& dead,
                  std::size_t limit) {
  OMNI_RETURN_IF_ERROR(link.OpenChannel(kFetching));
  Declarations declarations(topology);
  OMNI_RETURN_IF_ERROR(declarations.Ensure(link, kFetching, dead));
  const std::string name = TargetOf(topology, dead).queue;
  std::vector<Fetched> all;
  while (all.size() < limit) {
    const amqp_rpc_reply_t reply = amqp_basic_get(link.state(), kFetching, ToAmqp(name), 0);
    OMNI_RETURN_IF_ERROR(link.CheckReply(reply, kFetching, "get from " + name));
    if (reply.reply.id != AMQP_BASIC_GET_OK_METHOD) break;  // there is no more
    const std::uint64_t tag = static_cast<amqp_basic_get_ok_t*>(reply.reply.decoded)->delivery_tag;
    amqp_message_t message = {};
    const amqp_rpc_reply_t read = amqp_read_message(link.state(), kFetching, &message, 0);
    OMNI_RETURN_IF_ERROR(link.CheckReply(read, kFetching, "read from " + name));
    all.push_back(
        {.tag = tag,
         .message = ReadMessage(message.properties, std::string(FromAmqp(message.body)))});
    amqp_destroy_message(&message);
  }
  return all;
}

/// Acknowledges what was moved; the broker takes the rest back.
void Release(Link& link, const std::vector<std::uint64_t>& moved) {
  for (const std::uint64_t tag : moved) amqp_basic_ack(link.state(), kFetching, tag, 0);
  amqp_channel_close(link.state(), kFetching, AMQP_REPLY_SUCCESS);
}

absl::Status Move(ForwardingSink& sink, const std::string& queue, Envelope envelope,
                  absl::Time enqueued_at) {
  envelope.queue = queue;
  std::promise<absl::Status> promise;
  sink.Forward(std::move(envelope), enqueued_at, "", [&promise](Settlement settlement) {
    promise.set_value(settlement.outcomes.empty() ? absl::CancelledError("the sink was closed")
                                                  : std::move(settlement.outcomes[0]));
  });
  return promise.get_future().get();
}

/// Those that this source has fetched already, and not lent.
absl::Status MoveHeld(Consumer& consumer, ForwardingSink& sink, const std::string& queue,
                      const std::string& dead, absl::Time now, std::size_t limit,
                      std::size_t& moved) {
  Lending& lending = consumer.lending();
  if (!lending.Knows(dead)) return absl::OkStatus();
  OMNI_ASSIGN_OR_RETURN(const QueueNumber number, lending.NumberOf(dead));
  absl::Status status;
  for (Delivery& delivery : lending.TakeWaiting(number, limit)) {
    if (status.ok()) {
      status = Move(sink, queue, std::move(delivery.envelope), now);
    }
    if (status.ok()) {
      lending.Ack(delivery.receipt);
      ++moved;
    } else {
      std::optional<DeadLetter> none;
      lending.Nack({.receipt = delivery.receipt}, none).IgnoreError();
    }
  }
  consumer.Notify();
  return status;
}

}  // namespace

absl::StatusOr<std::size_t> Redrive(const std::shared_ptr<Consumer>& consumer, ForwardingSink& sink,
                                    const Settings& settings, const std::string& queue,
                                    std::size_t limit) {
  const std::string dead = queue + std::string(kDeadLetterSuffix);
  const absl::Time now = settings.options.clock->Now();
  std::size_t moved = 0;
  OMNI_RETURN_IF_ERROR(MoveHeld(*consumer, sink, queue, dead, now, limit, moved));
  if (moved == limit) return moved;

  std::uint64_t connection = 0;
  auto fetched = std::make_shared<std::promise<FetchResult>>();
  consumer->Do([&connection, &settings, fetched, dead, left = limit - moved](Link* link,
                                                                             std::uint64_t number) {
    connection = number;
    fetched->set_value(link == nullptr
                           ? absl::UnavailableError("there is no connection to the broker")
                           : Fetch(*link, settings.options.topology, dead, left));
  });
  OMNI_ASSIGN_OR_RETURN(std::vector<Fetched> letters, fetched->get_future().get());
  absl::Status status;
  std::vector<std::uint64_t> tags;
  for (Fetched& letter : letters) {
    status = Move(sink, queue, std::move(letter.message.envelope), now);
    if (!status.ok()) break;
    tags.push_back(letter.tag);
  }
  moved += tags.size();
  auto released = std::make_shared<std::promise<void>>();
  consumer->Do([released, tags, connection](Link* link, std::uint64_t number) {
    // Another connection knows nothing of these tags, and the broker has taken all back.
    if (link != nullptr && number == connection) Release(*link, tags);
    released->set_value();
  });
  released->get_future().wait();
  if (!status.ok() && moved == 0) return status;
  return moved;
}

}  // namespace internal::amqp
}  // namespace omni::inline v0_1
