#include "omni/key_ring.h"

namespace omni::inline v0_1 {

Key::Key(std::string id, Secret secret) : id_(std::move(id)), secret_(std::move(secret)) {}

Key::~Key() {
  const Memo* memo = memos_.load(std::memory_order_acquire);
  while (memo != nullptr) delete std::exchange(memo, memo->next);
}

const Key::Memo* Key::AddMemo(std::unique_ptr<Memo> memo) const {
  memo->next = memos_.load(std::memory_order_acquire);
  while (true) {
    // Whoever came first stays: its value may already be in use.
    if (const Memo* winner = FindMemo(memo->tag)) return winner;
    if (memos_.compare_exchange_weak(memo->next, memo.get(), std::memory_order_acq_rel,
                                     std::memory_order_acquire)) {
      return memo.release();
    }
  }
}

KeyRing KeyRing::Of(std::string_view name, std::initializer_list<std::string_view> secrets) {
  Keys keys;
  for (std::string_view secret : secrets) {
    std::string id = std::string(name) + "[" + std::to_string(keys.size()) + "]";
    keys.push_back(std::make_shared<const Key>(std::move(id), Secret(secret)));
  }
  return KeyRing(std::move(keys));
}

void KeySet::Set(std::string name, KeyRing ring) {
  for (auto& [known, value] : rings_) {
    if (known == name) {
      value = std::move(ring);
      return;
    }
  }
  rings_.emplace_back(std::move(name), std::move(ring));
}

const KeyRing& KeySet::Ring(std::string_view name) const {
  static const KeyRing& none = *new KeyRing();
  for (const auto& [known, ring] : rings_) {
    if (known == name) return ring;
  }
  return none;
}

bool KeySet::empty() const {
  for (const auto& [name, ring] : rings_) {
    if (!ring.empty()) return false;
  }
  return true;
}

}  // namespace omni::inline v0_1
