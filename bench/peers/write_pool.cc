/// \file
/// write_pool CARRIER: the requests of a pool, a line of JSON each, with the events that omni makes
/// of them, for peers in other languages. The first line has the secret.
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "bench/checks.h"
#include "omni/json.h"
#include "workload/carriers.h"

namespace omni::bench {
namespace {

std::string Line(const WebhookRequest& request, const std::vector<std::string>& events) {
  std::string line;
  JsonWriter writer(line);
  writer.BeginObject();
  writer.Key("headers");
  writer.BeginObject();
  for (const auto& [name, value] : request.headers) {
    writer.Key(name);
    writer.String(value);
  }
  writer.EndObject();
  writer.Key("body");
  writer.String(request.body);
  writer.Key("url");
  writer.String(std::string(workload::kPublicUrl) + request.target);
  writer.Key("expected");
  writer.BeginArray();
  for (const std::string& event : events) writer.Raw(event);
  writer.EndArray();
  writer.EndObject();
  return line;
}

std::string Secret(std::string_view carrier) {
  if (carrier == "bandwidth") return workload::BandwidthPassword();
  if (carrier == "messagebird") return workload::MessageBirdKey();
  return carrier == "twilio" ? workload::TwilioToken(0) : workload::WhatsAppSecret(0);
}

void Write(const workload::Carrier& carrier) {
  std::string secrets;
  JsonWriter writer(secrets);
  writer.BeginObject();
  writer.Key("secret");
  writer.String(Secret(carrier.protocol));
  writer.Key("user");
  writer.String(workload::BandwidthUser());
  writer.EndObject();
  std::puts(secrets.c_str());
  const workload::Rig rig = carrier.rig(PoolSize(carrier));
  for (const WebhookRequest& request : rig.pool()) {
    std::puts(Line(request, OmniEvents(carrier, request)).c_str());
  }
}

}  // namespace
}  // namespace omni::bench

int main(int argc, char** argv) {
  for (const auto& carrier : omni::workload::Carriers()) {
    if (argc != 2 || carrier.name != argv[1]) continue;
    omni::bench::Write(carrier);
    return 0;
  }
  std::fputs("usage: write_pool CARRIER\n", stderr);
  return 2;
}
