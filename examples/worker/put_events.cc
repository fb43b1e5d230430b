/// \file
/// put_events ENGINE QUEUE: fills a queue for the worker's test, as a gateway would.

#include <future>
#include <iostream>
#include <optional>
#include <string>
#include <utility>

#include "engine.h"
#include "omni/codec.h"

namespace {

omni::Envelope MakeEnvelope(const std::string& queue, const std::string& id,
                            std::optional<omni::Keyword> keyword, const std::string& text) {
  omni::Event event;
  event.id = "018d0cc3-6a9c-7000-8000-00000000000" + id;
  event.kind = omni::EventKind::kMessage;
  event.carrier = "twilio";
  event.channel = "sms";
  event.tenant = "acme";
  event.from = {.address = "+14155550143", .name = "Ada"};
  event.dedupe_key = "twilio:acme:message:SM" + id;
  event.message.emplace();
  event.message->type = omni::MessageType::kText;
  event.message->text = text;
  event.message->keyword = keyword;
  return {.queue = queue,
          .group = "twilio:+15550100300:+14155550143",
          .dedupe_key = event.dedupe_key,
          .event_id = event.id,
          .body = omni::ToJson(event)};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const auto engine = OpenEngine(argv[1]);
  if (!engine.ok()) {
    std::cerr << engine.status() << '\n';
    return 1;
  }
  omni::Envelope broken = MakeEnvelope(argv[2], "3", {}, "");
  broken.group = "another conversation";
  broken.body = "no event";
  std::promise<omni::Settlement> settled;
  engine->sink->Enqueue(
      {.envelopes = {MakeEnvelope(argv[2], "1", {}, "Is my order on its way?"),
                     MakeEnvelope(argv[2], "2", omni::Keyword::kStop, "Stop"), broken}},
      [&settled](omni::Settlement settlement) { settled.set_value(std::move(settlement)); });
  for (const absl::Status& outcome : settled.get_future().get().outcomes) {
    if (!outcome.ok()) return 1;
  }
  return 0;
}
