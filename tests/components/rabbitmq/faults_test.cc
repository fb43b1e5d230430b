/// \file
/// What goes wrong: no route, no room, alarms, a connection that is cut, a broker that is killed.
#include <sys/resource.h>

#include <atomic>
#include <fstream>
#include <memory>
#include <thread>

#include "components/rabbitmq/harness.h"
#include "loopback/proxy.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using ::testing::_;
using ::testing::AnyOf;
using ::testing::HasSubstr;

auto IsUnavailable(const std::string& why) {
  return StatusIs(absl::StatusCode::kUnavailable, HasSubstr(why));
}

TEST(RabbitMqTest, RefusesOptionsThatCannotBe) {
  const auto refuses = [](auto change) {
    RabbitMqOptions options;
    change(options);
    EXPECT_THAT(OpenRabbitMq(std::move(options)), StatusIs(absl::StatusCode::kInvalidArgument, _));
  };
  refuses([](RabbitMqOptions& options) { options.url = "http://user:geheim@host"; });
  refuses([](RabbitMqOptions& options) { options.prefetch = 0; });
  refuses([](RabbitMqOptions& options) { options.max_unconfirmed = 0; });
  refuses([](RabbitMqOptions& options) { options.heartbeat = absl::ZeroDuration(); });
  refuses([](RabbitMqOptions& options) { options.tls.ca_file = "/nowhere"; });
  refuses([](RabbitMqOptions& options) { options.topology.max_attempts = 0; });
}

TEST(RabbitMqTest, TellsWhatIsRoutedNowhere) {
  RabbitMqOptions options = Options();
  options.topology.mode = RabbitMqTopology::Mode::kPassive;
  const RabbitMq ports = Open(std::move(options));
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(Enqueue(*ports.sink, MakeEnvelope("acme:nowhere:inbound", "a")),
                IsUnavailable("no queue"));
  }
}

TEST(RabbitMqTest, TellsWhatAFullQueueRefuses) {
  RabbitMqOptions options = Options();
  options.topology.type = RabbitMqTopology::QueueType::kClassic;
  options.topology.max_length = 3;
  const RabbitMq ports = Open(std::move(options));
  int accepted = 0;
  for (int i = 0; i < 10; ++i) {
    const absl::Status status =
        Enqueue(*ports.sink, MakeEnvelope("acme:full:inbound", std::to_string(i)));
    if (status.ok()) ++accepted;
    EXPECT_THAT(status, AnyOf(IsOk(), IsUnavailable("refused")));
  }
  EXPECT_EQ(accepted, 3);
}

TEST(RabbitMqTest, GoesThroughAnExchangeAndARoute) {
  RabbitMqOptions options = Options();
  options.topology.queue_name = "x.{tenant}.{kind}";
  options.topology.exchange = "omni.events";
  options.topology.exchange_type = "topic";
  options.topology.routing_key = "{tenant}.{channel}.{kind}";
  options.topology.routes = {{.queue = "acme:other:inbound", .name = "elsewhere"}};
  const RabbitMq ports = Open(std::move(options));
  for (const std::string queue : {"acme:sms:inbound", "acme:other:inbound"}) {
    ASSERT_THAT(Enqueue(*ports.sink, MakeEnvelope(queue, queue)), IsOk());
    Drained drained;
    Drain(*ports.source, queue, {queue}, drained);
    EXPECT_EQ(drained.repeated.size(), 0u);
  }
}

TEST(RabbitMqTest, RefusesMoreThanMayWait) {
  RabbitMqOptions options = Options();
  options.max_pending_envelopes = 2;
  options.max_pending_bytes = 2000;
  const RabbitMq ports = Open(std::move(options));
  std::promise<Settlement> promise;
  ports.sink->Enqueue({.envelopes = Envelopes(3, MakeEnvelope("acme:many:inbound", "a"))},
                      [&](Settlement settlement) { promise.set_value(std::move(settlement)); });
  EXPECT_THAT(promise.get_future().get().outcomes,
              ::testing::Each(IsUnavailable("too much waits")));
  Envelope large = MakeEnvelope("acme:many:inbound", "large");
  large.body.assign(3000, 'x');
  EXPECT_THAT(Enqueue(*ports.sink, large), IsUnavailable("too much waits"));
}

