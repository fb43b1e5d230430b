#include "commands/event_line.h"

#include <string_view>

#include "omni/codec.h"
#include "omni/event.h"

namespace host {
namespace {

constexpr std::size_t kMaxText = 200;

/// Control characters would reach the terminal; a cut in the middle of a character would, too.
std::string Printable(std::string_view text) {
  std::string printable;
  const bool is_cut = text.size() > kMaxText;
  std::size_t end = is_cut ? kMaxText : text.size();
  while (is_cut && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  for (std::size_t i = 0; i < end; ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    // Also U+0080 to U+009F, which some terminals obey.
    if (c == 0xC2 && i + 1 < end && static_cast<unsigned char>(text[i + 1]) < 0xA0) {
      printable.push_back(' ');
      ++i;
    } else {
      printable.push_back(c < 0x20 || c == 0x7F ? ' ' : text[i]);
    }
  }
  return is_cut ? printable + "…" : printable;
}

std::string Parties(const omni::Event& event) {
  std::string parties = event.from ? Printable(event.from->address) : "-";
  parties += " -> ";
  if (event.to.empty()) return parties + "-";
  parties += Printable(event.to.front().address);
  if (event.to.size() > 1) parties += " and " + std::to_string(event.to.size() - 1) + " more";
  return parties;
}

std::string Content(const omni::Event& event) {
  if (event.message) {
    std::string content(omni::ToWord(event.message->type));
    if (!event.message->text.empty()) content += " \"" + Printable(event.message->text) + '"';
    if (!event.message->media.empty()) {
      content += " (" + std::to_string(event.message->media.size()) + " media)";
    }
    return content;
  }
  if (event.status) {
    std::string content(omni::ToWord(event.status->value));
    if (event.status->error) content += ", error " + Printable(event.status->error->code);
    return content;
  }
  if (event.notice) return Printable(event.notice->type) + " " + Printable(event.notice->subject);
  return {};
}

}  // namespace

std::string EventLine(const omni::Envelope& envelope) {
  const auto event = omni::EventFromJson(envelope.body);
  if (!event.ok()) return "(not an event) " + Printable(envelope.body);
  std::string line = omni::FormatTime(event->received_at);
  line.append("  ").append(Printable(event->carrier)).append(" ");
  line.append(omni::ToWord(event->kind)).append(" ").append(Printable(event->channel));
  line.append("  ").append(Parties(*event)).append("  ").append(Content(*event));
  return line;
}

}  // namespace host
