/// \file
/// What the floor knows of an event, and its JSON: written in one go, without a look back.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace omni::bench {

struct Text {
  std::string_view carrier = {}, channel = {}, account = {}, id = {}, text = {};
  std::string_view from = {}, from_name = {}, from_id = {}, to = {}, to_id = {};
  std::string_view plus = {};  ///< before both addresses
  std::int64_t occurred = 0;
  struct Entry {
    std::string_view key, value;
  };
  std::array<Entry, 12> metadata = {};
  std::size_t metadata_size = 0;

  void Add(std::string_view key, std::string_view value) {
    if (!value.empty() && metadata_size < metadata.size()) metadata[metadata_size++] = {key, value};
  }
};

/// Thread safety: confined.
class EventText {
 public:
  void Clear() { at_ = buffer_.data(); }
  [[nodiscard]] std::string_view text() const {
    return {buffer_.data(), static_cast<std::size_t>(at_ - buffer_.data())};
  }

  /// Whether an event of a body of that size fits. No text of the body is written more than four
  /// times, and each byte becomes six at most.
  [[nodiscard]] bool HasRoom(std::size_t body_size) const {
    return text().size() + 24 * body_size + 2048 < buffer_.size();
  }
  void Add(const Text& t, std::int64_t now, const std::array<std::uint8_t, 10>& random) {
    Raw(R"({"schema":"omni.event.v1","id":")");
    Uuid(now, random);
    Raw(R"(","kind":"message","carrier":")");
    Raw(t.carrier);
    Raw(R"(","channel":")");
    Escaped(t.channel);
    Raw(R"(","tenant":"default","account":")");
    Escaped(t.account);
    Raw(R"(","direction":"inbound","from":{"address":")");
    Raw(t.plus);
    Escaped(t.from);
    Optional(R"(","name":")", t.from_name);
    Optional(R"(","carrierId":")", t.from_id);
    Raw(R"("},"to":[{"address":")");
    Raw(t.plus);
    Escaped(t.to);
    Optional(R"(","carrierId":")", t.to_id);
    Raw(R"("}],"conversation":")");
    Raw(t.carrier);
    Raw(":");
    Raw(t.plus);
    Escaped(t.to);
    Raw(":");
    Raw(t.plus);
    Escaped(t.from);
    Raw(R"(","carrierMessageId":")");
    Escaped(t.id);
    Raw(R"(","occurredAt":")");
    Time(t.occurred);
    Raw(R"(","receivedAt":")");
    Time(now);
    Raw(R"(","dedupeKey":")");
    Raw(t.carrier);
    Raw(":default:message:");
    Escaped(t.id);
    Raw(R"(","message":{"type":"text","text":")");
    Escaped(t.text);
    Raw(R"("},"metadata":{)");
    for (std::size_t i = 0; i < t.metadata_size; ++i) {
      Raw(i == 0 ? "\"" : ",\"");
      Raw(t.metadata[i].key);
      Raw("\":\"");
      Escaped(t.metadata[i].value);
      Raw("\"");
    }
    Raw("}}\n");
  }

 private:
  void Raw(std::string_view text) {
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  void Optional(std::string_view before, std::string_view text) {
    if (text.empty()) return;
    Raw(before);
    Escaped(text);
  }
  /// Eight bytes at a time; what is to be escaped is rare.
  void Escaped(std::string_view text) {
    const char* p = text.data();
    std::size_t left = text.size();
    for (; left >= 8; left -= 8, p += 8, at_ += 8) {
      std::uint64_t word;
      std::memcpy(&word, p, 8);
      std::memcpy(at_, &word, 8);
      const auto less = [](std::uint64_t w, std::uint64_t n) {
        return (w - n * 0x0101010101010101) & ~w;
      };
      const std::uint64_t special = less(word, 0x20) | less(word ^ (0x0101010101010101 * '"'), 1) |
                                    less(word ^ (0x0101010101010101 * '\\'), 1);
      if ((special & 0x8080808080808080) != 0) break;
    }
    for (; left > 0; --left, ++p) EscapedByte(*p);
  }
  void EscapedByte(char c) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && c != '"' && c != '\\') {
      *at_++ = c;
      return;
    }
    *at_++ = '\\';
    constexpr std::string_view kNamed = "\"\"\\\\\bb\ff\nn\rr\tt";
    for (std::size_t i = 0; i < kNamed.size(); i += 2) {
      if (kNamed[i] == c) {
        *at_++ = kNamed[i + 1];
        return;
      }
    }
    Raw("u00");
    *at_++ = "0123456789abcdef"[byte >> 4];
    *at_++ = "0123456789abcdef"[byte & 15];
  }
  void Uuid(std::int64_t now, const std::array<std::uint8_t, 10>& random) {
    std::array<std::uint8_t, 16> bytes;
    for (int i = 0; i < 6; ++i) {
      bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(now >> (8 * (5 - i)));
    }
    std::memcpy(bytes.data() + 6, random.data(), random.size());
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0F) | 0x70);
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3F) | 0x80);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (i == 4 || i == 6 || i == 8 || i == 10) *at_++ = '-';
      *at_++ = "0123456789abcdef"[bytes[i] >> 4];
      *at_++ = "0123456789abcdef"[bytes[i] & 15];
    }
  }
  void Two(std::int64_t value) {
    *at_++ = static_cast<char>('0' + value / 10);
    *at_++ = static_cast<char>('0' + value % 10);
  }
  void Time(std::int64_t millis) {
    const std::int64_t days = millis / 86'400'000 + 719'468;  // since 0000-03-01
    const std::int64_t of_day = millis % 86'400'000;
    const std::int64_t of_era = days % 146'097;
    const std::int64_t year = (of_era - of_era / 1460 + of_era / 36'524 - of_era / 146'096) / 365;
    const std::int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    const std::int64_t m = (5 * of_year + 2) / 153;
    const std::int64_t month = m < 10 ? m + 3 : m - 9;
    const std::int64_t full = days / 146'097 * 400 + year + (month <= 2 ? 1 : 0);
    Two(full / 100);
    Two(full % 100);
    *at_++ = '-';
    Two(month);
    *at_++ = '-';
    Two(of_year - (153 * m + 2) / 5 + 1);
    *at_++ = 'T';
    Two(of_day / 3'600'000);
    *at_++ = ':';
    Two(of_day / 60'000 % 60);
    *at_++ = ':';
    Two(of_day / 1000 % 60);
    *at_++ = '.';
    *at_++ = static_cast<char>('0' + of_day / 100 % 10);
    Two(of_day % 100);
    *at_++ = 'Z';
  }

  std::vector<char> buffer_ = std::vector<char>(1 << 20);
  char* at_ = buffer_.data();
};

}  // namespace omni::bench
