#include <openssl/evp.h>

#include "bench/floor/base.h"

namespace omni::bench {
namespace {

constexpr std::string_view kPrefix = "/bandwidth/";

class Bandwidth final : public Base {
 public:
  Bandwidth() : Base(workload::BandwidthPath()) {
    const std::string credentials = workload::BandwidthUser() + ":" + workload::BandwidthPassword();
    std::string encoded(credentials.size() * 2, '\0');
    encoded.resize(static_cast<std::size_t>(
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                        reinterpret_cast<const unsigned char*>(credentials.data()),
                        static_cast<int>(credentials.size()))));
    expected_ = "Basic " + encoded;
  }

  [[nodiscard]] std::string_view Take(const WebhookRequest& request) override {
    const std::string_view sent = Header(request, "Authorization");
    if (sent.size() != expected_.size() || !SameBytes(sent.data(), expected_.data(), sent.size())) {
      return {};
    }
    od::document document = parser_.iterate(Padded(request.body));
    for (auto item : document.get_array()) {
      Text text = {.carrier = "bandwidth", .channel = "sms"};
      std::string_view called, occurred, segments;
      for (auto field : item.get_object()) {
        const std::string_view key = field.unescaped_key().value();
        if (key == "time")
          called = String(field.value());
        else if (key == "type" && String(field.value()) != "message-received")
          return {};
        else if (key == "to")
          text.to = String(field.value());
        else if (key == "message") {
          for (auto member : field.value().get_object()) {
            const std::string_view name = member.unescaped_key().value();
            if (name == "id")
              text.id = String(member.value());
            else if (name == "applicationId")
              text.account = String(member.value());
            else if (name == "time")
              occurred = String(member.value());
            else if (name == "segmentCount")
              segments = member.value().raw_json_token();
            else if (name == "from")
              text.from = String(member.value());
            else if (name == "text")
              text.text = String(member.value());
          }
        }
      }
      while (!segments.empty() && (segments.back() < '0' || segments.back() > '9')) {
        segments.remove_suffix(1);
      }
      text.occurred = IsoMillis(occurred);
      if (called != occurred) text.Add("callbackTime", called);
      text.Add("destination", std::string_view(request.target).substr(kPrefix.size()));
      text.Add("segmentCount", segments);
      Emit(text);
    }
    return events_.text();
  }

 private:
  std::string expected_;
};

}  // namespace

std::unique_ptr<Floor> MakeBandwidth() { return std::make_unique<Bandwidth>(); }

}  // namespace omni::bench
