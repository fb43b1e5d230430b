#include "twilio_status.h"

#include "omni/support/phone.h"
#include "twilio_event.h"

namespace omni::inline v0_1 {
namespace twilio {
namespace {

std::string_view ChannelOf(const ParameterReader& in) {
  if (const std::string_view named = in.Peek("ChannelPrefix"); IsChannelName(named)) return named;
  const std::string_view prefix = PrefixOfEnds(in);
  return prefix.empty() ? "sms" : prefix;
}

std::string_view TakeNewer(Name name, Name former, ParameterReader& in) {
  return in.Take(in.Peek(name).empty() ? former : name);
}

}  // namespace

bool IsReceptionReport(const ParameterReader& in) {
  return IsReceptionWord(in.Peek("MessageStatus"));
}

Event ReadStatus(ParameterReader& in) {
  Event event = NewEvent(EventKind::kStatus, in);
  event.channel = ChannelOf(in);
  in.Drop("ChannelPrefix", event.channel);
  event.direction = Direction::kOutbound;
  // A message that a Messaging Service has not yet given to a sender has no From.
  event.from = MakeAddress(FirstOf(in, {"From", "MessagingServiceSid", "AccountSid"}));
  in.Take("From");
  const Address recipient = MakeAddress(in.Take("To"));
  event.conversation = ConversationId(kCarrier, event.from->address, recipient.address);
  if (!recipient.address.empty()) event.to.push_back(recipient);
  event.carrier_message_id = TakeNewer("MessageSid", "SmsSid", in);
  DropFormerSids(event.carrier_message_id, in);

  const std::string_view word = TakeNewer("MessageStatus", "SmsStatus", in);
  in.Drop("SmsStatus", word);
  DeliveryStatus& status = event.status.emplace();
  status.value = StatusOf(word);
  status.carrier_value = word;
  status.error = TakeError(in);
  return event;
}

bool TellsOptOut(const Event& event) {
  return event.status.has_value() && event.status->error.has_value() &&
         event.status->error->class_ == ErrorClass::kOptedOut;
}

Event OptOutOf(const Event& status, const ParameterReader& in, bool keep_raw) {
  Event event;
  event.kind = EventKind::kNotice;
  event.carrier = status.carrier;
  event.channel = status.channel;
  event.account = status.account;
  event.direction = Direction::kInbound;
  if (!status.to.empty()) event.from = status.to.front();
  if (status.from.has_value()) event.to.push_back(*status.from);
  event.conversation = status.conversation;
  event.carrier_message_id = status.carrier_message_id;
  event.occurred_at = status.occurred_at;
  Notice& notice = event.notice.emplace();
  notice.type = "preference";
  notice.subject = "stop";
  notice.detail.text = in.ToJson();
  if (keep_raw) event.raw = notice.detail;
  return event;
}

std::string OptOutIdentity(const Event& opt_out) {
  std::string identity = opt_out.carrier_message_id + ":";
  if (opt_out.from.has_value()) identity += opt_out.from->address;
  return identity + ":stop";
}

}  // namespace twilio
}  // namespace omni::inline v0_1
