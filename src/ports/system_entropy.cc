#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

#include "base/lanes.h"
#include "omni/ports/entropy.h"

namespace omni::inline v0_1 {
namespace {

using internal::LaneOfThread;

void FillFromSystem(std::span<std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const std::size_t count = std::min<std::size_t>(bytes.size(), INT_MAX);
    // A machine without randomness must not go on with ids that repeat.
    if (RAND_bytes(bytes.data(), static_cast<int>(count)) != 1) std::abort();
    bytes = bytes.subspan(count);
  }
}

/// Random bytes that were asked for ahead. All of it zero, it is empty and free.
///
/// Thread safety: thread-safe.
class alignas(internal::kLaneAlignment) Stock {
 public:
  static constexpr std::size_t kLargest = 64;

  /// False when another thread is at it.
  bool TryFill(std::span<std::uint8_t> bytes) {
    if (busy_.exchange(1, std::memory_order_acquire) != 0) return false;
    if (left_ < bytes.size()) {
      FillFromSystem(bytes_);
      left_ = static_cast<std::uint32_t>(bytes_.size());
    }
    left_ -= static_cast<std::uint32_t>(bytes.size());
    std::uint8_t* const from = bytes_.data() + left_;
    std::copy_n(from, bytes.size(), bytes.begin());
    // What was given away is nobody else's to find here.
    OPENSSL_cleanse(from, bytes.size());
    busy_.store(0, std::memory_order_release);
    return true;
  }

 private:
  std::atomic<std::uint32_t> busy_ = 0;
  std::uint32_t left_ = 0;
  std::array<std::uint8_t, 504> bytes_ = {};
};

/// Keeps bytes in stock, because OpenSSL's generator costs more for each call than for each byte.
/// The stock is a page that a fork wipes, so that no two processes give the same bytes; where the
/// system has no such pages, there is none.
///
/// Thread safety: thread-safe.
class SystemEntropy final : public Entropy {
 public:
  SystemEntropy() {
    void* const page =
        mmap(nullptr, sizeof(Stocks), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) return;
    if (madvise(page, sizeof(Stocks), MADV_WIPEONFORK) != 0) {
      munmap(page, sizeof(Stocks));
      return;
    }
    stocks_ = new (page) Stocks();
  }
  ~SystemEntropy() override {
    if (stocks_ == nullptr) return;
    OPENSSL_cleanse(stocks_, sizeof(Stocks));
    munmap(stocks_, sizeof(Stocks));
  }
  SystemEntropy(const SystemEntropy&) = delete;
  SystemEntropy& operator=(const SystemEntropy&) = delete;

  void Fill(std::span<std::uint8_t> bytes) override {
    if (stocks_ != nullptr && bytes.size() <= Stock::kLargest) {
      const std::size_t own = LaneOfThread();
      for (std::size_t i = 0; i < stocks_->size(); ++i) {
        if ((*stocks_)[(own + i) % stocks_->size()].TryFill(bytes)) return;
      }
    }
    FillFromSystem(bytes);
  }

 private:
  using Stocks = std::array<Stock, 8>;
  Stocks* stocks_ = nullptr;
};

}  // namespace

std::shared_ptr<Entropy> MakeSystemEntropy() { return std::make_shared<SystemEntropy>(); }

}  // namespace omni::inline v0_1