TEST(RabbitMqTest, SaysSoWhenThereIsNoBroker) {
  RabbitMqOptions options = Options(1);
  options.outage_patience = absl::Milliseconds(100);
  const RabbitMq ports = Open(std::move(options));
  EXPECT_THAT(Enqueue(*ports.sink, MakeEnvelope("acme:sms:inbound", "a")),
              IsUnavailable("no connection"));
  EXPECT_THAT(Enqueue(*ports.sink, MakeEnvelope("acme:sms:inbound", "a")),
              IsUnavailable("no connection"));
  EXPECT_THAT(ports.source->Lease({.queue = "acme:sms:inbound", .wait = absl::Milliseconds(200)}),
              IsUnavailable("no connection"));
  EXPECT_THAT(ports.source->Redrive({.queue = "acme:sms:inbound"}), IsUnavailable("no connection"));
}

void ExpectSilenceAndRecovery(const std::vector<std::string>& alarm,
                              const std::vector<std::string>& calm) {
  const loopback::Broker& broker = loopback::Broker::Shared();
  RabbitMqOptions options = Options();
  options.outage_patience = absl::Milliseconds(300);
  options.confirm_timeout = absl::Seconds(3);
  const RabbitMq ports = Open(std::move(options));
  const Envelope envelope = MakeEnvelope("acme:alarm:inbound", "a");
  absl::Status status = absl::InternalError("not tried");
  for (const absl::Time end = absl::Now() + kPatience; !status.ok() && absl::Now() < end;) {
    status = Enqueue(*ports.sink, envelope);  // until it is connected
  }
  ASSERT_THAT(status, IsOk());
  ASSERT_TRUE(broker.Control(alarm));
  // An answer comes, whatever the broker says; the alarm may take a moment to be everywhere.
  for (const absl::Time end = absl::Now() + kPatience; status.ok() && absl::Now() < end;) {
    status = Enqueue(*ports.sink, envelope);
  }
  EXPECT_THAT(status, AnyOf(StatusIs(absl::StatusCode::kDeadlineExceeded, _), IsUnavailable("")));
  for (const absl::Time end = absl::Now() + kPatience;
       !absl::IsUnavailable(status) && absl::Now() < end;) {
    status = Enqueue(*ports.sink, envelope);
  }
  EXPECT_THAT(status, IsUnavailable("alarm"));
  ASSERT_TRUE(broker.Control(calm));
  for (const absl::Time end = absl::Now() + kPatience; !status.ok() && absl::Now() < end;) {
    status = Enqueue(*ports.sink, envelope);
  }
  EXPECT_THAT(status, IsOk());
}

TEST(RabbitMqTest, AnswersDuringAMemoryAlarmAndRecovers) {
  ExpectSilenceAndRecovery({"set_vm_memory_high_watermark", "0"},
                           {"set_vm_memory_high_watermark", "absolute", "1GB"});
}

TEST(RabbitMqTest, AnswersDuringADiskAlarmAndRecovers) {
  ExpectSilenceAndRecovery({"set_disk_free_limit", "900000GB"}, {"set_disk_free_limit", "16MB"});
}

/// Until it is so, or a test's patience is over.
template <class Condition>
void Await(Condition is_so) {
  for (const absl::Time end = absl::Now() + kPatience; !is_so() && absl::Now() < end;) {
    absl::SleepFor(absl::Milliseconds(2));  // between two looks
  }
  EXPECT_TRUE(is_so());
}

