/// \file
/// Several observers where the gateway takes one.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "omni/ports/observer.h"

namespace host {

/// Tells each of its observers what it is told, in their order. None of them looks at single
/// events.
///
/// Thread safety: thread-safe, once all are added.
class Observers final : public omni::Observer {
 public:
  void Add(std::shared_ptr<omni::Observer> observer) { observers_.push_back(std::move(observer)); }

  void OnRequest(const omni::RequestReport& report) override {
    for (const auto& observer : observers_) observer->OnRequest(report);
  }
  void OnIgnored(const omni::IgnoredReport& report) override {
    for (const auto& observer : observers_) observer->OnIgnored(report);
  }
  void OnWarning(std::string_view reason, std::string_view message) override {
    for (const auto& observer : observers_) observer->OnWarning(reason, message);
  }
  [[nodiscard]] bool WantsEvents() const override { return false; }
  [[nodiscard]] bool WantsExplanations() const override {
    for (const auto& observer : observers_) {
      if (observer->WantsExplanations()) return true;
    }
    return false;
  }

 private:
  std::vector<std::shared_ptr<omni::Observer>> observers_;
};

}  // namespace host
