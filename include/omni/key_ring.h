/// \file
/// Key rings: several secrets for one purpose at once, newest first, so that keys rotate without a
/// gap. Whatever a scheme derives from a key (an HMAC's keyed state) is computed once per key.
#pragma once

#include <atomic>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "omni/export.h"
#include "omni/secret.h"

namespace omni::inline v0_1 {

/// A secret with a name that may be told (`authToken[0]`) and a memo of what was derived from it.
///
/// Thread safety: thread-safe.
class OMNI_EXPORT Key {
 public:
  Key(std::string id, Secret secret);
  ~Key();
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const Secret& secret() const { return secret_; }

  /// The `T` that is derived from this key's secret: built by `T(std::string_view secret)` at the
  /// first call, kept for the key's life. Lifetime: the key's.
  template <class T>
  [[nodiscard]] const T& Prepared() const {
    static constexpr char kTag = 0;
    const Memo* memo = FindMemo(&kTag);
    if (memo == nullptr) memo = AddMemo(std::make_unique<MemoOf<T>>(&kTag, secret_.Reveal()));
    return static_cast<const MemoOf<T>*>(memo)->value;
  }

 private:
  /// An entry of a list that only grows, so that readers need no lock.
  struct Memo {
    explicit Memo(const void* of) : tag(of) {}
    virtual ~Memo() = default;

    const void* tag;
    Memo* next = nullptr;
  };
  /// With its value, so that both are found at once.
  template <class T>
  struct MemoOf final : Memo {
    MemoOf(const void* of, std::string_view secret) : Memo(of), value(secret) {}
    T value;
  };

  const Memo* FindMemo(const void* tag) const {
    const Memo* memo = memos_.load(std::memory_order_acquire);
    while (memo != nullptr && memo->tag != tag) memo = memo->next;
    return memo;
  }
  /// The memo that won if two threads raced.
  const Memo* AddMemo(std::unique_ptr<Memo> memo) const;

  mutable std::atomic<Memo*> memos_{nullptr};
  std::string id_;
  Secret secret_;
};

/// The keys of one purpose, newest first. Copies share the keys.
///
/// Thread safety: immutable.
class OMNI_EXPORT KeyRing {
 public:
  /// As a rule there is one, and then it stands here.
  using Keys = absl::InlinedVector<std::shared_ptr<const Key>, 1>;

  KeyRing() = default;
  explicit KeyRing(Keys keys) : keys_(std::move(keys)) {}
  /// Keys `name[0]`, `name[1]`, ... from secrets, newest first.
  [[nodiscard]] static KeyRing Of(std::string_view name,
                                  std::initializer_list<std::string_view> secrets);

  [[nodiscard]] bool empty() const { return keys_.empty(); }
  [[nodiscard]] std::size_t size() const { return keys_.size(); }
  /// Lifetime: the ring's; that of each key as long as any copy of the ring.
  [[nodiscard]] const Keys& keys() const { return keys_; }

 private:
  Keys keys_;
};

/// The rings of one channel by purpose: `authToken`, `verifyToken`.
///
/// Thread safety: thread-compatible.
class OMNI_EXPORT KeySet {
 public:
  void Set(std::string name, KeyRing ring);
  /// The ring of that name; an empty one when there is none. Lifetime: until the set changes.
  [[nodiscard]] const KeyRing& Ring(std::string_view name) const;
  /// Whether any ring holds a key.
  [[nodiscard]] bool empty() const;
  /// Fetches the newest key of the first ring, so that it is at hand when it is asked for.
  void Prefetch() const {
    if (rings_.empty() || rings_.front().second.empty()) return;
    __builtin_prefetch(rings_.front().second.keys().front().get());
  }

 private:
  absl::InlinedVector<std::pair<std::string, KeyRing>, 2> rings_;
};

}  // namespace omni::inline v0_1
