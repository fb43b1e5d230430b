// Bytes that came and were not used yet.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace host::internal {

/// Looks at a chunk where it was read to, and copies only what is left of it. So a request that
/// came in one piece is never copied, and an idle connection holds no memory.
///
/// Thread safety: confined.
class InputBuffer {
 public:
  /// `chunk` stays where it is until Keep.
  void Take(std::string_view chunk) {
    Keep();  // what was consumed meanwhile must not come again
    if (kept_.empty()) {
      view_ = chunk;
    } else {
      kept_.append(chunk);
      view_ = kept_;
    }
  }

  [[nodiscard]] std::string_view view() const { return view_; }
  [[nodiscard]] bool empty() const { return view_.empty(); }
  [[nodiscard]] std::size_t size() const { return view_.size(); }
  void Consume(std::size_t size) { view_.remove_prefix(size); }

  /// Copies what was not consumed: the chunk's memory will be used for something else.
  void Keep() {
    if (view_.empty()) {
      if (!kept_.empty()) std::string().swap(kept_);
    } else if (kept_.empty()) {
      kept_.assign(view_);
    } else {
      kept_.erase(0, kept_.size() - view_.size());
    }
    view_ = kept_;
  }

  void Clear() {
    view_ = {};
    std::string().swap(kept_);
  }

 private:
  std::string kept_;
  std::string_view view_;
};

}  // namespace host::internal
