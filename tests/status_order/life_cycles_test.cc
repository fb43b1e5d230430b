/// \file
/// The life cycles that docs/statuses.md tells of, through the adapters: whatever way the webhooks
/// of a message come, they end in the state that stands there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "docs/markdown.h"
#include "omni/adapters/all.h"
#include "omni/codec.h"
#include "omni/testing/status_matchers.h"
#include "paths/source_path.h"
#include "status_order/carriers.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

/// A row of the page's table.
struct LifeCycle {
  std::string carrier = {};
  std::vector<std::string> words = {};
  std::string end = {};
};

/// What stands between backticks.
std::vector<std::string> Words(const std::string& cell) {
  std::vector<std::string> words;
  std::istringstream in(cell);
  std::string between;
  for (std::string word; std::getline(in, between, '`') && std::getline(in, word, '`');) {
    words.push_back(word);
  }
  return words;
}

std::vector<LifeCycle> LifeCyclesOf(std::string_view carrier) {
  std::vector<LifeCycle> cycles;
  std::istringstream page(docs::ReadFile(SourcePath("docs/statuses.md")));
  for (std::string line; std::getline(page, line);) {
    const std::vector<std::string> cells = docs::TableCells(line);
    if (cells.size() != 3 || cells[0] != carrier) continue;
    const std::vector<std::string> end = Words(cells[2]);
    EXPECT_EQ(end.size(), 1u) << line;
    cycles.push_back({cells[0], Words(cells[1]), end.empty() ? "" : end[0]});
  }
  return cycles;
}

const AdapterRegistry& Registry() {
  static const AdapterRegistry& registry = *[] {
    AdapterRegistry::Builder builder;
    RegisterAllAdapters(builder);
    return std::make_unique<AdapterRegistry>(std::move(builder).Build().value()).release();
  }();
  return registry;
}

/// Of the adapters that were built.
std::vector<StatusCarrier> Carriers() {
  std::vector<StatusCarrier> carriers;
  for (const StatusCarrier& carrier : StatusCarriers()) {
    if (Registry().Find(carrier.name).ok()) carriers.push_back(carrier);
  }
  return carriers;
}

class LifeCycles : public ::testing::TestWithParam<StatusCarrier> {
 protected:
  void SetUp() override {
    const StatusCarrier& carrier = GetParam();
    const std::vector<std::string> reserved = {"organizationId"};
    OMNI_ASSERT_OK_AND_ASSIGN(const JsonDocument options, JsonDocument::Parse(carrier.options));
    OMNI_ASSERT_OK_AND_ASSIGN(
        adapter_, (*Registry().Find(carrier.name))
                      ->Create({.options = options.root(), .path = {}, .reserved = reserved}));
    path_params_.Add("destination", "12125550187");
    path_params_.Add("transaction", "tx-1");
    path_params_.Add("identifier", "b3JnMTIzOnVzZXI0NTY6bGMtNzg5");
  }

  /// The event of a webhook that says so.
  Event Tell(const std::string& word) {
    const StatusWebhook webhook = GetParam().tell(word);
    const std::string url = "https://host.example" + webhook.request.target;
    const SignedRequest request(webhook.request, url, {.body = true, .url = true, .query = true});
    auto result = adapter_->Normalize({.request = request,
                                       .mount = webhook.mount,
                                       .path_params = path_params_,
                                       .max_events = 10});
    EXPECT_THAT(result, IsOk());
    if (!result.ok() || result->events.empty()) return {};
    Event event = *result->events.front().event;
    EXPECT_TRUE(event.status.has_value()) << word;
    if (!event.status) event.status.emplace();
    return event;
  }

  static StatusValue StateOf(const std::vector<Event>& events) {
    StatusValue state = StatusValue::kUnknown;
    for (const Event& event : events) state = Merge(state, event.status->value);
    return state;
  }

  /// Every order of these, of which some may be the same: by Merge, and by MayReplace.
  static void ExpectInEveryOrder(std::vector<StatusValue> values, StatusValue end) {
    std::sort(values.begin(), values.end());
    do {
      StatusValue merged = StatusValue::kUnknown;
      StatusValue replaced = StatusValue::kUnknown;
      for (const StatusValue value : values) {
        merged = Merge(merged, value);
        if (MayReplace(replaced, value)) replaced = value;
      }
      ASSERT_EQ(merged, end) << ::testing::PrintToString(values);
      ASSERT_EQ(replaced, end) << ::testing::PrintToString(values);
    } while (std::next_permutation(values.begin(), values.end()));
  }

  std::unique_ptr<const ChannelAdapter> adapter_;
  PathParams path_params_;
};

TEST_P(LifeCycles, AreTabulated) { EXPECT_FALSE(LifeCyclesOf(GetParam().name).empty()); }

TEST_P(LifeCycles, EndInTheirStateInWhateverOrderAndHoweverOftenTheyAreTold) {
  for (const LifeCycle& cycle : LifeCyclesOf(GetParam().name)) {
    SCOPED_TRACE(::testing::PrintToString(cycle.words));
    std::vector<Event> events;
    std::vector<StatusValue> values;
    for (const std::string& word : cycle.words) {
      events.push_back(Tell(word));
      values.push_back(events.back().status->value);
    }
    const StatusValue end = StateOf(events);
    EXPECT_EQ(ToWord(end), cycle.end);
    ExpectInEveryOrder(values, end);
    for (const StatusValue again : std::vector<StatusValue>(values)) {
      values.push_back(again);
      ExpectInEveryOrder(values, end);
      values.pop_back();
    }
  }
}

TEST_P(LifeCycles, AreToldInTheCarriersWords) {
  for (const LifeCycle& cycle : LifeCyclesOf(GetParam().name)) {
    for (const std::string& word : cycle.words) {
      const std::string told = Tell(word).status->carrier_value;
      EXPECT_EQ(word.substr(0, told.size()), told);
      EXPECT_NE(told, "");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, LifeCycles, ::testing::ValuesIn(Carriers()),
                         [](const ::testing::TestParamInfo<StatusCarrier>& carrier) {
                           return std::string(carrier.param.name);
                         });

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
