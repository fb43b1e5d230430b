#include <cstddef>
#include <string>

#include "omni/json.h"
#include "omni/support/encoding.h"
#include "workload/random.h"
#include "workload/workload.h"

namespace omni::workload {
namespace {

/// An inbound SMS, in the array that the carrier always sends.
std::string Body(std::size_t number) {
  Random random(number + 7'000'003);
  const std::string from = "+1212" + random.Digits(7);
  const std::string time = "2026-02-03T14:06:4" + random.Digits(1) + "." + random.Digits(6) + "Z";
  std::string body;
  JsonWriter writer(body);
  writer.BeginArray();
  writer.BeginObject();
  writer.Key("time");
  writer.String(time);
  writer.Key("type");
  writer.String("message-received");
  writer.Key("to");
  writer.String("+14045550123");
  writer.Key("description");
  writer.String("Incoming message received");
  writer.Key("message");
  writer.BeginObject();
  writer.Key("id");
  writer.String(random.Digits(13) + random.Hex(16));
  writer.Key("owner");
  writer.String("+14045550123");
  writer.Key("applicationId");
  writer.String("5b0f3c1e-6d7a-4a53-9d0e-2f6b8c1a7e44");
  writer.Key("time");
  writer.String(time);
  writer.Key("segmentCount");
  writer.Int(1);
  writer.Key("direction");
  writer.String("in");
  writer.Key("to");
  writer.Raw(R"(["+14045550123"])");
  writer.Key("from");
  writer.String(from);
  writer.Key("text");
  writer.String(Words(random));
  writer.EndObject();
  writer.EndObject();
  writer.EndArray();
  return body;
}

}  // namespace

std::string BandwidthUser() { return "bw-hook"; }
std::string BandwidthPassword() { return Random(13).Hex(32); }
std::string BandwidthPath() { return "/bandwidth/inbound"; }
std::string BandwidthChannel() {
  return R"({"adapter":"bandwidth","username":")" + BandwidthUser() + R"(","password":")" +
         BandwidthPassword() + "\"}";
}

WebhookRequest BandwidthSms(std::size_t number) {
  WebhookRequest request;
  request.method = HttpMethod::kPost;
  request.target = BandwidthPath();
  request.peer = "203.0.113.9";
  request.body = Body(number);
  request.headers = {
      {"Host", "hooks.example.com"},
      {"User-Agent", "BandwidthAPI/v2"},
      {"Content-Type", "application/json; charset=utf-8"},
      {"Authorization", "Basic " + Base64Encode(BandwidthUser() + ":" + BandwidthPassword())}};
  return request;
}

}  // namespace omni::workload
