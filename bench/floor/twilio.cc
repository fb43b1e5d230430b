#include <openssl/evp.h>

#include <bit>
#include <cstdint>
#include <cstring>

#include "bench/floor/base.h"

namespace omni::bench {
namespace {

class Twilio final : public Base {
 public:
  Twilio()
      : Base(workload::TwilioPath()),
        url_(std::string(workload::kPublicUrl) + workload::TwilioPath()),
        key_(workload::TwilioToken(0)) {}

  [[nodiscard]] std::string_view Take(const WebhookRequest& request) override {
    if (!Decode(request.body) || !Verify(request)) return {};
    Text text = {.carrier = "twilio", .channel = "sms", .occurred = now_};
    struct Kept {
      std::string_view name, key;
    };
    static constexpr Kept kKept[] = {{"ApiVersion", "apiVersion"},
                                     {"FromCity", "fromCity"},
                                     {"FromCountry", "fromCountry"},
                                     {"FromState", "fromState"},
                                     {"FromZip", "fromZip"},
                                     {"MessagingServiceSid", "messagingServiceSid"},
                                     {"NumSegments", "numSegments"},
                                     {"ToCity", "toCity"},
                                     {"ToCountry", "toCountry"},
                                     {"ToState", "toState"},
                                     {"ToZip", "toZip"}};
    const Kept* kept = kKept;
    for (std::size_t i = 0; i < count_; ++i) {
      const auto& [name, value] = fields_[order_[i]];
      while (kept != std::end(kKept) && kept->name < name) ++kept;
      if (kept != std::end(kKept) && kept->name == name)
        text.Add(kept->key, value);
      else if (name == "AccountSid")
        text.account = value;
      else if (name == "Body")
        text.text = value;
      else if (name == "From")
        text.from = value;
      else if (name == "MessageSid")
        text.id = value;
      else if (name == "To")
        text.to = value;
      else if (name == "NumMedia" && value != "0")
        return {};
    }
    Emit(text);
    return events_.text();
  }

 private:
  static int Nibble(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
  }

  /// Copies what stands for itself, eight bytes at a time, up to something that does not.
  static void CopyPlain(const char*& in, const char* end, char*& out) {
    constexpr std::uint64_t kOnes = 0x0101010101010101;
    for (; end - in >= 8; in += 8, out += 8) {
      std::uint64_t word;
      std::memcpy(&word, in, 8);
      std::memcpy(out, &word, 8);
      // Of the bytes that are told to be `c`, the first is.
      const auto is = [word](char c) {
        const std::uint64_t other = word ^ (kOnes * static_cast<unsigned char>(c));
        return (other - kOnes) & ~other;
      };
      const std::uint64_t special = (is('&') | is('=') | is('+') | is('%')) & (kOnes << 7);
      if (special == 0) continue;
      const int plain = std::countr_zero(special) / 8;
      in += plain;
      out += plain;
      return;
    }
    while (in != end && *in != '&' && *in != '=' && *in != '+' && *in != '%') *out++ = *in++;
  }

  bool Decode(std::string_view body) {
    if (decoded_.size() < body.size() + 8) decoded_.resize(2 * body.size() + 8);
    const char* in = body.data();
    const char* const end = in + body.size();
    char* out = decoded_.data();
    char* begin = out;
    count_ = 0;
    std::string_view name;
    bool named = false;
    const auto take = [&] {
      const std::string_view piece(begin, static_cast<std::size_t>(out - begin));
      begin = out;
      return piece;
    };
    while (true) {
      CopyPlain(in, end, out);
      const char c = in != end ? *in : '&';
      if (c == '&') {
        if (count_ == fields_.size()) return false;
        if (!named) name = take();
        fields_[count_++] = {name, named ? take() : std::string_view()};
        named = false;
        if (in == end) break;
      } else if (c == '=' && !named) {
        name = take();
        named = true;
      } else if (c == '%') {
        if (end - in < 3) return false;
        const int high = Nibble(in[1]);
        const int low = Nibble(in[2]);
        if ((high | low) < 0) return false;
        *out++ = static_cast<char>(high * 16 + low);
        in += 2;
      } else {
        *out++ = c == '+' ? ' ' : c;
      }
      ++in;
    }
    return simdjson::validate_utf8(decoded_.data(),
                                   static_cast<std::size_t>(out - decoded_.data()));
  }

  bool Verify(const WebhookRequest& request) {
    for (std::size_t i = 0; i < count_; ++i) {
      std::size_t at = i;
      for (; at > 0 && fields_[i].name < fields_[order_[at - 1]].name; --at) {
        order_[at] = order_[at - 1];
      }
      order_[at] = i;
    }
    to_sign_.assign(url_);
    for (std::size_t i = 0; i < count_; ++i) {
      to_sign_.append(fields_[order_[i]].name).append(fields_[order_[i]].value);
    }
    std::array<unsigned char, 20> digest;
    std::array<unsigned char, 32> expected;
    key_.Sign(to_sign_, digest.data());
    EVP_EncodeBlock(expected.data(), digest.data(), 20);
    const std::string_view sent = Header(request, "X-Twilio-Signature");
    return sent.size() == 28 && SameBytes(sent.data(), expected.data(), 28);
  }

  struct Field {
    std::string_view name, value;
  };
  const std::string url_;
  const HmacSha1 key_;
  std::vector<char> decoded_;
  std::array<Field, 64> fields_;
  std::array<std::size_t, 64> order_ = {};
  std::size_t count_ = 0;
  std::string to_sign_;
};

}  // namespace

std::unique_ptr<Floor> MakeTwilio() { return std::make_unique<Twilio>(); }

}  // namespace omni::bench
