/// \file
/// Fragment stores against the model: every order of a message's parts, and random traffic.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "contracts/fragment_model.h"
#include "contracts/fragment_store_contract.h"

namespace omni::inline v0_1 {
namespace testing {

/// A store and the model, driven alike.
///
/// Thread safety: confined.
class ModelledFragmentStore {
 public:
  explicit ModelledFragmentStore(std::shared_ptr<FragmentStore> store,
                                 const FragmentModel::Limits& limits = {})
      : store_(std::move(store)), model_(limits) {}

  /// What both gave; a failure when they differ.
  FragmentGroups Put(const FragmentStore::PutParams& params) {
    return Compare(model_.Put(params), store_->Put(params));
  }
  FragmentGroups Due(absl::Time now) {
    return Compare(model_.Due(now), store_->Due({.now = now, .limit = 1'000'000}));
  }
  /// A group that Put or Due gave.
  void Remove(const FragmentGroup& group) {
    EXPECT_THAT(store_->Remove(group.id), IsOk());
    model_.Remove(model_ids_.at(group.id));
  }

 private:
  FragmentGroups Compare(const FragmentGroups& expected, absl::StatusOr<FragmentGroups> result) {
    if (!result.ok()) {
      ADD_FAILURE() << result.status();
      return {};
    }
    FragmentGroups actual = *std::move(result);
    if (!std::equal(actual.begin(), actual.end(), expected.begin(), expected.end(), AreAlike)) {
      ADD_FAILURE() << "expected " << ::testing::PrintToString(Describe(expected)) << ", got "
                    << ::testing::PrintToString(Describe(actual));
    }
    for (std::size_t i = 0; i < std::min(actual.size(), expected.size()); ++i) {
      const auto known = model_ids_.emplace(actual[i].id, expected[i].id).first;
      EXPECT_EQ(known->second, expected[i].id) << "not the group that was handed out before";
    }
    return actual;
  }

  static bool AreAlike(const FragmentGroup& a, const FragmentGroup& b) {
    const auto same_part = [](const FragmentPart& x, const FragmentPart& y) {
      return x.number == y.number && x.id == y.id && x.content == y.content;
    };
    return a.state == b.state &&
           std::equal(a.parts.begin(), a.parts.end(), b.parts.begin(), b.parts.end(), same_part);
  }

  std::shared_ptr<FragmentStore> store_;
  FragmentModel model_;
  std::map<std::uint64_t, std::uint64_t> model_ids_;
};

/// How one run through an order of parts goes.
struct FragmentRun {
  int total = 0;
  std::vector<int> numbers = {};  ///< in the order of arrival; one twice, and it is a duplicate
  bool same_id = false;           ///< of a duplicate
  bool remove_at_once = false;
};

class FragmentModelContract : public ::testing::TestWithParam<FragmentStoreFactory> {
 protected:
  static constexpr absl::Duration kPatience = absl::Minutes(5);

  /// The parts in that order; then nothing until the group expires; then those that were missing.
  void Run(const FragmentRun& run) {
    ModelledFragmentStore store(GetParam()());
    absl::Time now = absl::UnixEpoch();
    std::vector<int> seen(static_cast<std::size_t>(run.total) + 1);
    int complete = 0;
    const auto put = [&](int number, const std::string& id) {
      const std::string content = "text " + std::to_string(number);
      for (const FragmentGroup& group : store.Put({.key = "k",
                                        .tenant = "t",
                                        .total = run.total,
                                        .part = {.number = number, .id = id, .content = content},
                                        .now = now,
                                        .patience = kPatience})) {
        complete += group.state == FragmentGroup::State::kComplete ? 1 : 0;
        if (run.remove_at_once) store.Remove(group);
      }
    };
    for (const int number : run.numbers) {
      now += absl::Seconds(1);
      const bool twice = seen[static_cast<std::size_t>(number)]++ > 0;
      put(number, std::to_string(number) + (twice && !run.same_id ? " again" : ""));
    }
    const bool all_came = std::count(seen.begin() + 1, seen.end(), 0) == 0;
    EXPECT_EQ(complete > 0, all_came);
    now += kPatience;
    for (const FragmentGroup& group : store.Due(now)) store.Remove(group);
    for (int number = 1; number <= run.total; ++number) {
      if (seen[static_cast<std::size_t>(number)] == 0) put(number, std::to_string(number));
    }
    store.Due(now + kPatience);
  }

