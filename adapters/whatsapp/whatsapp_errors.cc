#include "whatsapp_errors.h"

namespace omni::inline v0_1 {
namespace whatsapp {
namespace {

using enum ErrorClass;

struct Row {
  std::int64_t first;
  std::int64_t last;
  ErrorMeaning meaning;
};

constexpr Row Code(std::int64_t code, ErrorClass error_class) {
  return {code, code, {error_class, false}};
}
constexpr Row Transient(std::int64_t code, ErrorClass error_class) {
  return {code, code, {error_class, true}};
}
constexpr Row Range(std::int64_t first, std::int64_t last, ErrorClass error_class) {
  return {first, last, {error_class, false}};
}

// The first row that holds a code counts, so single codes stand before ranges.
constexpr Row kRows[] = {
    // The token, its permissions, and whether the number may send at all.
    Code(0, kAuthentication), Code(3, kAuthentication), Code(10, kAuthentication),
    Code(33, kAuthentication), Code(190, kAuthentication), Code(131005, kAuthentication),
    Code(131037, kAuthentication), Code(131045, kAuthentication),
    // What the platform forbids the account, and what it takes money for.
    Code(368, kBlocked), Code(130472, kBlocked), Code(130497, kBlocked), Code(131031, kBlocked),
    Code(131042, kPayment),
    // Too much at once. The limit for marketing to one person lasts at least a day.
    Transient(4, kRateLimited), Transient(80007, kRateLimited), Transient(130429, kRateLimited),
    Transient(131056, kRateLimited), Transient(131064, kRateLimited),
    Transient(132069, kRateLimited), Transient(133016, kRateLimited), Transient(131048, kSpam),
    Code(131049, kRateLimited),
    // The platform's own trouble.
    Transient(1, kCarrierFault), Transient(2, kCarrierFault), Transient(131000, kCarrierFault),
    Transient(131016, kCarrierFault), Transient(131057, kCarrierFault),
    Transient(133004, kCarrierFault),
    // The recipient.
    Code(131021, kInvalidRecipient), Code(131030, kInvalidRecipient),
    Code(131062, kInvalidRecipient), Code(137000, kInvalidRecipient),
    Code(131020, kInvalidRecipient), Code(131041, kInvalidRecipient), Code(131026, kUnreachable),
    Code(131047, kWindowClosed), Code(131050, kOptedOut),
    // The message.
    Code(100, kContentRejected), Code(131008, kContentRejected), Code(131009, kContentRejected),
    Code(131051, kContentRejected), Code(131052, kContentRejected),
    Transient(131053, kContentRejected),  // mostly a link that could not be fetched
    Code(131055, kContentRejected), Code(131063, kContentRejected), Code(135000, kContentRejected),
    // Families.
    Range(200, 299, kAuthentication),          // permissions
    Range(131200, 131299, kInvalidRecipient),  // groups
    Range(132000, 132999, kContentRejected),   // templates and flows
    Range(133000, 133015, kAuthentication),    // registration of the number
    Range(134100, 134102, kContentRejected),   // marketing messages
    Range(147001, 147005, kInvalidRecipient),  // usernames
};

}  // namespace

ErrorMeaning MeaningOf(std::int64_t code) {
  for (const Row& row : kRows) {
    if (code >= row.first && code <= row.last) return row.meaning;
  }
  return {};
}

}  // namespace whatsapp
}  // namespace omni::inline v0_1
