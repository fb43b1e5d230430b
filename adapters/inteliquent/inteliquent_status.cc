#include "inteliquent_status.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "inteliquent_fields.h"
#include "inteliquent_media.h"
#include "inteliquent_parties.h"
#include "inteliquent_receipt.h"
#include "omni/http.h"

namespace omni::inline v0_1 {
namespace inteliquent {
namespace {

constexpr bool kRetry = true;
constexpr bool kFinal = false;

struct StatusRow {
  std::string_view word;
  StatusValue value;
  ErrorClass error_class = ErrorClass::kUnknown;
  bool retryable = kFinal;
};

// The words of the contract, and of SMPP in seven letters and in full. The carrier publishes no
// error codes, so that the word alone tells the class.
constexpr StatusRow kStatuses[] = {
    {"pending", StatusValue::kQueued},
    {"scheduled", StatusValue::kScheduled},
    {"enroute", StatusValue::kSending},
    {"acceptd", StatusValue::kSent},
    {"accepted", StatusValue::kSent},
    {"sent", StatusValue::kSent},
    {"delivrd", StatusValue::kDelivered},
    {"delivered", StatusValue::kDelivered},
    {"undeliv", StatusValue::kUndelivered, ErrorClass::kUnreachable, kFinal},
    {"undelivered", StatusValue::kUndelivered, ErrorClass::kUnreachable, kFinal},
    {"undeliverable", StatusValue::kUndelivered, ErrorClass::kUnreachable, kFinal},
    {"expired", StatusValue::kExpired, ErrorClass::kUnreachable, kRetry},
    {"rejectd", StatusValue::kRejected, ErrorClass::kBlocked, kFinal},
    {"rejected", StatusValue::kRejected, ErrorClass::kBlocked, kFinal},
    {"failed", StatusValue::kFailed},
    {"deleted", StatusValue::kFailed},
    {"skipped", StatusValue::kFailed},
};

constexpr KnownMember kMembers[] = {
    {"messageId"},
    {"referenceId"},
    {"type"},
    {"deliveryReceipt"},
    {"timestamp"},
    {"from"},
    {"status"},
    {"errorCode"},
    {"text"},
    {"errorMessage"},
    {.name = "to", .array = true},
};

StatusRow MeaningOf(std::string_view word) {
  const auto row =
      std::find_if(std::begin(kStatuses), std::end(kStatuses),
                   [&](const StatusRow& known) { return EqualsIgnoreCase(known.word, word); });
  return row == std::end(kStatuses) ? StatusRow{word, StatusValue::kUnknown} : *row;
}

bool IsFailure(StatusValue value) {
  return value == StatusValue::kUndelivered || value == StatusValue::kExpired ||
         value == StatusValue::kRejected || value == StatusValue::kFailed;
}

// `000`
bool MeansNoError(std::string_view code) {
  return code.find_first_not_of('0') == std::string_view::npos;
}

// Receipts say `err:000` of what went well. That is no error, yet it was told.
void SetError(std::string_view code, std::string_view message, const StatusRow& meaning,
              Event& event) {
  const bool odd =
      meaning.value != StatusValue::kDelivered && (!MeansNoError(code) || !message.empty());
  if (!IsFailure(meaning.value) && !odd) {
    event.metadata.Set("errorCode", code);
    event.metadata.Set("errorMessage", message);
    return;
  }
  event.status->error = DeliveryError{.code = std::string(code),
                                      .message = std::string(message),
                                      .class_ = meaning.error_class,
                                      .retryable = meaning.retryable};
}

void ReadStatus(const Item& item, Event& event) {
  const JsonValue value = item.value;
  const std::string_view text = value["text"].scalar();
  const ReceiptText receipt = item.shape == Shape::kNative ? ParseReceiptText(text) : ReceiptText{};
  const std::string_view word = receipt.stat.empty() ? value["status"].scalar() : receipt.stat;
  const std::string_view code = receipt.err.empty() ? value["errorCode"].scalar() : receipt.err;
  const StatusRow meaning = MeaningOf(word);
  event.status = DeliveryStatus{.value = meaning.value, .carrier_value = std::string(word)};
  SetError(code, value["errorMessage"].scalar(), meaning, event);
  KeepUnlessSaid(value, "status", word, event.metadata);
  KeepUnlessSaid(value, "errorCode", code, event.metadata);
  event.metadata.Set("receipt", text);
}

void ReadRest(const Item& item, Event& event) {
  KeepRest(item.value, kMembers, event.metadata);
  KeepUnlessSaid(item.value, "messageId", item.id, event.metadata);
  const std::string_view type = item.value["type"].scalar();
  if (!EqualsIgnoreCase(type, "delivery_receipt")) event.metadata.Set("type", type);
}

void AddFor(const Item& item, Address recipient, Event event, Batch& batch) {
  if (event.from) {
    event.conversation = ConversationId(kCarrier, event.from->address, recipient.address);
  }
  event.to.push_back(std::move(recipient));
  batch.Add(std::move(event), item, {});
}

}  // namespace

void AddReceipt(const Item& item, const OurNumbers& our_numbers, Batch& batch) {
  Event event = NewEvent(EventKind::kStatus, item);
  event.direction = Direction::kOutbound;
  if (HasMedia(item)) event.channel = "mms";
  Delivery delivery = ReadDelivery(ReadParties(item, event.metadata), our_numbers);
  if (delivery.assumed) event.metadata.Set("recipientAssumed", "true");
  event.from = std::move(delivery.business);
  ReadStatus(item, event);
  ReadRest(item, event);
  if (delivery.recipients.empty()) return batch.Add(std::move(event), item, {});
  Address last = std::move(delivery.recipients.back());
  delivery.recipients.pop_back();
  for (Address& recipient : delivery.recipients) AddFor(item, std::move(recipient), event, batch);
  AddFor(item, std::move(last), std::move(event), batch);
}

}  // namespace inteliquent
}  // namespace omni::inline v0_1
