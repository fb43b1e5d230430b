// Embeds one adapter in code, without a registry.
#include "omni/adapters/twilio.h"

#if __has_include("omni/adapters/whatsapp.h") || __has_include("omni/testing/fakes.h")
#error "components that were not asked for are installed"
#endif

int main() {
  const auto adapter = omni::twilio::MakeAdapter({});
  return adapter.ok() && (*adapter)->info().name == "twilio" ? 0 : 1;
}
