#include "inteliquent_parties.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "omni/support/encoding.h"
#include "omni/support/signature.h"

namespace omni::inline v0_1 {
namespace inteliquent {
namespace {

constexpr std::size_t kMaxRecipients = 100;  // a group has ten or twenty
constexpr std::size_t kGroupHashLength = 32;

bool Holds(const std::vector<Address>& addresses, const Address& address) {
  return std::any_of(addresses.begin(), addresses.end(),
                     [&](const Address& known) { return known.address == address.address; });
}

// Returns whether nothing of `value` is left out.
bool AddRecipient(JsonValue value, std::vector<Address>& to) {
  const std::string number = ReadNumber(value);
  if (number.empty() || to.size() == kMaxRecipients) return false;
  Address address = ToAddress(number);
  if (!Holds(to, address)) to.push_back(std::move(address));
  return true;
}

void SortOnce(std::vector<std::string_view>& people) {
  std::sort(people.begin(), people.end());
  people.erase(std::unique(people.begin(), people.end()), people.end());
}

// A group has no id of its own: it is who takes part, all of them.
std::string GroupId(std::string_view business, std::vector<std::string_view> people) {
  people.push_back(business);
  SortOnce(people);
  std::string text;
  for (std::string_view person : people) text.append(person).append("\n");
  return "group-" + HexEncode(AsView(Sha256(text))).substr(0, kGroupHashLength);
}

}  // namespace

Parties ReadParties(const Item& item, Metadata& metadata) {
  Parties parties;
  const JsonValue sender = item.value["from"];
  if (const std::string from = ReadNumber(sender); !from.empty()) {
    parties.from = ToAddress(from);
  } else {
    metadata.Set("from", sender.scalar());
  }
  const JsonValue to = item.value["to"];
  bool whole = true;
  for (const JsonValue element : to.elements()) {
    whole = AddRecipient(element, parties.to) && whole;
  }
  if (!whole) metadata.Set("to", CompactJson(to));
  if (!to.is_array() && !AddRecipient(to, parties.to)) metadata.Set("to", to.scalar());
  return parties;
}

std::vector<std::size_t> FindOurs(const Parties& parties, const OurNumbers& ours, Batch& batch) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < parties.to.size(); ++i) {
    if (ours.Contain(parties.to[i])) places.push_back(i);
  }
  if (!places.empty()) return places;
  if (parties.to.size() > 1) batch.Ignore("our_number_unknown");
  return {0};
}

void SetMessageParties(const Parties& parties, std::size_t our_place, Event& event) {
  event.to.reserve(parties.to.size());
  event.to.push_back(parties.to[our_place]);
  std::vector<std::string_view> others;
  others.reserve(parties.to.size());
  others.emplace_back(parties.from->address);
  for (std::size_t i = 0; i < parties.to.size(); ++i) {
    if (i == our_place) continue;
    event.to.push_back(parties.to[i]);
    others.emplace_back(parties.to[i].address);
  }
  SortOnce(others);
  const std::string_view business = event.to.front().address;
  if (others.size() > 1) event.metadata.Set("groupId", GroupId(business, others));
  const std::string_view group = event.metadata.Get("groupId");
  event.conversation = ConversationId(kCarrier, business, group.empty() ? others.front() : group);
}

Delivery ReadDelivery(Parties parties, const OurNumbers& ours) {
  Delivery delivery;
  const auto our_recipient =
      std::find_if(parties.to.begin(), parties.to.end(),
                   [&](const Address& address) { return ours.Contain(address); });
  const bool from_is_ours = parties.from && ours.Contain(*parties.from);
  const bool to_is_ours = our_recipient != parties.to.end();
  delivery.assumed = !from_is_ours && !to_is_ours && parties.from && !parties.to.empty();
  const bool swapped =
      !from_is_ours && (to_is_ours || (delivery.assumed && parties.to.size() == 1));
  if (!swapped) {
    // Of a receipt that names one side only, that is the recipient unless it is ours.
    const bool lone_recipient = parties.to.empty() && !from_is_ours;
    if (parties.from && lone_recipient) parties.to.push_back(*std::exchange(parties.from, {}));
    delivery.business = std::move(parties.from);
    delivery.recipients = std::move(parties.to);
    return delivery;
  }
  delivery.business = to_is_ours ? *our_recipient : parties.to.front();
  if (parties.from) delivery.recipients.push_back(*std::move(parties.from));
  return delivery;
}

}  // namespace inteliquent
}  // namespace omni::inline v0_1