  /// Every order of those numbers.
  void RunEveryOrder(FragmentRun run) {
    std::sort(run.numbers.begin(), run.numbers.end());
    do {
      Run(run);
      if (HasFailure()) {
        ADD_FAILURE() << "in the order " << ::testing::PrintToString(run.numbers) << " of "
                      << run.total << (run.same_id ? ", same id" : ", other id")
                      << (run.remove_at_once ? ", removed at once" : "");
        return;
      }
      run.same_id = !run.same_id;
      if (run.same_id) run.remove_at_once = !run.remove_at_once;
    } while (std::next_permutation(run.numbers.begin(), run.numbers.end()));
  }
};

TEST_P(FragmentModelContract, HoldsForEveryOrderOfUpToFourPartsEachLostOrTwice) {
  for (int total = 2; total <= 4; ++total) {
    int rest =
        0;  // of a number to the base of 3, each digit of which counts how often a part comes
    for (int code = 0; rest == 0; ++code) {
      FragmentRun run{.total = total};
      rest = code;
      for (int number = 1; number <= total; ++number, rest /= 3) {
        run.numbers.insert(run.numbers.end(), static_cast<std::size_t>(rest % 3), number);
      }
      RunEveryOrder(run);
      ASSERT_FALSE(HasFailure());
    }
  }
}

TEST_P(FragmentModelContract, HoldsForEveryOrderOfFiveAndSixPartsSomeLostAndOneTwice) {
  for (int total = 5; total <= 6; ++total) {
    for (int code = 1; code < 1 << total; ++code) {
      FragmentRun run{.total = total};
      for (int number = 1; number <= total; ++number) {
        if ((code >> (number - 1) & 1) != 0) run.numbers.push_back(number);
      }
      RunEveryOrder(run);
      for (const int twice : std::vector<int>(run.numbers)) {
        FragmentRun with_duplicate = run;
        with_duplicate.numbers.push_back(twice);
        RunEveryOrder(with_duplicate);
      }
      ASSERT_FALSE(HasFailure());
    }
  }
}

/// Random traffic of few senders with few references, so that everything that can meet does.
///
/// Thread safety: confined.
class FragmentTraffic {
 public:
  explicit FragmentTraffic(std::uint32_t seed) : engine_(seed) {}

  FragmentStore::PutParams NextPart(absl::Time now) {
    if (!sent_.empty() && Pick(5) == 0) {  // a redelivery
      FragmentStore::PutParams params = sent_[Pick(sent_.size())];
      params.now = now;
      return params;
    }
    const std::size_t total = 2 + Pick(3);
    const std::string tenant = "tenant " + std::to_string(Pick(2));
    sent_.push_back({.key = tenant + "/" + std::to_string(Pick(3)) + "/" + std::to_string(total),
                     .tenant = tenant,
                     .total = static_cast<std::int64_t>(total),
                     .part = {.number = static_cast<std::int64_t>(1 + Pick(total)),
                              .id = "id " + std::to_string(sent_.size()),
                              .content = "text " + std::to_string(Pick(3))},
                     .now = now,
                     .patience = absl::Seconds(20 + Pick(20)),
                     .memory = absl::Seconds(60)});
    return sent_.back();
  }
  absl::Duration NextPause() { return absl::Seconds(Pick(10) == 0 ? Pick(90) : Pick(3)); }
  std::size_t Pick(std::size_t count) { return engine_() % count; }

 private:
  std::mt19937 engine_;
  std::vector<FragmentStore::PutParams> sent_;
};

/// `prompt`: everything is removed as soon as it is handed out.
inline void RunTraffic(ModelledFragmentStore& store, std::uint32_t seed, int steps, bool prompt) {
  FragmentTraffic traffic(seed);
  absl::Time now = absl::UnixEpoch();
  FragmentGroups handed_out;
  for (int step = 0; step < steps && !::testing::Test::HasFailure(); ++step) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", step " + std::to_string(step));
    now += traffic.NextPause();
    if (traffic.Pick(8) == 0) {
      handed_out = store.Due(now);
    } else {
      for (FragmentGroup& group : store.Put(traffic.NextPart(now))) {
        handed_out.push_back(std::move(group));
      }
    }
    while (!handed_out.empty() && (prompt || traffic.Pick(3) != 0)) {
      store.Remove(handed_out.back());
      std::erase_if(handed_out, [id = handed_out.back().id](const FragmentGroup& group) {
        return group.id == id;
      });
    }
  }
}

TEST_P(FragmentModelContract, HoldsForRandomTraffic) {
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    ModelledFragmentStore store(GetParam()());
    RunTraffic(store, seed, 400, seed % 4 == 0);
    ASSERT_FALSE(HasFailure());
  }
}

}  // namespace testing
}  // namespace omni::inline v0_1
