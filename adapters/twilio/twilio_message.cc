#include "twilio_message.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "omni/http.h"
#include "omni/support/attachment.h"
#include "omni/support/phone.h"
#include "twilio_event.h"

namespace omni::inline v0_1 {
namespace twilio {
namespace {

constexpr std::size_t kMaxMedia = 100;  // Twilio sends ten at most

template <class T>
std::optional<T> ParseNumber(std::string_view text) {
  T value = {};
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

bool HasMedia(const ParameterReader& in) {
  return ParseNumber<std::size_t>(in.Peek("NumMedia")).value_or(0) > 0;
}

// From may come without its prefix, To does not.
std::string_view ChannelOf(const ParameterReader& in) {
  const std::string_view prefix = PrefixOfEnds(in);
  if (!prefix.empty()) return prefix;
  return HasMedia(in) ? "mms" : "sms";
}

std::vector<Media> TakeMedia(ParameterReader& in) {
  std::vector<Media> media;
  const std::size_t count = ParseNumber<std::size_t>(in.Peek("NumMedia")).value_or(0);
  for (std::size_t i = 0; i < std::min(count, kMaxMedia); ++i) {
    const std::string_view url = in.TakeNumbered("MediaUrl", i);
    if (url.empty()) continue;
    Media& item = media.emplace_back();
    item.url = url;
    item.mime_type = in.TakeNumbered("MediaContentType", i);
  }
  in.Drop("NumMedia", std::to_string(media.size()));
  return media;
}

std::optional<Interactive> TakeInteractive(std::string_view channel, ParameterReader& in) {
  Interactive interactive;
  if (!FirstOf(in, {"ButtonPayload", "ButtonText"}).empty()) {
    const bool quick_reply = channel == "rcs" || in.Peek("MessageType") == "button";
    interactive.kind = quick_reply ? InteractiveKind::kQuickReply : InteractiveKind::kButton;
    interactive.id = in.Take("ButtonPayload");
    interactive.title = in.Take("ButtonText");
    return interactive;
  }
  if (!FirstOf(in, {"ListId", "ListTitle"}).empty()) {
    interactive.kind = InteractiveKind::kList;
    interactive.id = in.Take("ListId");
    interactive.title = in.Take("ListTitle");
    return interactive;
  }
  for (Name name : {Name("FlowData"), Name("InteractiveData")}) {
    if (in.Peek(name).empty()) continue;
    interactive.kind = InteractiveKind::kFlow;
    interactive.payload = RawJson::FromText(in.Take(name));
    return interactive;
  }
  return std::nullopt;
}

std::optional<Location> TakeLocation(ParameterReader& in) {
  const std::optional<double> latitude = ParseNumber<double>(in.Peek("Latitude"));
  const std::optional<double> longitude = ParseNumber<double>(in.Peek("Longitude"));
  if (!latitude.has_value() || !longitude.has_value() || !std::isfinite(*latitude) ||
      !std::isfinite(*longitude)) {
    return std::nullopt;
  }
  in.Take("Latitude");
  in.Take("Longitude");
  Location location;
  location.latitude = *latitude;
  location.longitude = *longitude;
  location.name = in.Take("Label");
  location.address = in.Take("Address");
  return location;
}

std::optional<ReplyTo> TakeReplyTo(ParameterReader& in) {
  if (FirstOf(in, {"OriginalRepliedMessageSid", "OriginalRepliedMessageSender"}).empty()) {
    return std::nullopt;
  }
  ReplyTo reply;
  reply.message_id = in.Take("OriginalRepliedMessageSid");
  reply.from = MakeAddress(in.Take("OriginalRepliedMessageSender")).address;
  return reply;
}

// ReferralNumMedia stands on ordinary messages too, so it tells nothing.
std::optional<Referral> TakeReferral(ParameterReader& in) {
  if (FirstOf(in, {"ReferralSourceId", "ReferralCtwaClid"}).empty()) return std::nullopt;
  Referral referral;
  referral.source = in.Take("ReferralSourceType");
  referral.source_id = in.Take("ReferralSourceId");
  referral.source_url = in.Take("ReferralSourceUrl");
  referral.headline = in.Take("ReferralHeadline");
  referral.body = in.Take("ReferralBody");
  referral.click_id = in.Take("ReferralCtwaClid");
  return referral;
}

Forwarded TakeForwarded(ParameterReader& in) {
  const bool once = in.Peek("Forwarded") == "true";
  const bool frequently = in.Peek("FrequentlyForwarded") == "true";
  for (Name name : {Name("Forwarded"), Name("FrequentlyForwarded")}) {
    in.Drop(name, "true");
    in.Drop(name, "false");
  }
  if (frequently) return Forwarded::kFrequently;
  return once ? Forwarded::kOnce : Forwarded::kNo;
}

// What Advanced Opt-Out says counts more than the words.
std::optional<Keyword> TakeKeyword(std::string_view channel, std::string_view text,
                                   ParameterReader& in) {
  if (!HasKeywords(channel)) return std::nullopt;
  constexpr std::pair<std::string_view, Keyword> kOptOutTypes[] = {
      {"STOP", Keyword::kStop}, {"START", Keyword::kStart}, {"HELP", Keyword::kHelp}};
  for (const auto& [word, keyword] : kOptOutTypes) {
    if (in.Peek("OptOutType") != word) continue;
    in.Take("OptOutType");
    return keyword;
  }
  return FindKeyword(text);
}

MessageType TypeOf(const Message& message, std::string_view channel, const ParameterReader& in) {
  if (message.interactive.has_value()) return MessageType::kInteractive;
  if (message.location.has_value()) return MessageType::kLocation;
  if (message.media.empty()) return MessageType::kText;
  const Media& first = message.media.front();
  const bool sticker = channel == "whatsapp" && in.Peek("MessageType") == "sticker" &&
                       IsMediaType(first.mime_type, "image/webp");
  return sticker ? MessageType::kSticker : MessageTypeOf(first);
}

void TakeContent(std::string_view channel, ParameterReader& in, Message& message) {
  const std::string_view body = in.Peek("Body");
  message.media = TakeMedia(in);
  message.interactive = TakeInteractive(channel, in);
  message.location = TakeLocation(in);
  message.reply_to = TakeReplyTo(in);
  message.referral = TakeReferral(in);
  message.forwarded = TakeForwarded(in);
  message.keyword = TakeKeyword(channel, body, in);
  const bool tapped = message.interactive.has_value() && !message.interactive->title.empty();
  message.text = tapped ? message.interactive->title : body;
  in.Drop("Body", message.text);
  message.type = TypeOf(message, channel, in);
}

}  // namespace

bool HasContent(const ParameterReader& in) {
  if (in.Has("Body") || in.Has("NumMedia")) return true;  // empty, or none, as they may be
  return !FirstOf(in, {"ButtonPayload", "ButtonText", "ListId", "ListTitle", "FlowData",
                       "InteractiveData", "Latitude", "Longitude"})
              .empty();
}

void ReadMessage(ParameterReader& in, Event& event) {
  Begin(EventKind::kMessage, in, event);
  event.channel = ChannelOf(in);
  event.direction = Direction::kInbound;
  event.from = MakeAddress(in.Take("From"));
  event.from->name = in.Take("ProfileName");
  event.to.push_back(MakeAddress(in.Take("To")));
  event.conversation = ConversationId(kCarrier, event.to.front().address, event.from->address);
  event.carrier_message_id = in.Take("MessageSid");
  DropFormerSids(event.carrier_message_id, in);
  in.Drop("SmsStatus", "received");
  TakeContent(event.channel, in, event.message.emplace());
}

}  // namespace twilio
}  // namespace omni::inline v0_1
