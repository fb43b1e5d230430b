#include "twilio_errors.h"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace omni::inline v0_1 {
namespace twilio {
namespace {

using enum ErrorClass;

constexpr bool kRetry = true;
constexpr bool kFinal = false;

// Sorted by code. `authentication` stands for everything that the account or the sender has to set
// up first; `contentRejected` for a request that will fail again as it is. Only what may succeed
// unchanged, later, is worth a retry.
constexpr ErrorMeaning kErrors[] = {
    {20003, kAuthentication, kFinal, "credentials not accepted"},
    {20429, kRateLimited, kRetry, "too many requests at once"},
    {20500, kCarrierFault, kRetry, "internal error at Twilio"},
    {21211, kInvalidRecipient, kFinal, "recipient is not a valid number"},
    {21217, kInvalidRecipient, kFinal, "number is not valid"},
    {21408, kAuthentication, kFinal, "account may not send to this region"},
    {21603, kAuthentication, kFinal, "sender is missing"},
    {21606, kAuthentication, kFinal, "sender cannot send to this recipient"},
    {21610, kOptedOut, kFinal, "recipient has opted out"},
    {21611, kRateLimited, kRetry, "queue of the sender is full"},
    {21612, kUnreachable, kFinal, "no route to the recipient"},
    {21614, kInvalidRecipient, kFinal, "recipient is not a mobile number"},
    {21617, kContentRejected, kFinal, "text is too long"},
    {21620, kContentRejected, kFinal, "media URL is not valid"},
    {21623, kContentRejected, kFinal, "too many media"},
    {21654, kContentRejected, kFinal, "content template is missing"},
    {21655, kContentRejected, kFinal, "content template is not valid"},
    {21656, kContentRejected, kFinal, "content variables are not valid"},
    {21659, kAuthentication, kFinal, "sender cannot be used"},
    {21703, kAuthentication, kFinal, "messaging service has no sender"},
    {21704, kAuthentication, kFinal, "messaging service has no usable sender"},
    {30001, kRateLimited, kRetry, "queue overflow"},
    {30002, kAuthentication, kFinal, "account is suspended"},
    {30003, kUnreachable, kRetry, "handset is not reachable now"},
    {30004, kBlocked, kFinal, "blocked by recipient or carrier"},
    {30005, kInvalidRecipient, kFinal, "unknown handset"},
    {30006, kInvalidRecipient, kFinal, "landline or number without messaging"},
    {30007, kSpam, kFinal, "filtered as spam"},
    {30008, kUnknown, kRetry, "unknown error"},
    {30009, kCarrierFault, kFinal, "a segment is missing"},
    {30010, kPayment, kFinal, "price is above the limit"},
    {30011, kUnreachable, kFinal, "recipient cannot receive MMS"},
    {30012, kContentRejected, kFinal, "time to live is too short"},
    {30013, kContentRejected, kFinal, "time to live is too long"},
    {30014, kInvalidRecipient, kFinal, "attributes of the recipient are not valid"},
    {30015, kInvalidRecipient, kFinal, "attributes of the recipient are not usable"},
    {30016, kContentRejected, kFinal, "channel types do not match"},
    {30017, kCarrierFault, kRetry, "carrier network is congested"},
    {30018, kAuthentication, kFinal, "sender id is not registered with the carrier"},
    {30019, kContentRejected, kFinal, "content is too large for the carrier"},
    {30022, kRateLimited, kRetry, "10DLC rate exceeded"},
    {30023, kRateLimited, kRetry, "daily cap reached"},
    {30024, kAuthentication, kFinal, "sender is not provisioned with the carrier"},
    {30027, kRateLimited, kRetry, "daily limit of T-Mobile reached"},
    {30032, kAuthentication, kFinal, "toll-free number is not verified"},
    {30034, kAuthentication, kFinal, "number is not registered for 10DLC"},
    {30036, kRateLimited, kFinal, "queued for longer than its validity"},
    {30410, kCarrierFault, kRetry, "provider timed out"},
    {63001, kAuthentication, kFinal, "channel did not accept the credentials"},
    {63002, kAuthentication, kFinal, "channel does not know the sender"},
    {63003, kInvalidRecipient, kFinal, "channel does not know the recipient"},
    {63005, kContentRejected, kFinal, "channel refused the content"},
    {63006, kContentRejected, kFinal, "content does not fit the channel"},
    {63007, kAuthentication, kFinal, "sender has no such channel"},
    {63009, kCarrierFault, kRetry, "error at the channel's provider"},
    {63010, kCarrierFault, kRetry, "internal error of the channel at Twilio"},
    {63012, kCarrierFault, kRetry, "internal error at the channel's provider"},
    {63013, kContentRejected, kFinal, "against the channel's policy"},
    {63014, kBlocked, kFinal, "blocked by the recipient"},
    {63015, kUnreachable, kFinal, "recipient has not joined the sandbox"},
    {63016, kWindowClosed, kFinal, "service window is closed: a template is needed"},
    {63017, kRateLimited, kRetry, "rate of the account exceeded"},
    {63018, kRateLimited, kRetry, "rate of the channel exceeded"},
    {63019, kContentRejected, kFinal, "media could not be downloaded"},
    {63021, kContentRejected, kFinal, "content is not valid for the channel"},
    {63024, kInvalidRecipient, kFinal, "recipient is not on the channel"},
    {63026, kSpam, kFinal, "flagged as spam by the channel"},
    {63027, kContentRejected, kFinal, "template does not exist in this language"},
    {63028, kContentRejected, kFinal, "wrong number of template parameters"},
    {63029, kContentRejected, kFinal, "recipient could not load the template"},
    {63032, kBlocked, kFinal, "WhatsApp restricts messages to this recipient"},
    {63033, kBlocked, kFinal, "blocked by the recipient"},
    {63034, kContentRejected, kFinal, "media is too large"},
    {63035, kAuthentication, kFinal, "RCS agent is not launched"},
    {63036, kUnreachable, kFinal, "recipient is not reachable by RCS"},
    {63037, kContentRejected, kFinal, "media could not be uploaded"},
    {63038, kRateLimited, kRetry, "daily limit of the account reached"},
    {63040, kContentRejected, kFinal, "template was rejected"},
    {63041, kContentRejected, kFinal, "template is paused"},
    {63049, kBlocked, kFinal, "Meta chose not to deliver"},
    {63051, kBlocked, kFinal, "WhatsApp restricts this message"},
};

constexpr bool ByCode(const ErrorMeaning& a, const ErrorMeaning& b) { return a.code < b.code; }
static_assert(std::is_sorted(std::begin(kErrors), std::end(kErrors), ByCode));

constexpr ErrorMeaning kNotInTable = {};

}  // namespace

const ErrorMeaning& FindError(std::string_view code) {
  ErrorMeaning wanted;
  const char* const end = code.data() + code.size();
  const auto result = std::from_chars(code.data(), end, wanted.code);
  if (result.ec != std::errc() || result.ptr != end) return kNotInTable;
  const auto it = std::lower_bound(std::begin(kErrors), std::end(kErrors), wanted, ByCode);
  return it != std::end(kErrors) && it->code == wanted.code ? *it : kNotInTable;
}

}  // namespace twilio
}  // namespace omni::inline v0_1
