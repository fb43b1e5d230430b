/// \file
/// URLs, where requests come from, and where they may go.

#include <string>

#include "fuzz/fuzz_target.h"
#include "fuzz/http_text.h"
#include "omni/support/origin.h"
#include "omni/support/target_policy.h"
#include "omni/support/url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace omni;
  const std::string_view input = fuzz::AsText(data, size);
  static_cast<void>(SplitUrl(input));
  static_cast<void>(PercentDecode(input));
  static_cast<void>(RedactUrl(input));
  fuzz::Require(PercentDecode(PercentEncode(input)) == input, "percent escapes come back");
  static_cast<void>(CheckTarget(input, {}));
  if (const auto address = IpAddress::Parse(input)) {
    fuzz::Require(IpAddress::Parse(address->ToString()) == address, "an address comes back");
  }
  static_cast<void>(CidrSet::Parse({std::string(input)}));
  static const auto& proxies = *new CidrSet(*CidrSet::Parse({"10.0.0.0/8"}));
  WebhookRequest request = fuzz::ParseHttpText(input);
  request.peer = "10.0.0.1";
  static_cast<void>(ClientAddress(request, proxies));
  static_cast<void>(ExternalUrl(request, {}, proxies));
  static_cast<void>(ExternalUrl(request, "https://hooks.example.com/prefix", proxies));
  return 0;
}
