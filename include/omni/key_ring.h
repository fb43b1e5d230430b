/// \file
/// Key rings: several secrets for one purpose at once, newest first, so that keys rotate without a
/// gap. Whatever a scheme derives from a key (an HMAC's keyed state) is computed once per key.
#pragma once

#include <atomic>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
    if (const void* found = FindMemo(&kTag)) return *static_cast<const T*>(found);
    return *static_cast<const T*>(AddMemo(&kTag, new T(secret_.Reveal()),
                                          [](void* value) { delete static_cast<T*>(value); }));
  }

 private:
  struct Memo;
  using Deleter = void (*)(void*);

  const void* FindMemo(const void* tag) const;
  // Takes ownership of `value`; returns the value that won if two threads raced.
  const void* AddMemo(const void* tag, void* value, Deleter deleter) const;

  std::string id_;
  Secret secret_;
  mutable std::atomic<Memo*> memos_{nullptr};
};

/// The keys of one purpose, newest first. Copies share the keys.
///
/// Thread safety: immutable.
class OMNI_EXPORT KeyRing {
 public:
  using Keys = std::vector<std::shared_ptr<const Key>>;

  KeyRing() = default;
  explicit KeyRing(Keys keys) : keys_(std::make_shared<const Keys>(std::move(keys))) {}
  /// Keys `name[0]`, `name[1]`, ... from secrets, newest first.
  [[nodiscard]] static KeyRing Of(std::string_view name,
                                  std::initializer_list<std::string_view> secrets);

  [[nodiscard]] bool empty() const { return keys_ == nullptr || keys_->empty(); }
  [[nodiscard]] std::size_t size() const { return keys_ == nullptr ? 0 : keys_->size(); }
  /// Lifetime: as long as any copy of the ring.
  [[nodiscard]] const Keys& keys() const;

 private:
  std::shared_ptr<const Keys> keys_;
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

 private:
  std::vector<std::pair<std::string, KeyRing>> rings_;
};

}  // namespace omni::inline v0_1
