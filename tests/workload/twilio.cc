#include <cstddef>
#include <map>
#include <string>

#include "omni/json.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"
#include "omni/support/url.h"
#include "workload/random.h"
#include "workload/workload.h"

namespace omni::workload {

std::string TwilioAccount(std::size_t account) { return "AC" + Random(account).Hex(32); }
std::string TwilioToken(std::size_t account) { return Random(~account).Hex(32); }
std::string TwilioPath() { return "/twilio"; }

WebhookRequest TwilioSms(std::size_t number, std::size_t account) {
  Random random(number + 1'000'003);
  const std::string sid = "SM" + random.Hex(32);
  const std::map<std::string, std::string> form = {
      {"AccountSid", TwilioAccount(account)},
      {"ApiVersion", "2010-04-01"},
      {"Body", Words(random)},
      {"From", "+1415" + random.Digits(7)},
      {"FromCity", "SAN FRANCISCO"},
      {"FromCountry", "US"},
      {"FromState", "CA"},
      {"FromZip", "94105"},
      {"MessageSid", sid},
      {"MessagingServiceSid", "MG" + random.Hex(32)},
      {"NumMedia", "0"},
      {"NumSegments", "1"},
      {"SmsMessageSid", sid},
      {"SmsSid", sid},
      {"SmsStatus", "received"},
      {"To", "+15550100300"},
      {"ToCity", ""},
      {"ToCountry", "US"},
      {"ToState", "NY"},
      {"ToZip", "10001"},
  };
  WebhookRequest request;
  request.method = HttpMethod::kPost;
  request.target = TwilioPath();
  request.peer = "203.0.113.9";
  std::string to_sign = std::string(kPublicUrl) + request.target;
  for (const auto& [name, value] : form) {
    if (!request.body.empty()) request.body += '&';
    request.body += name + '=' + PercentEncode(value);
    to_sign += name + value;
  }
  const Sha1Digest code = HmacSha1Key(TwilioToken(account)).Sign(to_sign);
  request.headers = {{"Host", "hooks.example.com"},
                     {"User-Agent", "TwilioProxy/1.1"},
                     {"Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"},
                     {"I-Twilio-Idempotency-Token", random.Hex(36)},
                     {"X-Twilio-Signature", Base64Encode(AsView(code))}};
  return request;
}

std::string TwilioChannel(std::size_t accounts) {
  std::string json;
  JsonWriter writer(json);
  writer.BeginObject();
  writer.Key("adapter");
  writer.String("twilio");
  writer.Key("accounts");
  writer.BeginObject();
  for (std::size_t i = 0; i < accounts; ++i) {
    writer.Key(TwilioAccount(i));
    writer.BeginObject();
    writer.Key("authToken");
    writer.String(TwilioToken(i));
    writer.EndObject();
  }
  writer.EndObject();
  writer.EndObject();
  return json;
}

}  // namespace omni::workload
