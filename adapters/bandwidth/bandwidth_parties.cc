#include "bandwidth_parties.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "omni/support/encoding.h"
#include "omni/support/phone.h"
#include "omni/support/signature.h"

namespace omni::inline v0_1 {
namespace bandwidth {
namespace {

constexpr std::size_t kGroupHashLength = 32;

// As a rule a message has one recipient and one sender.
using Recipients = absl::InlinedVector<Address, 1>;
using People = absl::InlinedVector<std::string_view, 4>;

// The recipients that the message lists.
Recipients ReadRecipients(const Callback& callback, Event& event) {
  const JsonValue to = callback.message["to"];
  Recipients recipients;
  if (!to.is_array()) {
    if (!to.scalar().empty()) recipients.push_back(MakeAddress(to.scalar()));
    return recipients;
  }
  recipients.reserve(to.size());
  for (const JsonValue element : to.elements()) {
    if (!element.scalar().empty()) recipients.push_back(MakeAddress(element.scalar()));
  }
  if (recipients.size() != to.size()) event.metadata.Set("to", CompactJson(to));
  return recipients;
}

// Not `owner`: on statuses it is now the one side, now the other.
Address BusinessOf(const Callback& callback, const Recipients& recipients) {
  if (const std::string_view to = callback.item["to"].scalar(); !to.empty()) {
    return MakeAddress(to);
  }
  if (recipients.size() == 1) return recipients.front();
  const Address owner = MakeAddress(callback.message["owner"].scalar());
  const bool listed =
      std::any_of(recipients.begin(), recipients.end(),
                  [&](const Address& recipient) { return recipient.address == owner.address; });
  return listed ? owner : MakeAddress(callback.destination.proved);
}

void SortOnce(People& people) {
  std::sort(people.begin(), people.end());
  people.erase(std::unique(people.begin(), people.end()), people.end());
}

// A group has no id of its own, and each of our numbers in it gets the message under another: what
// stays the same is who takes part, all of them.
std::string GroupId(std::string_view business, People people) {
  if (!business.empty()) people.push_back(business);
  SortOnce(people);
  std::string text;
  for (std::string_view person : people) text.append(person).append("\n");
  return "group-" + HexEncode(AsView(Sha256(text))).substr(0, kGroupHashLength);
}

// `others`: everyone but the business, in any order. Returns whether they are a group.
bool SetConversation(std::string_view business, People others, Event& event) {
  SortOnce(others);
  const bool group = others.size() > 1;
  if (group) event.metadata.Set("groupId", GroupId(business, others));
  if (business.empty() || others.empty()) return group;
  event.conversation =
      ConversationId(kCarrier, business, group ? event.metadata.Get("groupId") : others.front());
  return group;
}

// It is one of the two sides nearly always.
void KeepOwner(const Callback& callback, Event& event) {
  const std::string_view owner = callback.message["owner"].scalar();
  const std::string address = MakeAddress(owner).address;
  if (event.from && event.from->address == address) return;
  if (!event.to.empty() && event.to.front().address == address) return;
  event.metadata.Set("owner", owner);
}

bool HasMedia(JsonValue message) {
  const JsonValue media = message["media"];
  return media.size() > 0 || !media.scalar().empty();
}

struct ChannelRow {
  std::string_view word;
  std::string_view channel;
};
constexpr ChannelRow kChannels[] = {{"RBM", "rcs"}, {"MMS", "mms"}, {"SMS", "sms"}};

// Types that there are in RCS only.
constexpr std::string_view kRcsTypes[] = {"suggestion-response", "requested-location-response",
                                          "message-read"};

bool IsRcsOnly(const Callback& callback) {
  const auto types_end = std::end(kRcsTypes);
  return callback.message["content"].is_object() ||
         std::find(std::begin(kRcsTypes), types_end, callback.type) != types_end;
}

}  // namespace

Parties SetInboundParties(const Callback& callback, Event& event) {
  Recipients recipients = ReadRecipients(callback, event);
  Address business = BusinessOf(callback, recipients);
  Parties parties;
  event.direction = Direction::kInbound;
  if (const std::string_view from = callback.message["from"].scalar(); !from.empty()) {
    event.from = MakeAddress(from);
    parties.has_customer = true;
  }
  parties.has_business = !business.address.empty();
  if (parties.has_business) event.to.push_back(std::move(business));
  const std::size_t first_other = event.to.size();
  for (Address& recipient : recipients) {
    if (parties.has_business && recipient.address == event.to.front().address) continue;
    event.to.push_back(std::move(recipient));
  }
  People others;
  others.reserve(event.to.size() + 1);
  if (event.from) others.emplace_back(event.from->address);
  for (std::size_t i = first_other; i < event.to.size(); ++i) {
    others.emplace_back(event.to[i].address);
  }
  const std::string_view ours =
      parties.has_business ? std::string_view(event.to.front().address) : std::string_view();
  parties.group = SetConversation(ours, std::move(others), event);
  KeepOwner(callback, event);
  return parties;
}

Parties SetOutboundParties(const Callback& callback, Event& event) {
  const Recipients recipients = ReadRecipients(callback, event);
  Parties parties;
  event.direction = Direction::kOutbound;
  if (const std::string_view from = callback.message["from"].scalar(); !from.empty()) {
    event.from = MakeAddress(from);
    parties.has_business = true;
  }
  if (const std::string_view to = callback.item["to"].scalar(); !to.empty()) {
    event.to.push_back(MakeAddress(to));
  } else if (recipients.size() == 1) {
    event.to.push_back(recipients.front());
  }
  parties.has_customer = !event.to.empty();
  People others;
  others.reserve(recipients.size() + 1);
  for (const Address& recipient : recipients) others.emplace_back(recipient.address);
  if (parties.has_customer) others.emplace_back(event.to.front().address);
  const std::string_view ours =
      parties.has_business ? std::string_view(event.from->address) : std::string_view();
  parties.group = SetConversation(ours, std::move(others), event);
  KeepOwner(callback, event);
  return parties;
}

void CompareDestination(const Callback& callback, const Address& business, Event& event,
                        Batch& batch) {
  const std::string path = MakeAddress(callback.destination.claimed.unverified()).address;
  if (path == business.address) return;
  if (IsE164(path)) batch.Ignore("destination_mismatch");
  event.metadata.Set("destination", callback.destination.proved);
}

void SetChannel(const Callback& callback, const Parties& parties, Event& event) {
  const std::string_view word = callback.message["channel"].text();
  const auto row = std::find_if(std::begin(kChannels), std::end(kChannels),
                                [word](const ChannelRow& known) { return known.word == word; });
  if (row != std::end(kChannels)) {
    event.channel = row->channel;
  } else {
    event.channel = IsRcsOnly(callback) ? "rcs" : "sms";
    event.metadata.Set("carrierChannel", word);
  }
  // A message of several recipients is one MMS, whatever is in it.
  if (event.channel == "sms" && (HasMedia(callback.message) || parties.group)) {
    event.channel = "mms";
  }
}

}  // namespace bandwidth
}  // namespace omni::inline v0_1
