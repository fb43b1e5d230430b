#include "bench/floor/base.h"

namespace omni::bench {
namespace {

class WhatsApp final : public Base {
 public:
  WhatsApp() : Base(workload::WhatsAppPath(0)), key_(workload::WhatsAppSecret(0)) {}

  [[nodiscard]] std::string_view Take(const WebhookRequest& request) override {
    if (!Verify(request)) return {};
    od::document document = parser_.iterate(Padded(request.body));
    for (auto entry : document["entry"].get_array()) {
      std::string_view account;
      for (auto field : entry.get_object()) {
        const std::string_view key = field.unescaped_key().value();
        if (key == "id") account = String(field.value());
        if (key != "changes") continue;
        for (auto change : field.value().get_array()) Value(account, change["value"].value());
      }
    }
    return events_.text();
  }

 private:
  bool Verify(const WebhookRequest& request) const {
    const std::string_view header = Header(request, "X-Hub-Signature-256");
    std::array<unsigned char, 32> sent;
    std::array<unsigned char, 32> expected;
    if (header.size() != 71 || !header.starts_with("sha256=") ||
        !ParseHex(header.data() + 7, sent.data())) {
      return false;
    }
    key_.Sign(request.body, expected.data());
    return SameBytes(sent.data(), expected.data(), 32);
  }

  void Value(std::string_view account, od::value value) {
    struct Contact {
      std::string_view name, id;
    };
    std::array<Contact, 4> contacts;
    std::size_t count = 0;
    std::string_view phone;
    std::string_view phone_id;
    for (auto field : value.get_object()) {
      const std::string_view key = field.unescaped_key().value();
      if (key == "metadata") {
        auto metadata = field.value();
        phone = String(metadata["display_phone_number"].value());
        phone_id = String(metadata["phone_number_id"].value());
      } else if (key == "contacts") {
        for (auto contact : field.value().get_array()) {
          if (count == contacts.size()) Refuse();
          contacts[count].name = String(contact["profile"]["name"].value());
          contacts[count++].id = String(contact["wa_id"].value());
        }
      } else if (key == "messages") {
        for (auto message : field.value().get_array()) {
          Text text = {.carrier = "whatsapp", .channel = "whatsapp", .account = account};
          std::string_view user;
          for (auto member : message.get_object()) {
            const std::string_view name = member.unescaped_key().value();
            if (name == "from")
              text.from = String(member.value());
            else if (name == "from_user_id")
              user = String(member.value());
            else if (name == "id")
              text.id = String(member.value());
            else if (name == "timestamp")
              text.occurred = Digits(String(member.value())) * 1000;
            else if (name == "text")
              text.text = String(member.value()["body"].value());
            else if (name == "type" && String(member.value()) != "text")
              Refuse();
          }
          for (std::size_t i = 0; i < count; ++i) {
            if (contacts[i].id == text.from) text.from_name = contacts[i].name;
          }
          text.plus = "+";
          text.from_id = text.from;
          text.to = phone;
          text.to_id = phone_id;
          text.Add("phoneNumberId", phone_id);
          text.Add("userId", user);
          Emit(text);
        }
      }
    }
  }

  const HmacSha256 key_;
};

}  // namespace

std::unique_ptr<Floor> MakeWhatsApp() { return std::make_unique<WhatsApp>(); }

}  // namespace omni::bench
