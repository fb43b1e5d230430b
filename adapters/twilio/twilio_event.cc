#include "twilio_event.h"

#include "omni/http.h"
#include "twilio_errors.h"

namespace omni::inline v0_1 {
namespace twilio {
namespace {

struct StatusWord {
  std::string_view word;
  StatusValue value;
};
constexpr StatusWord kStatusWords[] = {
    {"accepted", StatusValue::kAccepted}, {"scheduled", StatusValue::kScheduled},
    {"queued", StatusValue::kQueued},     {"sending", StatusValue::kSending},
    {"sent", StatusValue::kSent},         {"delivered", StatusValue::kDelivered},
    {"read", StatusValue::kRead},         {"undelivered", StatusValue::kUndelivered},
    {"failed", StatusValue::kFailed},     {"canceled", StatusValue::kCanceled},
};

}  // namespace

void Begin(EventKind kind, ParameterReader& in, Event& event) {
  event.kind = kind;
  event.carrier = kCarrier;
  event.account = in.Take("AccountSid");
}

Event NewEvent(EventKind kind, ParameterReader& in) {
  Event event;
  Begin(kind, in, event);
  return event;
}

std::string_view FirstOf(const ParameterReader& in, std::initializer_list<Name> names) {
  for (Name name : names) {
    if (const std::string_view value = in.Peek(name); !value.empty()) return value;
  }
  return {};
}

std::string_view PrefixOfEnds(const ParameterReader& in) {
  for (Name name : {Name("From"), Name("To")}) {
    if (const std::string_view prefix = ChannelPrefix(in.Peek(name)); !prefix.empty()) {
      return prefix;
    }
  }
  return {};
}

void DropFormerSids(std::string_view message_sid, ParameterReader& in) {
  in.Drop("SmsSid", message_sid);
  in.Drop("SmsMessageSid", message_sid);
}

bool HasKeywords(std::string_view channel) { return channel == "sms" || channel == "mms"; }

std::optional<DeliveryError> TakeError(ParameterReader& in) {
  const std::string_view code = in.Take("ErrorCode");
  if (code.empty() || code == "0") return std::nullopt;
  const ErrorMeaning& meaning = FindError(code);
  DeliveryError error;
  error.code = code;
  error.class_ = meaning.error_class;
  error.retryable = meaning.retryable;
  error.message = meaning.message;
  for (Name name : {Name("ErrorMessage"), Name("ChannelStatusMessage")}) {
    if (in.Peek(name).empty()) continue;
    error.message = in.Take(name);
    break;
  }
  return error;
}

bool IsReceptionWord(std::string_view word) { return word == "received" || word == "receiving"; }

StatusValue StatusOf(std::string_view word) {
  for (const StatusWord& known : kStatusWords) {
    if (known.word == word) return known.value;
  }
  return StatusValue::kUnknown;
}

}  // namespace twilio
}  // namespace omni::inline v0_1
