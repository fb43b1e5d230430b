/// \file
/// As fail_nth_test.cc, with a store for everything: each operation of each port fails at its Nth
/// call, for every N, also together with a sink that refuses each of its envelopes.
///
/// What is promised: when the carrier has repeated each webhook until it was answered 200, and the
/// host has swept until nothing is due, then every text has reached the queue exactly once, the
/// mapped account's environment has the request, and what no channel serves is in quarantine once.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "omni/testing/status_matchers.h"
#include "pipeline/dropping_ports.h"
#include "pipeline/harness.h"
#include "pipeline/parts.h"
#include "pipeline/switched_stores.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::Eq;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr int kMaxDeliveries = 6;
constexpr int kMaxSweep = 50;
constexpr int kEnvelopes = 4;
constexpr std::string_view kTarget = "https://staging.example/";

std::string Message(const std::string& id, const std::string& account) {
  return R"({"id":")" + id + R"(","text":")" + id + R"(","account":")" + account +
         R"(","conversation":"c"})";
}

/// Webhooks with messages, the parts of two of them, an account that is mapped and one that nobody
/// serves. Of the second message a part never comes.
std::vector<std::string> Webhooks() {
  const auto body = [](std::vector<std::string> events) {
    std::string list;
    for (const std::string& event : events) list.append(list.empty() ? "" : ",").append(event);
    return R"({"events":[)" + list + "]}";
  };
  const Part lost{.number = 1, .total = 2, .text = "x", .id = "x1", .reference = "7"};
  return {
      body({Message("m1", "AC1"), PartJson({.number = 1, .total = 3}), Message("mapped", "AC7")}),
      body({PartJson({.number = 3, .total = 3}), PartJson(lost), Message("nobodys", "AC9")}),
      body({PartJson({.number = 2, .total = 3}), Message("m2", "AC1")})};
}

/// A gateway with a switch before every port.
struct Trial {
  Trial() {
    harness.store = store;
    harness.fragments = fragments;
    harness.mappings = mappings;
    harness.conversations = conversations;
    harness.quarantine = quarantine;
    ChannelConfig& channel = harness.AddChannel({.forwards_accounts = true, .keeps_history = true});
    channel.accounts = {"AC1"};
    EXPECT_THAT(mappings->Change({.tenant = "default", .carrier = "echo"},
                                 {.account = "AC7", .target_url = std::string(kTarget)},
                                 harness.clock->Now()),
                IsOk());
  }

  void RefuseEnvelope(const Switch& fail) {
    harness.sink->SetDecision([fail](const Envelope& envelope) {
      return fail->Strike() ? Refuse(envelope) : absl::OkStatus();
    });
  }

  void Deliver(const std::string& webhook) {
    for (int delivery = 1; delivery <= kMaxDeliveries; ++delivery) {
      // Post expects exactly one answer.
      const HttpResponse response = harness.Post(webhook);
      if (response.status == 200) return;
      ASSERT_EQ(response.status, 503) << response.body;
      // A sweep may bring what the redelivery is to bring.
      if (sweep_meanwhile) static_cast<void>(harness.Sweep());
      // Long enough for the lease of a claim that nobody gave back, and too short for the parts.
      harness.clock->Advance(delivery % 2 == 1 ? absl::Seconds(5) : absl::Seconds(61));
    }
    FAIL() << "never answered 200";
  }

  /// Sweeps until nothing is due, long after everything has expired.
  void SweepAll() {
    int clean = 0;
    for (int sweep = 0; sweep < 20 && clean < 3; ++sweep) {
      harness.clock->Advance(absl::Minutes(10));
      const auto delivered = harness.Sweep();
      clean = delivered.ok() && *delivered == 0 ? clean + 1 : 0;
    }
    EXPECT_EQ(clean, 3) << "there is no end to it";
  }

  void DeliverAll() {
    ASSERT_THAT(harness.Open(), IsOk());
    for (const std::string& webhook : Webhooks()) Deliver(webhook);
    // Some carriers say everything twice.
    if (redeliver) {
      for (const std::string& webhook : Webhooks()) Deliver(webhook);
    }
    SweepAll();
  }

  void ExpectEverythingOnce() {
    EXPECT_THAT(Texts(harness), UnorderedElementsAre("m1", "m2", "123", "x (1/2)"));
    EXPECT_THAT(harness.http->sent(),
                AllOf(Not(IsEmpty()), Each(Field(&HttpRequest::url, Eq(kTarget)))));
    const auto capsules = quarantine->List({});
    ASSERT_THAT(capsules, IsOk());
    EXPECT_THAT(*capsules, SizeIs(1));
    const auto page = conversations->Read({.tenant = "default", .conversation = "c"});
    if (!history_fails) {
      ASSERT_THAT(page, IsOk());
      EXPECT_THAT(page->messages, SizeIs(2)) << "what is queued";
    }
  }

