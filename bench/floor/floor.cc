#include "bench/floor/floor.h"

#include "bench/floor/base.h"

namespace omni::bench {

std::unique_ptr<Floor> Floor::Make(std::string_view carrier) {
  if (carrier == "bandwidth") return MakeBandwidth();
  if (carrier == "messagebird") return MakeMessageBird();
  if (carrier == "twilio") return MakeTwilio();
  return MakeWhatsApp();
}

void Floor::Mac(std::string_view message, unsigned char* digest) {
  static const HmacSha256 key(workload::WhatsAppSecret(0));
  key.Sign(message, digest);
}

}  // namespace omni::bench
