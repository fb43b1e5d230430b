// The answers that a connection owes, in the order of its requests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "http_server.h"

namespace host::internal {

/// How a request wants to be answered.
struct Manner {
  bool keep_alive = true;
  bool is_http_1_0 = false;
  bool is_head = false;
};

struct Answer {
  Manner manner = {};
  bool is_ready = false;
  ServerResponse response = {};
};

/// Thread safety: confined.
class AnswerQueue {
 public:
  /// The number by which Find knows the answer.
  std::uint32_t Open(Manner manner) {
    answers_.push_back({.manner = manner});
    return first_number_ + static_cast<std::uint32_t>(size() - 1);
  }

  /// Null when it is not owed any more.
  [[nodiscard]] Answer* Find(std::uint32_t number) {
    const std::uint32_t offset = number - first_number_;
    return offset < size() ? &answers_[first_ + offset] : nullptr;
  }

  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] std::size_t size() const { return answers_.size() - first_; }
  [[nodiscard]] Answer& front() { return answers_[first_]; }
  [[nodiscard]] Answer& back() { return answers_.back(); }

  void Pop() {
    answers_[first_].response = {};
    ++first_;
    ++first_number_;
    if (first_ == answers_.size()) {
      answers_.clear();
      first_ = 0;
    } else if (first_ >= kSlack) {
      answers_.erase(answers_.begin(), answers_.begin() + static_cast<std::ptrdiff_t>(first_));
      first_ = 0;
    }
  }

  /// All that are owed; they are no longer.
  std::vector<Answer> TakeAll() {
    first_number_ += static_cast<std::uint32_t>(size());
    first_ = 0;
    return std::exchange(answers_, {});
  }

 private:
  static constexpr std::size_t kSlack = 64;

  std::vector<Answer> answers_;  ///< those before first_ are gone
  std::size_t first_ = 0;
  std::uint32_t first_number_ = 0;
};

}  // namespace host::internal
