#include "bench/floor/base.h"

namespace omni::bench {
namespace {

class MessageBird final : public Base {
 public:
  MessageBird()
      : Base(workload::MessageBirdPath()),
        url_(std::string(workload::kPublicUrl) + workload::MessageBirdPath()),
        key_(workload::MessageBirdKey()) {}

  [[nodiscard]] std::string_view Take(const WebhookRequest& request) override {
    if (!Verify(request)) return {};
    Text text = {.carrier = "messagebird"};
    std::string_view type, contact, contact_created, contact_updated, conversation, status, created,
        updated, last, message_updated;
    od::document document = parser_.iterate(Padded(request.body));
    for (auto field : document.get_object()) {
      const std::string_view part = field.unescaped_key().value();
      if (part == "type") {
        type = String(field.value());
        continue;
      }
      for (auto member : field.value().get_object()) {
        const std::string_view key = member.unescaped_key().value();
        if (part == "contact") {
          if (key == "id")
            contact = String(member.value());
          else if (key == "displayName")
            text.from_name = String(member.value());
          else if (key == "createdDatetime")
            contact_created = String(member.value());
          else if (key == "updatedDatetime")
            contact_updated = String(member.value());
        } else if (part == "conversation") {
          if (key == "id")
            conversation = String(member.value());
          else if (key == "status")
            status = String(member.value());
          else if (key == "createdDatetime")
            created = String(member.value());
          else if (key == "updatedDatetime")
            updated = String(member.value());
          else if (key == "lastReceivedDatetime")
            last = String(member.value());
        } else if (part == "message") {
          if (key == "id")
            text.id = String(member.value());
          else if (key == "platform")
            text.channel = String(member.value());
          else if (key == "to")
            text.to = String(member.value());
          else if (key == "from")
            text.from = String(member.value());
          else if (key == "channelId")
            text.account = String(member.value());
          else if (key == "content")
            text.text = String(member.value()["text"].value());
          else if (key == "createdDatetime")
            text.occurred = IsoMillis(String(member.value()));
          else if (key == "updatedDatetime")
            message_updated = String(member.value());
        }
      }
    }
    if (type != "message.created") return {};
    text.Add("conversationId", conversation);
    text.Add("updatedDatetime", message_updated);
    text.Add("conversationStatus", status);
    text.Add("conversationCreatedDatetime", created);
    text.Add("conversationUpdatedDatetime", updated);
    text.Add("conversationLastReceivedDatetime", last);
    text.Add("contactId", contact);
    text.Add("contactCreatedDatetime", contact_created);
    text.Add("contactUpdatedDatetime", contact_updated);
    Emit(text);
    return events_.text();
  }

 private:
  static int Decode(std::string_view text, unsigned char* out) {
    static const auto table = [] {
      std::array<signed char, 256> values;
      values.fill(-1);
      constexpr std::string_view kAlphabet =
          "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
      for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
        values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<signed char>(i);
      }
      return values;
    }();
    std::uint32_t bits = 0;
    int held = 0;
    int size = 0;
    for (const char c : text) {
      const int value = table[static_cast<unsigned char>(c)];
      if (value < 0) return -1;
      bits = (bits << 6) | static_cast<std::uint32_t>(value);
      held += 6;
      if (held < 8) continue;
      held -= 8;
      out[size++] = static_cast<unsigned char>(bits >> held);
    }
    return size;
  }

  bool Verify(const WebhookRequest& request) {
    // The header of all the carrier's tokens.
    constexpr std::string_view kHead = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.";
    const std::string_view token = Header(request, "MessageBird-Signature-JWT");
    const std::size_t dot = token.rfind('.');
    if (!token.starts_with(kHead) || dot < kHead.size() || token.size() - dot != 44 ||
        dot > claims_.size()) {
      return false;
    }
    std::array<unsigned char, 33> sent;
    std::array<unsigned char, 32> digest;
    key_.Sign(token.substr(0, dot), digest.data());
    if (Decode(token.substr(dot + 1), sent.data()) != 32 ||
        !SameBytes(sent.data(), digest.data(), 32)) {
      return false;
    }
    const int size = Decode(token.substr(kHead.size(), dot - kHead.size()), claims_.data());
    if (size < 0) return false;
    const char* const text = reinterpret_cast<const char*>(claims_.data());
    od::document document = tokens_.iterate(text, static_cast<std::size_t>(size), claims_.size());
    bool right = true;
    int named = 0;
    for (auto field : document.get_object()) {
      const std::string_view key = field.unescaped_key().value();
      if (key == "iss")
        right = right && String(field.value()) == "MessageBird";
      else if (key == "nbf")
        right = right && field.value().get_int64().value() <= now_ / 1000 + 5;
      else if (key == "exp")
        right = right && field.value().get_int64().value() > now_ / 1000 - 5;
      else if (key == "jti")
        right = right && IsNew(String(field.value()));
      else if (key == "url_hash")
        right = right && IsHash(String(field.value()), url_);
      else if (key == "payload_hash")
        right = right && IsHash(String(field.value()), request.body);
      else
        continue;
      ++named;
    }
    return right && named == 6;
  }

  static bool IsHash(std::string_view claim, std::string_view text) {
    std::array<unsigned char, 32> claimed;
    std::array<unsigned char, 32> digest;
    if (claim.size() != 64 || !ParseHex(claim.data(), claimed.data())) return false;
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, text.data(), text.size());
    SHA256_Final(digest.data(), &context);
    return SameBytes(claimed.data(), digest.data(), 32);
  }

  const std::string url_;
  const HmacSha256 key_;
  od::parser tokens_;
  std::array<unsigned char, 2048> claims_;
};

}  // namespace

std::unique_ptr<Floor> MakeMessageBird() { return std::make_unique<MessageBird>(); }

}  // namespace omni::bench