TEST(RabbitMqTest, KeepsOrderAndLosesNothingWhenTheConnectionIsCutAmidConfirms) {
  loopback::Proxy proxy(loopback::Broker::Shared().port());
  const std::string queue = "acme:cut:inbound";
  constexpr int kRounds = 4;
  std::set<std::string> accepted;
  int sent = 0;
  {
    const RabbitMq ports = Open(Options(proxy.port()));
    std::mutex mutex;
    std::atomic<int> settled = 0;
    const auto enqueue = [&](int count) {
      for (; count > 0; --count, ++sent) {
        const std::string group = std::to_string(sent % 5);
        const std::string key = group + "/" + std::to_string(sent);
        ports.sink->Enqueue({.envelopes = {MakeEnvelope(queue, key, group)}},
                            [&, key](const Settlement& settlement) {
                              if (settlement.outcomes.at(0).ok()) {
                                const std::lock_guard lock(mutex);
                                accepted.insert(key);
                              }
                              ++settled;
                            });
      }
    };
    for (int round = 0; round < kRounds; ++round) {
      enqueue(50);
      Await([&] { return settled == sent; });
      const int held = proxy.held_answers();
      proxy.HoldAnswers(true);
      enqueue(100);
      Await([&] { return proxy.held_answers() > held; });  // the broker has some of them
      proxy.Cut();
      proxy.HoldAnswers(false);
    }
    Await([&] { return settled == sent; });
    EXPECT_EQ(accepted.size(), static_cast<std::size_t>(sent)) << "sent again in time";
  }
  const RabbitMq ports = Open(Options());
  Drained drained;
  Drain(*ports.source, queue, accepted, drained);
  ExpectOrder(drained.keys);
  EXPECT_GT(drained.repeated.size(), 0u) << "those whose confirms were lost";
  std::printf("%zu accepted, 0 lost, %zu there more than once\n", accepted.size(),
              drained.repeated.size());
}

TEST(RabbitMqTest, KeepsLoansOverALostConnection) {
  loopback::Proxy proxy(loopback::Broker::Shared().port());
  const RabbitMq ports = Open(Options(proxy.port()));
  const std::string queue = "acme:loans:inbound";
  for (const char* key : {"a/1", "a/2", "b/1"}) {
    ASSERT_THAT(Enqueue(*ports.sink, MakeEnvelope(queue, key, std::string(1, *key))), IsOk());
  }
  std::vector<Delivery> lent;
  while (lent.size() < 2) {
    auto deliveries =
        ports.source->Lease({.queue = queue, .limit = 2 - lent.size(), .wait = kPatience});
    ASSERT_THAT(deliveries, IsOk());
    for (Delivery& delivery : *deliveries) lent.push_back(std::move(delivery));
  }
  ASSERT_EQ(lent[0].envelope.dedupe_key, "a/1");
  proxy.Cut();
  const std::vector<std::string> receipts = {lent[0].receipt};
  EXPECT_THAT(ports.source->Ack({.receipts = receipts}), IsOk()) << "the broker hears of it later";
  EXPECT_THAT(ports.source->Extend({.receipt = lent[1].receipt}), IsOk());
  absl::StatusOr<std::vector<Delivery>> next = std::vector<Delivery>{};
  for (const absl::Time end = absl::Now() + kPatience;
       (!next.ok() || next->empty()) && absl::Now() < end;) {
    next = ports.source->Lease({.queue = queue, .limit = 10, .wait = absl::Seconds(1)});
  }
  ASSERT_THAT(next, IsOk());
  ASSERT_EQ(next->size(), 1u) << "b/1 is lent, a/1 done";
  EXPECT_EQ(next->front().envelope.dedupe_key, "a/2");
  EXPECT_EQ(next->front().attempt, 1);
}

