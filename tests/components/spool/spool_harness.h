/// \file
/// A spool over an engine that can be switched off.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "components/sqlite/harness.h"
#include "omni/components/spool.h"
#include "omni/testing/fakes.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace testing {

/// Whether it comes true within half a minute.
inline bool Eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

/// Thread safety: confined.
class SpoolTest : public ::testing::Test {
 protected:
  SpoolTest() {
    options_.path = directory_.File("spool.db");
    options_.min_backoff = absl::Milliseconds(1);
    options_.max_backoff = absl::Milliseconds(20);
  }

  void Open(SpoolMode mode) {
    spool_.reset();
    options_.mode = mode;
    auto spool = OpenSpool(engine_, options_);
    ASSERT_THAT(spool, IsOk());
    spool_ = *std::move(spool);
  }
  void SwitchOff(absl::StatusCode code = absl::StatusCode::kUnavailable) {
    engine_->SetDecision([code](const Envelope&) { return absl::Status(code, "switched off"); });
  }
  void SwitchOn() {
    engine_->SetDecision([](const Envelope&) { return absl::OkStatus(); });
  }
  absl::Status Put(const std::string& key, const std::string& group = "") {
    return Enqueue(*spool_, MakeEnvelope(key, group));
  }
  [[nodiscard]] bool Drained() const {
    return Eventually([&] { return spool_->stats().waiting == 0; });
  }
  /// The keys that the engine has, in the order it accepted them.
  [[nodiscard]] std::vector<std::string> Keys() const {
    std::vector<std::string> keys;
    for (const Envelope& envelope : engine_->accepted()) keys.push_back(envelope.dedupe_key);
    return keys;
  }

  TemporaryDirectory directory_;
  std::shared_ptr<RecordingSink> engine_ = std::make_shared<RecordingSink>();
  SpoolOptions options_;
  std::shared_ptr<Spool> spool_;
};

}  // namespace testing
}  // namespace omni::inline v0_1
