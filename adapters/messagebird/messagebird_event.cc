#include "messagebird_event.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "omni/support/phone.h"
#include "omni/support/time_parse.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

constexpr std::size_t kMaxChannelName = 20;
constexpr std::size_t kCompactTime = 14;  // YYYYMMDDhhmmss
constexpr std::size_t kOffset = 6;        // +00:00

constexpr std::pair<std::string_view, std::string_view> kPlatforms[] = {
    {"whatsapp_sandbox", "whatsapp"},
    {"facebook", "messenger"},
};
constexpr std::string_view kPhoneChannels[] = {"sms", "mms", "whatsapp", "rcs", "viber"};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsChannelName(std::string_view text) {
  return !text.empty() && text.size() <= kMaxChannelName &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || IsDigit(c); });
}

std::string_view Trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(' ');
  return begin == text.npos ? std::string_view()
                            : text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
}

// `20240115103001` as RFC 3339.
std::string SpellOut(std::string_view digits) {
  std::string text;
  constexpr std::string_view kSeparators = "--T::Z";
  text.append(digits.substr(0, 4));
  for (std::size_t at = 4, i = 0; at <= digits.size(); at += 2, ++i) {
    text.push_back(kSeparators[i]);
    text.append(digits.substr(at, 2));
  }
  return text;
}

}  // namespace

Event NewEvent(EventKind kind, Direction direction, Parties parties) {
  Event event;
  event.kind = kind;
  event.carrier = kCarrier;
  event.channel = kCarrier;
  event.direction = direction;
  const bool inbound = direction == Direction::kInbound;
  event.conversation = ConversationId(kCarrier, parties.business.address, parties.customer.address);
  Address& from = inbound ? parties.customer : parties.business;
  Address& to = inbound ? parties.business : parties.customer;
  if (!from.address.empty()) event.from = std::move(from);
  if (!to.address.empty()) event.to.push_back(std::move(to));
  return event;
}

Event NewNotice(std::string_view type, std::string_view subject, RawJson detail, Parties parties) {
  Event event = NewEvent(EventKind::kNotice, Direction::kInbound, std::move(parties));
  event.notice = Notice{
      .type = std::string(type), .subject = std::string(subject), .detail = std::move(detail)};
  return event;
}

Address MakeParty(std::string_view text) {
  text = Trim(text);
  if (text.find(' ') == text.npos) return MakeAddress(text);
  std::string digits(text);
  digits.erase(std::remove(digits.begin(), digits.end(), ' '), digits.end());
  Address address = MakeAddress(digits);
  if (!IsE164(address.address)) return MakeAddress(text);
  address.carrier_id = text;
  return address;
}

Address MakeParty(std::string_view text, std::string_view channel) {
  const bool phone = text.starts_with('+') ||
                     std::find(std::begin(kPhoneChannels), std::end(kPhoneChannels), channel) !=
                         std::end(kPhoneChannels);
  return phone ? MakeParty(text) : Address{.address = std::string(text)};
}

bool IsPartyAt(std::string_view address, std::string_view text) {
  // An address ends as its text does, so that nearly no other needs to be made.
  text = Trim(text);
  if (!address.empty() && !text.empty() && address.back() != text.back()) return false;
  return MakeParty(text).address == address;
}

Address BusinessOf(std::string_view channel_id, const Options& options) {
  for (const ChannelAddress& known : options.channel_addresses) {
    if (known.channel_id == channel_id) return MakeParty(known.address);
  }
  return {.address = std::string(channel_id)};
}

std::string_view ChannelOf(std::string_view platform) {
  for (const auto& [name, channel] : kPlatforms) {
    if (name == platform) return channel;
  }
  return IsChannelName(platform) ? platform : kCarrier;
}

bool HasKeywords(std::string_view channel) { return channel == "sms" || channel == "mms"; }

std::optional<absl::Time> ParseTime(std::string_view text) {
  if (std::all_of(text.begin(), text.end(), IsDigit)) {
    return text.size() == kCompactTime ? ParseIsoTime(SpellOut(text)) : ParseUnixTime(text);
  }
  if (text.size() > kOffset && text[text.size() - kOffset] == ' ') {
    std::string repaired(text);
    repaired[text.size() - kOffset] = '+';
    return ParseIsoTime(repaired);
  }
  return ParseIsoTime(text);
}

void TakeTime(std::span<const std::string_view> names, Fields& fields, Event& event) {
  for (std::string_view name : names) {
    const std::optional<absl::Time> time = ParseTime(fields.Peek(name));
    if (!time.has_value()) continue;
    const bool first = event.occurred_at == absl::InfinitePast();
    if (first) event.occurred_at = *time;
    if (*time == event.occurred_at) fields.Take(name);
  }
}

}  // namespace messagebird
}  // namespace omni::inline v0_1
