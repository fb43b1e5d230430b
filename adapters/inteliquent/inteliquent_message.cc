#include "inteliquent_message.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "inteliquent_fields.h"
#include "inteliquent_media.h"
#include "inteliquent_parties.h"
#include "omni/http.h"

namespace omni::inline v0_1 {
namespace inteliquent {
namespace {

constexpr KnownMember kMembers[] = {
    {"messageId"},
    {"referenceId"},
    {"type"},
    {"deliveryReceipt"},
    {"timestamp"},
    {"from"},
    {.name = "to", .array = true},
    {"text"},
    {.name = "mediaUrls", .array = true},
    {.name = "attachments", .array = true},
};

// The word for what the rest of the object says too.
bool IsTold(std::string_view type) {
  return EqualsIgnoreCase(type, "sms") || EqualsIgnoreCase(type, "mms");
}

void ReadContent(const Item& item, Event& event, Batch& batch) {
  Message& message = event.message.emplace();
  message.text = item.value["text"].scalar();
  ReadMedia(item, event, batch);
  message.type = TypeOf(message);
  message.keyword = FindKeyword(message.text);
  KeepRest(item.value, kMembers, event.metadata);
  KeepUnlessSaid(item.value, "messageId", item.id, event.metadata);
  const std::string_view type = item.value["type"].scalar();
  if (!IsTold(type)) event.metadata.Set("type", type);
}

// Adds what the recipient at `place` has got.
void AddCopy(const Item& item, const Parties& parties, std::size_t place, Event event,
             Batch& batch) {
  SetMessageParties(parties, place, event);
  // The carrier's reference is one for all of a group.
  std::string identity;
  if (parties.to.size() > 1) {
    identity.append(item.id).append(":").append(event.to.front().address);
  }
  batch.Add(std::move(event), item, std::move(identity));
}

}  // namespace

void AddMessage(const Item& item, const OurNumbers& our_numbers, Batch& batch) {
  Event event = NewEvent(EventKind::kMessage, item);
  event.direction = Direction::kInbound;
  const Parties parties = ReadParties(item, event.metadata);
  event.from = parties.from;
  // A message of several recipients is one MMS, whatever is in it.
  const bool mms =
      HasMedia(item) || parties.to.size() > 1 || EqualsIgnoreCase(item.value["type"].text(), "mms");
  if (mms) event.channel = "mms";
  ReadContent(item, event, batch);
  std::vector<std::size_t> places = FindOurs(parties, our_numbers, batch);
  const std::size_t last = places.back();
  places.pop_back();
  for (const std::size_t place : places) AddCopy(item, parties, place, event, batch);
  AddCopy(item, parties, last, std::move(event), batch);
}

}  // namespace inteliquent
}  // namespace omni::inline v0_1
