/// \file
/// Completion<T>: a callback that is called exactly once, whatever happens.
#pragma once

#include <type_traits>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace omni::inline v0_1 {

/// What a completion delivers when it is destroyed uncalled. Specialize it for a result type of
/// your own.
template <class T>
struct CompletionTraits;

template <>
struct CompletionTraits<absl::Status> {
  static absl::Status Cancelled() { return absl::CancelledError("completion dropped"); }
};

template <class T>
struct CompletionTraits<absl::StatusOr<T>> {
  static absl::StatusOr<T> Cancelled() { return absl::CancelledError("completion dropped"); }
};

/// Owns a callback. Whoever receives a Completion calls it once; if it is destroyed or overwritten
/// without having been called, it calls itself with CompletionTraits<T>::Cancelled(), so nobody
/// waits for ever on a dropped one.
///
/// The callback may run inline, before the function that took the completion returns, or later on
/// any thread. It must not throw.
///
/// Thread safety: confined; hand it over to call it elsewhere.
template <class T>
class [[nodiscard]] Completion {
 public:
  Completion() = default;
  /// Implicit, so that a lambda may stand where a completion is asked for.
  template <class F>
  requires(std::is_invocable_v<F, T> && !std::is_same_v<std::decay_t<F>, Completion>)
      Completion(F&& callback)  // NOLINT(google-explicit-constructor)
      : callback_(std::forward<F>(callback)) {}

  Completion(Completion&& other) noexcept : callback_(std::exchange(other.callback_, nullptr)) {}
  Completion& operator=(Completion&& other) noexcept {
    if (this != &other) {
      Drop();
      callback_ = std::exchange(other.callback_, nullptr);
    }
    return *this;
  }
  Completion(const Completion&) = delete;
  Completion& operator=(const Completion&) = delete;
  ~Completion() { Drop(); }

  /// Delivers the result. Does nothing on a completion that is empty or was already called.
  void operator()(T result) && {
    if (callback_ == nullptr) return;
    auto callback = std::exchange(callback_, nullptr);
    std::move(callback)(std::move(result));
  }

  /// Whether there is a callback that has not been called.
  [[nodiscard]] explicit operator bool() const { return callback_ != nullptr; }

 private:
  void Drop() {
    if (callback_ != nullptr) std::move (*this)(CompletionTraits<T>::Cancelled());
  }

  absl::AnyInvocable<void(T) &&> callback_;
};

}  // namespace omni::inline v0_1