  Harness harness;
  std::shared_ptr<SwitchedIdempotencyStore> store =
      std::make_shared<SwitchedIdempotencyStore>(MakeMemoryIdempotencyStore({}));
  std::shared_ptr<SwitchedFragmentStore> fragments =
      std::make_shared<SwitchedFragmentStore>(MakeMemoryFragmentStore({}));
  std::shared_ptr<SwitchedMappingStore> mappings =
      std::make_shared<SwitchedMappingStore>(MakeMemoryMappingStore({}));
  std::shared_ptr<SwitchedConversationStore> conversations =
      std::make_shared<SwitchedConversationStore>(MakeMemoryConversationStore({}));
  std::shared_ptr<SwitchedQuarantineStore> quarantine =
      std::make_shared<SwitchedQuarantineStore>(MakeMemoryQuarantineStore({}));
  bool sweep_meanwhile = false;
  bool redeliver = true;
  bool history_fails = false;
};

struct Operation {
  const char* name;
  std::function<void(Trial&, const Switch&)> arrange;
};

const std::vector<Operation>& Operations() {
  static const auto& operations = *new std::vector<Operation>{
      {"Begin", [](Trial& run, const Switch& fail) { run.store->begin = fail; }},
      {"Put", [](Trial& run, const Switch& fail) { run.fragments->put = fail; }},
      {"PutAfter", [](Trial& run, const Switch& fail) { run.fragments->put_after = fail; }},
      {"Due", [](Trial& run, const Switch& fail) { run.fragments->due = fail; }},
      {"Remove", [](Trial& run, const Switch& fail) { run.fragments->remove = fail; }},
      {"Find", [](Trial& run, const Switch& fail) { run.mappings->find = fail; }},
      {"Append",
       [](Trial& run, const Switch& fail) {
         run.conversations->append = fail;
         run.history_fails = true;
       }},
      {"Quarantine", [](Trial& run, const Switch& fail) { run.quarantine->put = fail; }},
      {"Forward",
       [](Trial& run, const Switch& fail) {
         run.harness.http->SetAnswer([fail](const HttpRequest&) {
           return HttpResponse::Empty(fail->Strike() ? 502 : 200);
         });
       }},
      {"DroppedForward",
       [](Trial& run, const Switch& fail) {
         run.harness.other_http = std::make_shared<DroppingHttpClient>(fail, run.harness.http);
       }},
      {"DroppedEnvelopes", [](Trial& run, const Switch& fail) {
         run.harness.other_sink = std::make_shared<DroppingSink>(run.harness.sink, fail);
       }}};
  return operations;
}

void PrintTo(const Operation& operation, std::ostream* out) { *out << operation.name; }

class FailNthStoreTest : public ::testing::TestWithParam<Operation> {};

using Arrange = std::function<void(Trial&)>;

/// Runs for every N, until the operation is not called so often.
void SweepEachCall(const Operation& operation, const Arrange& arrange_more) {
  for (int nth = 1; nth <= kMaxSweep; ++nth) {
    SCOPED_TRACE(nth);
    Trial run;
    const auto fail = std::make_shared<FailNth>(nth);
    operation.arrange(run, fail);
    arrange_more(run);
    run.DeliverAll();
    run.ExpectEverythingOnce();
    if (!fail->struck() || ::testing::Test::HasFailure()) {
      EXPECT_GT(nth, 1) << "nothing was made to fail";
      return;
    }
  }
  FAIL() << "the sweep does not end";
}

void SweepOver(const Operation& operation, const Arrange& arrange_more) {
  for (const bool sweep_meanwhile : {false, true}) {
    SCOPED_TRACE(sweep_meanwhile ? "with sweeps in between" : "with sweeps at the end");
    SweepEachCall(operation, [&](Trial& run) {
      run.sweep_meanwhile = sweep_meanwhile;
      arrange_more(run);
    });
  }
}

TEST_P(FailNthStoreTest, LosesNothingAndTellsNothingTwice) {
  SweepOver(GetParam(), [](Trial&) {});
}

/// The same when the sink refuses each of its envelopes.
void SweepOverRefusals(const Operation& operation) {
  for (int envelope = 1; envelope <= kEnvelopes; ++envelope) {
    SCOPED_TRACE(envelope);
    SweepOver(operation,
              [envelope](Trial& run) { run.RefuseEnvelope(std::make_shared<FailNth>(envelope)); });
  }
}

TEST_P(FailNthStoreTest, NorWhereTheSinkRefusesAnEnvelopeToo) { SweepOverRefusals(GetParam()); }

INSTANTIATE_TEST_SUITE_P(All, FailNthStoreTest, ::testing::ValuesIn(Operations()),
                         [](const auto& of) { return std::string(of.param.name); });

// Without another failure nothing is abandoned.
TEST(FailNthStoresTest, AClaimThatIsNotAbandonedWaitsForItsLease) {
  SweepOverRefusals({.name = "Abandon",
                     .arrange = [](Trial& run, const Switch& fail) { run.store->abandon = fail; }});
}

// Where a claim is not completed *and* the webhook comes again all the same, what it stands for is
// told twice: see fail_nth_test.cc. A carrier that hears 200 does not come again.
TEST(FailNthStoresTest, AClaimThatIsNotCompletedCostsNothing) {
  SweepOver({.name = "Complete",
             .arrange = [](Trial& run, const Switch& fail) { run.store->complete = fail; }},
            [](Trial& run) { run.redeliver = false; });
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
