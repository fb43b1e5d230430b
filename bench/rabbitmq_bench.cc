// The sink against librabbitmq itself: the same bytes to the same broker, in turn, in the same run.
// The broker is started for it, on the loopback interface.
//
// OMNI_BENCH_EVENTS: how many in a round; 1,000 when it is not given, so that the smoke test is
// quick.
#include <amqp.h>
#include <amqp_tcp_socket.h>
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <semaphore>
#include <string>
#include <utility>
#include <vector>

#include "components/rabbitmq/broker.h"
#include "omni/components/rabbitmq.h"

namespace omni::inline v0_1 {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kWindow = 1000;  ///< unconfirmed at a time
constexpr std::size_t kBody = 512;

std::uint64_t EventsOfARound() {
  const char* events = std::getenv("OMNI_BENCH_EVENTS");
  return events == nullptr ? 1'000 : std::strtoull(events, nullptr, 10);
}

double Seconds(Clock::duration duration) { return std::chrono::duration<double>(duration).count(); }

/// A confirm loop as one would write it: a window of publishes, and the acks that make room.
///
/// Thread safety: confined.
class BareLoop {
 public:
  explicit BareLoop(int port) : connection_(amqp_new_connection()) {
    amqp_socket_t* const socket = amqp_tcp_socket_new(connection_);
    if (amqp_socket_open(socket, "127.0.0.1", port) != AMQP_STATUS_OK) std::abort();
    amqp_login(connection_, "/", 0, 131072, 30, AMQP_SASL_METHOD_PLAIN, "guest", "guest");
    amqp_channel_open(connection_, 1);
    amqp_confirm_select(connection_, 1);
    amqp_table_entry_t type = {};
    type.key = amqp_cstring_bytes("x-queue-type");
    type.value.kind = AMQP_FIELD_KIND_UTF8;
    type.value.value.bytes = amqp_cstring_bytes("quorum");
    amqp_queue_declare(connection_, 1, queue_, 0, 1, 0, 0, {.num_entries = 1, .entries = &type});
    if (amqp_get_rpc_reply(connection_).reply_type != AMQP_RESPONSE_NORMAL) std::abort();
  }
  ~BareLoop() { amqp_destroy_connection(connection_); }
  BareLoop(const BareLoop&) = delete;
  BareLoop& operator=(const BareLoop&) = delete;

  double Run(std::uint64_t count) {
    const auto begin = Clock::now();
    const std::string body(kBody, 'x');
    const std::uint64_t end = sent_ + count;
    while (sent_ < end) {
      if (sent_ - confirmed_ == kWindow) AwaitConfirm();
      Publish(body);
    }
    while (confirmed_ < sent_) AwaitConfirm();
    return Seconds(Clock::now() - begin);
  }

 private:
  void Publish(const std::string& body) {
    const std::string id = std::to_string(++sent_);
    amqp_basic_properties_t properties = {};
    properties._flags = AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG;
    properties.delivery_mode = 2;
    properties.message_id = amqp_cstring_bytes(id.c_str());
    if (amqp_basic_publish(connection_, 1, amqp_empty_bytes, queue_, 1, 0, &properties,
                           amqp_cstring_bytes(body.c_str())) != AMQP_STATUS_OK) {
      std::abort();
    }
  }
  void AwaitConfirm() {
    amqp_frame_t frame = {};
    if (amqp_simple_wait_frame(connection_, &frame) != AMQP_STATUS_OK) std::abort();
    if (frame.frame_type != AMQP_FRAME_METHOD || frame.payload.method.id != AMQP_BASIC_ACK_METHOD) {
      std::abort();
    }
    const auto* ack = static_cast<amqp_basic_ack_t*>(frame.payload.method.decoded);
    confirmed_ = ack->multiple != 0 ? ack->delivery_tag : confirmed_ + 1;
    amqp_maybe_release_buffers(connection_);
  }

  const amqp_connection_state_t connection_;
  const amqp_bytes_t queue_ = amqp_cstring_bytes("bare");
  std::uint64_t sent_ = 0;
  std::uint64_t confirmed_ = 0;
};

/// One thread that enqueues, with as many unanswered.
double RunSink(QueueSink& sink, std::uint64_t count) {
  const auto begin = Clock::now();
  std::counting_semaphore<> room(kWindow);
  for (std::uint64_t i = 0; i < count; ++i) {
    room.acquire();
    const std::string id = std::to_string(i);
    QueueSink::EnqueueParams params;
    params.envelopes.push_back({.queue = "acme:bench:inbound",
                                .group = "twilio:+15550001111:+1555" + id,
                                .dedupe_key = "acme/twilio/AC0123456789abcdef/SM" + id,
                                .event_id = "01890000-0000-7000-8000-" + id,
                                .body = std::string(kBody, 'x')});
    sink.Enqueue(std::move(params), [&room](const Settlement& settlement) {
      if (!settlement.outcomes.at(0).ok()) std::abort();
      room.release();
    });
  }
  for (std::size_t i = 0; i < kWindow; ++i) room.acquire();
  return Seconds(Clock::now() - begin);
}

void ConfirmedPublishes(benchmark::State& state) {
  const loopback::Broker& broker = loopback::Broker::Shared();
  BareLoop bare(broker.port());
  RabbitMqOptions options;
  options.url = broker.Url();
  options.max_unconfirmed = kWindow;
  options.outage_patience = absl::Minutes(1);
  options.confirm_timeout = absl::Minutes(5);
  const auto ports = OpenRabbitMq(std::move(options));
  if (!ports.ok()) std::abort();
  const std::uint64_t events = EventsOfARound();
  RunSink(*ports->sink, 1);  // connects and declares
  double bare_seconds = 0;
  double our_seconds = 0;
  std::uint64_t count = 0;
  for (auto _ : state) {
    bare_seconds += bare.Run(events);
    const double seconds = RunSink(*ports->sink, events);
    our_seconds += seconds;
    count += events;
    state.SetIterationTime(seconds);
  }
  state.counters["bare_per_second"] = static_cast<double>(count) / bare_seconds;
  state.counters["enqueued_per_second"] = static_cast<double>(count) / our_seconds;
  state.counters["ratio"] = bare_seconds / our_seconds;
}
BENCHMARK(ConfirmedPublishes)->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace omni::inline v0_1
