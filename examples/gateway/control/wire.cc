#include "control/wire.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "omni/codec.h"
#include "omni/json.h"

namespace host {
namespace {

/// Nobody waits longer for a first envelope in one question, so that a drain need not either.
constexpr absl::Duration kMaxWait = absl::Seconds(1);
constexpr std::size_t kMaxLeased = 1'000;

/// Writes one object. Thread safety: confined.
class ObjectWriter {
 public:
  ObjectWriter() { writer_.BeginObject(); }

  ObjectWriter& Text(std::string_view key, std::string_view value) {
    writer_.Key(key);
    writer_.String(value);
    return *this;
  }
  ObjectWriter& Int(std::string_view key, std::int64_t value) {
    writer_.Key(key);
    writer_.Int(value);
    return *this;
  }
  ObjectWriter& Raw(std::string_view key, std::string_view json) {
    writer_.Key(key);
    writer_.Raw(json);
    return *this;
  }
  [[nodiscard]] std::string Take() {
    writer_.EndObject();
    return std::move(json_);
  }

 private:
  std::string json_;
  omni::JsonWriter writer_{json_};
};

std::string ListOfStrings(std::span<const std::string> strings) {
  std::string json;
  omni::JsonWriter writer(json);
  writer.BeginArray();
  for (const std::string& text : strings) writer.String(text);
  writer.EndArray();
  return json;
}

std::string StatusJson(const absl::Status& status) {
  if (status.ok()) return ObjectWriter().Int("code", 0).Take();
  return ObjectWriter()
      .Int("code", static_cast<std::int64_t>(status.code()))
      .Text("message", MessageOf(status))
      .Take();
}

std::string HeadersJson(const std::vector<std::pair<std::string, std::string>>& headers) {
  std::vector<std::string> flat;
  for (const auto& [name, value] : headers) {
    flat.push_back(name);
    flat.push_back(value);
  }
  return ListOfStrings(flat);
}

std::string DeliveryJson(const omni::Delivery& delivery) {
  const omni::Envelope& envelope = delivery.envelope;
  return ObjectWriter()
      .Text("receipt", delivery.receipt)
      .Int("attempt", delivery.attempt)
      .Int("enqueuedAt", absl::ToUnixMicros(delivery.enqueued_at))
      .Text("deadReason", delivery.dead_reason)
      .Text("queue", envelope.queue)
      .Text("group", envelope.group)
      .Text("dedupeKey", envelope.dedupe_key)
      .Text("eventId", envelope.event_id)
      .Text("body", envelope.body)
      .Raw("headers", HeadersJson(envelope.headers))
      .Take();
}

omni::Delivery DeliveryFrom(omni::JsonValue json) {
  omni::Delivery delivery{
      .receipt = std::string(json["receipt"].text()),
      .envelope = {.queue = std::string(json["queue"].text()),
                   .group = std::string(json["group"].text()),
                   .dedupe_key = std::string(json["dedupeKey"].text()),
                   .event_id = std::string(json["eventId"].text()),
                   .body = std::string(json["body"].text())},
      .attempt = static_cast<int>(json["attempt"].AsInt64().value_or(0)),
      .enqueued_at = absl::FromUnixMicros(json["enqueuedAt"].AsInt64().value_or(0)),
      .dead_reason = std::string(json["deadReason"].text())};
  const omni::JsonValue headers = json["headers"];
  for (std::size_t i = 0; i + 1 < headers.size(); i += 2) {
    delivery.envelope.headers.emplace_back(headers.At(i).text(), headers.At(i + 1).text());
  }
  return delivery;
}

absl::Duration Micros(omni::JsonValue value) {
  return absl::Microseconds(value.AsInt64().value_or(0));
}

std::string Lease(omni::JsonValue question, omni::QueueSource& source) {
  const std::int64_t limit = question["limit"].AsInt64().value_or(1);
  auto deliveries = source.Lease(
      {.queue = std::string(question["queue"].text()),
       .limit = std::min(static_cast<std::size_t>(std::max<std::int64_t>(0, limit)), kMaxLeased),
       .visibility = Micros(question["visibility"]),
       .wait = std::min(Micros(question["wait"]), kMaxWait)});
  if (!deliveries.ok()) return StatusJson(deliveries.status());
  std::string list = "[";
  for (const omni::Delivery& delivery : *deliveries) {
    if (list.size() > 1) list += ',';
    list += DeliveryJson(delivery);
  }
  return ObjectWriter().Int("code", 0).Raw("deliveries", list + "]").Take();
}

std::string Ack(omni::JsonValue question, omni::QueueSource& source) {
  std::vector<std::string> receipts;
  for (const omni::JsonValue receipt : question["receipts"].elements()) {
    receipts.emplace_back(receipt.text());
  }
  return StatusJson(source.Ack({.receipts = receipts}));
}

std::string Redrive(omni::JsonValue question, omni::QueueSource& source) {
  const std::int64_t limit = question["limit"].AsInt64().value_or(0);
  const auto count =
      source.Redrive({.queue = std::string(question["queue"].text()),
                      .limit = static_cast<std::size_t>(std::max<std::int64_t>(0, limit))});
  if (!count.ok()) return StatusJson(count.status());
  return ObjectWriter().Int("code", 0).Int("count", static_cast<std::int64_t>(*count)).Take();
}

/// The document of an answer that says OK.
absl::StatusOr<omni::JsonDocument> ParseAnswer(std::string_view answer) {
  auto document = omni::JsonDocument::Parse(answer, {.max_bytes = std::size_t{1} << 30});
  if (!document.ok()) return absl::UnavailableError("the process that serves was not understood");
  const std::int64_t code = document->root()["code"].AsInt64().value_or(-1);
  if (code == 0) return document;
  return absl::Status(static_cast<absl::StatusCode>(code),
                      ToAbsl(document->root()["message"].text()));
}

}  // namespace

std::string ControlSocketPath(std::string_view state_path) {
  return std::string(state_path) + ".sock";
}

std::string AnswerControl(std::string_view question, omni::QueueSource& source) {
  const auto document = omni::JsonDocument::Parse(question);
  if (!document.ok()) return StatusJson(absl::InvalidArgumentError("not understood"));
  const omni::JsonValue root = document->root();
  const std::string_view ask = root["ask"].text();
  if (ask == "lease") return Lease(root, source);
  if (ask == "ack") return Ack(root, source);
  if (ask == "redrive") return Redrive(root, source);
  if (ask == "nack") {
    return StatusJson(source.Nack({.receipt = std::string(root["receipt"].text()),
                                   .delay = Micros(root["delay"]),
                                   .reason = std::string(root["reason"].text())}));
  }
  if (ask == "extend") {
    return StatusJson(source.Extend({.receipt = std::string(root["receipt"].text()),
                                     .visibility = Micros(root["visibility"])}));
  }
  return StatusJson(absl::InvalidArgumentError("not understood"));
}

std::string AskLease(const omni::QueueSource::LeaseParams& params) {
  return ObjectWriter()
      .Text("ask", "lease")
      .Text("queue", params.queue)
      .Int("limit", static_cast<std::int64_t>(params.limit))
      .Int("visibility", absl::ToInt64Microseconds(params.visibility))
      .Int("wait", absl::ToInt64Microseconds(params.wait))
      .Take();
}

std::string AskAck(const omni::QueueSource::AckParams& params) {
  return ObjectWriter().Text("ask", "ack").Raw("receipts", ListOfStrings(params.receipts)).Take();
}

std::string AskNack(const omni::QueueSource::NackParams& params) {
  return ObjectWriter()
      .Text("ask", "nack")
      .Text("receipt", params.receipt)
      .Int("delay", absl::ToInt64Microseconds(params.delay))
      .Text("reason", params.reason)
      .Take();
}

std::string AskExtend(const omni::QueueSource::ExtendParams& params) {
  return ObjectWriter()
      .Text("ask", "extend")
      .Text("receipt", params.receipt)
      .Int("visibility", absl::ToInt64Microseconds(params.visibility))
      .Take();
}

std::string AskRedrive(const omni::QueueSource::RedriveParams& params) {
  return ObjectWriter()
      .Text("ask", "redrive")
      .Text("queue", params.queue)
      .Int("limit", static_cast<std::int64_t>(params.limit))
      .Take();
}

absl::Status ReadDone(std::string_view answer) { return ParseAnswer(answer).status(); }

absl::StatusOr<std::size_t> ReadCount(std::string_view answer) {
  const auto document = ParseAnswer(answer);
  if (!document.ok()) return document.status();
  return static_cast<std::size_t>(document->root()["count"].AsInt64().value_or(0));
}

absl::StatusOr<std::vector<omni::Delivery>> ReadDeliveries(std::string_view answer) {
  const auto document = ParseAnswer(answer);
  if (!document.ok()) return document.status();
  std::vector<omni::Delivery> deliveries;
  for (const omni::JsonValue delivery : document->root()["deliveries"].elements()) {
    deliveries.push_back(DeliveryFrom(delivery));
  }
  return deliveries;
}

}  // namespace host
