/// \file
/// What the floors of all carriers share: route, nonce and dedupe key, ids, the event's text.
#pragma once

#include <openssl/rand.h>
#include <simdjson.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "bench/floor/event_text.h"
#include "bench/floor/floor.h"
#include "bench/floor/mac.h"
#include "bench/floor/seen.h"
#include "workload/workload.h"

namespace omni::bench {

namespace od = simdjson::ondemand;

inline std::string_view Header(const WebhookRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.headers) {
    if (key == name) return value;
  }
  return {};
}

[[noreturn]] inline void Refuse() { throw std::invalid_argument("another kind of webhook"); }

/// Thread safety: confined.
class Base : public Floor {
 public:
  explicit Base(std::string path) : path_(std::move(path)) { routes_[path_] = 1; }

  /// A body that is not what the carrier sends is refused, wherever the parser meets it.
  std::string_view Handle(const WebhookRequest& request) final {
    try {
      return Begin(request) ? Take(request) : std::string_view();
    } catch (const std::exception&) {
      return {};
    }
  }

 protected:
  [[nodiscard]] virtual std::string_view Take(const WebhookRequest& request) = 0;
  /// Requests of a pool come round again, and are new again.
  bool IsNew(std::string_view key) { return seen_.Insert(Seen::Hash(key, ++serial_)); }
  void Emit(Text& text) {
    if (!events_.HasRoom(body_size_) || !IsNew(text.id)) return;
    if (random_left_ < 10) {
      RAND_bytes(random_.data(), static_cast<int>(random_.size()));
      random_left_ = random_.size();
    }
    std::array<std::uint8_t, 10> random;
    random_left_ -= random.size();
    std::memcpy(random.data(), random_.data() + random_left_, random.size());
    events_.Add(text, now_, random);
  }
  /// The parser reads beyond a text's end.
  simdjson::padded_string_view Padded(std::string_view text) {
    if (padded_.size() < text.size() + simdjson::SIMDJSON_PADDING) {
      padded_.resize(2 * text.size() + simdjson::SIMDJSON_PADDING);
    }
    std::memcpy(padded_.data(), text.data(), text.size());
    return simdjson::padded_string_view(padded_.data(), text.size(), padded_.size());
  }
  static std::int64_t Digits(std::string_view text) {
    std::int64_t value = 0;
    for (const char c : text) value = value * 10 + (c - '0');
    return value;
  }
  /// RFC 3339 in UTC, a fraction or none.
  static std::int64_t IsoMillis(std::string_view t) {
    const std::int64_t year = Digits(t.substr(0, 4));
    const std::int64_t month = Digits(t.substr(5, 2));
    const std::int64_t y = year - (month <= 2 ? 1 : 0);
    const std::int64_t of_era = y % 400;
    const std::int64_t of_year =
        (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + Digits(t.substr(8, 2)) - 1;
    const std::int64_t days =
        y / 400 * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719'468;
    const std::int64_t seconds = (days * 24 + Digits(t.substr(11, 2))) * 3600 +
                                 Digits(t.substr(14, 2)) * 60 + Digits(t.substr(17, 2));
    return seconds * 1000 + (t.size() > 23 && t[19] == '.' ? Digits(t.substr(20, 3)) : 0);
  }

  EventText events_;
  std::int64_t now_ = 0;
  od::parser parser_;

 private:
  /// Finds the endpoint, and begins a new request.
  bool Begin(const WebhookRequest& request) {
    events_.Clear();
    body_size_ = request.body.size();
    now_ = absl::ToUnixMillis(absl::Now());
    return routes_.find(std::string_view(request.target).substr(0, request.target.find('?'))) !=
           routes_.end();
  }

  const std::string path_;
  std::unordered_map<std::string_view, int> routes_;
  Seen seen_;
  std::uint64_t serial_ = 0;
  std::size_t body_size_ = 0;
  std::array<std::uint8_t, 1000> random_ = {};
  std::size_t random_left_ = 0;
  std::vector<char> padded_;
};

inline std::string_view String(od::value value) { return value.get_string().value(); }

[[nodiscard]] std::unique_ptr<Floor> MakeBandwidth();
[[nodiscard]] std::unique_ptr<Floor> MakeMessageBird();
[[nodiscard]] std::unique_ptr<Floor> MakeTwilio();
[[nodiscard]] std::unique_ptr<Floor> MakeWhatsApp();

}  // namespace omni::bench
