#include "components/rabbitmq/topology.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/status_macros.h"

namespace omni::inline v0_1 {
namespace internal::amqp {
namespace {

void Replace(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) {
    text.replace(at, what.size(), by);
  }
}

/// `{tenant}:{channel}:{kind}`; a name of another form has no parts.
std::string Fill(std::string text, std::string_view queue) {
  std::string_view tenant;
  std::string_view channel;
  std::string_view kind;
  const std::size_t first = queue.find(':');
  const std::size_t second = first == queue.npos ? first : queue.find(':', first + 1);
  if (second != queue.npos) {
    tenant = queue.substr(0, first);
    channel = queue.substr(first + 1, second - first - 1);
    kind = queue.substr(second + 1);
  }
  Replace(text, "{queue}", queue);
  Replace(text, "{tenant}", tenant);
  Replace(text, "{channel}", channel);
  Replace(text, "{kind}", kind);
  return text;
}

/// The arguments of a declaration.
///
/// Lifetime: the names' and texts'. Thread safety: confined.
class Arguments {
 public:
  void Add(std::string_view name, std::string_view text) {
    amqp_table_entry_t& entry = Append(name, AMQP_FIELD_KIND_UTF8);
    entry.value.value.bytes = ToAmqp(text);
  }
  void Add(std::string_view name, std::int64_t number) {
    Append(name, AMQP_FIELD_KIND_I64).value.value.i64 = number;
  }
  void AddTrue(std::string_view name) {
    Append(name, AMQP_FIELD_KIND_BOOLEAN).value.value.boolean = 1;
  }
  [[nodiscard]] amqp_table_t table() {
    return {.num_entries = static_cast<int>(entries_.size()), .entries = entries_.data()};
  }

 private:
  amqp_table_entry_t& Append(std::string_view name, amqp_field_value_kind_t kind) {
    amqp_table_entry_t entry = {};
    entry.key = ToAmqp(name);
    entry.value.kind = static_cast<std::uint8_t>(kind);
    entries_.push_back(entry);
    return entries_.back();
  }

  std::vector<amqp_table_entry_t> entries_;
};

}  // namespace

bool HoldsDeadLetters(std::string_view queue) {
  return queue.size() > kDeadLetterSuffix.size() && queue.ends_with(kDeadLetterSuffix);
}

Target TargetOf(const RabbitMqTopology& topology, const std::string& queue) {
  const bool is_dead = HoldsDeadLetters(queue);
  const std::string live =
      is_dead ? queue.substr(0, queue.size() - kDeadLetterSuffix.size()) : queue;
  const auto route = std::find_if(topology.routes.begin(), topology.routes.end(),
                                  [&](const RabbitMqRoute& other) { return other.queue == live; });
  const bool is_routed = route != topology.routes.end();
  Target target;
  target.queue = is_routed && !route->name.empty() ? route->name : Fill(topology.queue_name, live);
  if (is_dead) target.queue += kDeadLetterSuffix;
  target.routing_key = target.queue;
  if (is_dead) return target;
  target.exchange = is_routed ? route->exchange : Fill(topology.exchange, live);
  const std::string key = is_routed ? route->routing_key : Fill(topology.routing_key, live);
  if (!key.empty()) target.routing_key = key;
  return target;
}

absl::Status Declarations::Ensure(Link& link, amqp_channel_t channel, const std::string& queue) {
  if (topology_.mode == RabbitMqTopology::Mode::kPassive) return absl::OkStatus();
  if (declared_.contains(queue)) return absl::OkStatus();
  if (!HoldsDeadLetters(queue)) {
    OMNI_RETURN_IF_ERROR(Ensure(link, channel, queue + std::string(kDeadLetterSuffix)));
  }
  OMNI_RETURN_IF_ERROR(Declare(link, channel, queue));
  OMNI_RETURN_IF_ERROR(Route(link, channel, TargetOf(topology_, queue)));
  declared_.insert(queue);
  return absl::OkStatus();
}

absl::Status Declarations::Declare(Link& link, amqp_channel_t channel,
                                   const std::string& queue) const {
  const bool is_quorum = topology_.type == RabbitMqTopology::QueueType::kQuorum;
  const Target target = TargetOf(topology_, queue);
  const std::string dead = target.queue + std::string(kDeadLetterSuffix);
  Arguments arguments;
  arguments.Add("x-queue-type", is_quorum ? "quorum" : "classic");
  if (HoldsDeadLetters(queue)) {
    if (topology_.dead_letter_ttl < absl::InfiniteDuration()) {
      arguments.Add("x-message-ttl", absl::ToInt64Milliseconds(topology_.dead_letter_ttl));
    }
  } else {
    arguments.Add("x-dead-letter-exchange", "");
    arguments.Add("x-dead-letter-routing-key", dead);
    arguments.Add("x-overflow", "reject-publish");
    if (is_quorum) {
      arguments.Add("x-dead-letter-strategy", "at-least-once");
      arguments.Add("x-delivery-limit", std::int64_t{topology_.delivery_limit});
    }
    if (topology_.max_length > 0) arguments.Add("x-max-length", topology_.max_length);
    if (topology_.single_active_consumer) arguments.AddTrue("x-single-active-consumer");
  }
  amqp_queue_declare(link.state(), channel, ToAmqp(target.queue), 0, 1, 0, 0, arguments.table());
  return link.Check(channel, "declare the queue " + target.queue);
}

absl::Status Declarations::Route(Link& link, amqp_channel_t channel, const Target& target) const {
  if (target.exchange.empty()) return absl::OkStatus();
  amqp_exchange_declare(link.state(), channel, ToAmqp(target.exchange),
                        ToAmqp(topology_.exchange_type), 0, 1, 0, 0, amqp_empty_table);
  OMNI_RETURN_IF_ERROR(link.Check(channel, "declare the exchange " + target.exchange));
  amqp_queue_bind(link.state(), channel, ToAmqp(target.queue), ToAmqp(target.exchange),
                  ToAmqp(target.routing_key), amqp_empty_table);
  return link.Check(channel, "bind the queue " + target.queue);
}

}  // namespace internal::amqp
}  // namespace omni::inline v0_1
