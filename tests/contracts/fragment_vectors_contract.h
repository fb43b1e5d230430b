/// \file
/// Fragment stores against scenarios in a file: parts with their times, and what has to come of
/// them when. There an incomplete group is one text; here it is the group, joined.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "contracts/fragment_store_contract.h"
#include "omni/json.h"
#include "paths/source_path.h"

namespace omni::inline v0_1 {
namespace testing {

/// What came of parts, as both sides of the comparison say it.
struct FragmentEmit {
  std::int64_t millis = 0;
  std::string text = {};
  bool complete = false;
  std::vector<std::string> ids = {};
  friend bool operator==(const FragmentEmit&, const FragmentEmit&) = default;
};

inline void PrintTo(const FragmentEmit& emit, std::ostream* out) {
  *out << "at " << emit.millis << " \"" << emit.text << "\" "
       << (emit.complete ? "complete" : "incomplete") << " of "
       << ::testing::PrintToString(emit.ids);
}

class FragmentVectorsContract : public ::testing::TestWithParam<FragmentStoreFactory> {
 protected:
  void SetUp() override {
    std::ifstream file(SourcePath("tests/contracts/testdata/fragment_vectors.json"));
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    OMNI_ASSERT_OK_AND_ASSIGN(vectors_, JsonDocument::Parse(text));
    patience_ = Millis(vectors_.root()["ttl_ms"]);
    memory_ = Millis(vectors_.root()["late_window_ms"]);
  }

  static absl::Duration Millis(JsonValue value) {
    return absl::Milliseconds(value.AsInt64().value());
  }

  std::vector<FragmentEmit> Play(JsonValue scenario, bool remove_at_once) {
    store_ = GetParam()();
    remove_at_once_ = remove_at_once;
    timer_ = absl::ZeroDuration();
    emits_.clear();
    emitted_.clear();
    std::set<std::string> ids;
    for (const JsonValue step : scenario["steps"].elements()) {
      Sweep(Millis(step["t"]));
      // The same message is the same event: it is turned away before it comes to the store.
      if (ids.insert(std::string(step["id"].text())).second || !remove_at_once) Take(step);
    }
    Sweep(Millis(vectors_.root()["end_ms"]));
    return emits_;
  }

  static std::vector<FragmentEmit> Expected(JsonValue scenario) {
    std::vector<FragmentEmit> emits;
    for (const JsonValue emit : scenario["emits"].elements()) {
      emits.push_back({.millis = emit["t"].AsInt64().value(),
                       .text = std::string(emit["text"].text()),
                       .complete = emit["complete"].AsBool().value()});
      for (const JsonValue id : emit["ids"].elements()) emits.back().ids.emplace_back(id.text());
    }
    return emits;
  }

  JsonDocument vectors_ = *JsonDocument::Parse("null");

 private:
  /// A timer that goes off where something may expire.
  void Sweep(absl::Duration until) {
    for (; timer_ <= until; timer_ += absl::Seconds(100)) {
      Emit(*store_->Due({.now = absl::UnixEpoch() + timer_}), timer_);
    }
  }

  void Take(JsonValue step) {
    const absl::Duration at = Millis(step["t"]);
    std::string key;
    for (const char* member : {"from", "to", "bits", "ref", "total"}) {
      key.append(step[member].scalar()).append(1, '/');
    }
    const FragmentPart part{.number = step["number"].AsInt64().value(),
                            .id = std::string(step["id"].text()),
                            .content = std::string(step["text"].text())};
    const auto groups = store_->Put({.key = key,
                                     .tenant = "acme",
                                     .total = step["total"].AsInt64().value(),
                                     .part = part,
                                     .now = absl::UnixEpoch() + at,
                                     .patience = patience_,
                                     .memory = memory_});
    if (absl::IsInvalidArgument(groups.status())) {  // no part: a message of its own
      emits_.push_back({absl::ToInt64Milliseconds(at), part.content, true, {part.id}});
      return;
    }
    ASSERT_THAT(groups, IsOk());
    Emit(*groups, at);
  }

  void Emit(const FragmentGroups& groups, absl::Duration at) {
    for (const FragmentGroup& group : groups) {
      if (remove_at_once_) {
        ASSERT_THAT(store_->Remove(group.id), IsOk());
      }
      if (!emitted_.insert(group.id).second) continue;
      FragmentEmit emit{.millis = absl::ToInt64Milliseconds(at),
                        .complete = group.state == FragmentGroup::State::kComplete};
      for (const FragmentPart& part : group.parts) {
        emit.text += part.content;
        emit.ids.push_back(part.id);
      }
      emits_.push_back(emit);
    }
  }

  absl::Duration patience_;
  absl::Duration memory_;
  absl::Duration timer_;
  std::shared_ptr<FragmentStore> store_;
  bool remove_at_once_ = false;
  std::vector<FragmentEmit> emits_;
  std::set<std::uint64_t> emitted_;
};

TEST_P(FragmentVectorsContract, DoesWhatEveryScenarioSays) {
  const JsonValue scenarios = vectors_.root()["scenarios"];
  ASSERT_EQ(scenarios.size(), 14u);
  for (const JsonValue scenario : scenarios.elements()) {
    for (const bool remove_at_once : {false, true}) {
      EXPECT_EQ(Play(scenario, remove_at_once), Expected(scenario)) << scenario["name"].text();
    }
  }
}

}  // namespace testing
}  // namespace omni::inline v0_1
