#include "explain/diagnosis.h"
#include "explain/other_carrier.h"

namespace host {
namespace {

struct Scheme {
  std::string_view adapter;
  Findings (*diagnose)(const Suspect& suspect);
};
constexpr Scheme kSchemes[] = {
    {"whatsapp", DiagnoseWhatsApp},       {"twilio", DiagnoseTwilio},
    {"bandwidth", DiagnoseBandwidth},     {"livechat", DiagnoseLiveChat},
    {"messagebird", DiagnoseMessageBird}, {"inteliquent", DiagnoseInteliquent},
};

}  // namespace

Findings Diagnose(const Suspect& suspect) {
  Findings findings;
  for (const Scheme& scheme : kSchemes) {
    if (scheme.adapter == suspect.channel.adapter) findings = scheme.diagnose(suspect);
  }
  DiagnoseOtherCarrier(suspect, findings);
  return findings;
}

}  // namespace host