/// Producers that do as carriers: again until it is accepted.
TEST(RabbitMqTest, LosesNothingWhenTheBrokerIsKilledUnderLoad) {
  loopback::Broker& broker = loopback::Broker::Shared();
  const std::string queue = "acme:killed:inbound";
  constexpr int kProducers = 4;
  constexpr int kEvents = 150;
  std::set<std::string> accepted;
  std::atomic<int> count = 0;
  {
    RabbitMqOptions options = Options();
    options.outage_patience = absl::Milliseconds(500);
    options.confirm_timeout = absl::Seconds(5);
    const RabbitMq ports = Open(std::move(options));
    ASSERT_THAT(Enqueue(*ports.sink, MakeEnvelope(queue, "before/0", "before")), IsOk());
    broker.AwaitOnDisk(queue);
    std::mutex mutex;
    std::vector<std::thread> producers;
    for (int producer = 0; producer < kProducers; ++producer) {
      producers.emplace_back([&, producer] {
        const std::string group = std::to_string(producer);
        for (int i = 0; i < kEvents; ++i) {
          const std::string key = group + "/" + std::to_string(i);
          const absl::Time end = absl::Now() + 2 * kPatience;
          while (!Enqueue(*ports.sink, MakeEnvelope(queue, key, group)).ok()) {
            ASSERT_LT(absl::Now(), end);
            absl::SleepFor(absl::Milliseconds(20));  // as a carrier waits, but not as long
          }
          ++count;
          const std::lock_guard lock(mutex);
          accepted.insert(key);
        }
      });
    }
    Await([&] { return count >= kProducers * kEvents / 3; });
    broker.Kill();
    broker.Start();
    for (std::thread& producer : producers) producer.join();
  }
  const RabbitMq ports = Open(Options());
  Drained drained;
  Drain(*ports.source, queue, accepted, drained);
  EXPECT_EQ(accepted.size(), static_cast<std::size_t>(kProducers * kEvents));
  ExpectOrder(drained.keys);
  std::printf("%zu accepted, 0 lost, %zu there more than once\n", accepted.size(),
              drained.repeated.size());
}

absl::Status EnqueueOverTls(const std::string& host, RabbitMqTls tls) {
  const loopback::Broker& broker = loopback::Broker::Shared();
  RabbitMqOptions options = Options();
  options.url = "amqps://guest:wrong@" + host + ":" + std::to_string(broker.tls_port());
  options.password_provider = [] { return Secret("guest"); };
  options.tls = std::move(tls);
  options.outage_patience = absl::Seconds(5);
  const RabbitMq ports = Open(std::move(options));
  return Enqueue(*ports.sink, MakeEnvelope("acme:tls:inbound", "a"));
}

TEST(RabbitMqTest, TrustsWhomItIsToldToTrust) {
  const loopback::Broker& broker = loopback::Broker::Shared();
  EXPECT_THAT(EnqueueOverTls("localhost", {.ca_file = broker.ca_file()}), IsOk());
  EXPECT_THAT(EnqueueOverTls("127.0.0.1", {.ca_file = broker.ca_file(), .verify_host = false}),
              IsOk());
}

TEST(RabbitMqTest, TrustsNobodyElse) {
  const loopback::Broker& broker = loopback::Broker::Shared();
  EXPECT_THAT(EnqueueOverTls("127.0.0.1", {.ca_file = broker.ca_file()}), IsUnavailable("connect"));
  EXPECT_THAT(EnqueueOverTls("localhost", {}), IsUnavailable("connect"));
}

/// The broker takes no certificate that its owner has signed: so it was shown.
TEST(RabbitMqTest, ShowsItsCertificate) {
  const loopback::Broker& broker = loopback::Broker::Shared();
  EXPECT_THAT(EnqueueOverTls("localhost", {.ca_file = broker.ca_file(),
                                           .certificate_file = broker.ca_file(),
                                           .key_file = broker.key_file()}),
              IsUnavailable("log in"));
}

double ProcessorSeconds() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

TEST(RabbitMqTest, CostsNothingWhileNothingHappens) {
  const RabbitMq ports = Open(Options());
  const std::string queue = "acme:idle:inbound";
  ASSERT_THAT(Enqueue(*ports.sink, MakeEnvelope(queue, "a")), IsOk());
  Drained drained;
  Drain(*ports.source, queue, {"a"}, drained);
  const double before = ProcessorSeconds();
  EXPECT_THAT(ports.source->Lease({.queue = queue, .wait = absl::Seconds(2)}), IsOk());
  EXPECT_LT(ProcessorSeconds() - before, 0.02);
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
