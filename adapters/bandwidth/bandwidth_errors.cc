#include "bandwidth_errors.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <system_error>

namespace omni::inline v0_1 {
namespace bandwidth {
namespace {

using enum ErrorClass;

constexpr StatusValue kFailed = StatusValue::kFailed;
constexpr StatusValue kRejected = StatusValue::kRejected;
constexpr StatusValue kUndelivered = StatusValue::kUndelivered;
constexpr StatusValue kExpired = StatusValue::kExpired;
constexpr StatusValue kNotKnown = StatusValue::kUnknown;

constexpr bool kRetry = true;
constexpr bool kFinal = false;

// Sorted by code. `authentication` stands for everything that the account or the sender has to set
// up first; `contentRejected` for a request that will fail again as it is. Only what may succeed
// unchanged, later, is worth a retry.
constexpr ErrorMeaning kErrors[] = {
    {4001, kFailed, kAuthentication, kFinal, "account may not use this service"},
    {4301, kFailed, kContentRejected, kFinal, "text cannot be encoded"},
    {4302, kFailed, kAuthentication, kFinal, "sender is not a valid number"},
    {4303, kFailed, kInvalidRecipient, kFinal, "recipient is not a valid number"},
    {4350, kFailed, kContentRejected, kFinal, "message cannot be built for the recipient"},
    {4360, kExpired, kRateLimited, kFinal, "queued for longer than its expiration"},
    {4401, kFailed, kInvalidRecipient, kFinal, "sender and recipient are the same"},
    {4403, kRejected, kAuthentication, kFinal, "sender is not allowed"},
    {4404, kRejected, kBlocked, kFinal, "recipient is not allowed"},
    {4405, kFailed, kAuthentication, kFinal, "sender is not allocated"},
    {4406, kFailed, kInvalidRecipient, kFinal, "recipient is not allocated"},
    {4407, kFailed, kAuthentication, kFinal, "sender belongs to no account"},
    {4408, kFailed, kInvalidRecipient, kFinal, "recipient belongs to no account"},
    {4409, kFailed, kUnreachable, kFinal, "recipient cannot receive MMS"},
    {4410, kFailed, kContentRejected, kRetry, "media could not be downloaded"},
    {4411, kFailed, kContentRejected, kFinal, "media are too large"},
    {4412, kFailed, kContentRejected, kFinal, "media type is not allowed"},
    {4420, kFailed, kUnreachable, kFinal, "no route to the recipient"},
    {4421, kFailed, kAuthentication, kFinal, "account may not send to this recipient"},
    {4431, kFailed, kAuthentication, kFinal, "short codes are not enabled"},
    {4432, kRejected, kAuthentication, kFinal, "country is not enabled"},
    {4433, kFailed, kAuthentication, kFinal, "toll-free numbers are not enabled"},
    {4434, kFailed, kInvalidRecipient, kFinal, "recipient is a toll-free number"},
    {4435, kFailed, kContentRejected, kFinal, "too many recipients"},
    {4451, kFailed, kAuthentication, kFinal, "user id is not valid"},
    {4452, kFailed, kAuthentication, kFinal, "application id is not valid"},
    {4470, kRejected, kSpam, kFinal, "filtered as spam"},
    {4475, kRejected, kOptedOut, kFinal, "recipient has opted out"},
    {4476, kRejected, kAuthentication, kFinal, "traffic is not registered"},
    {4481, kRejected, kBlocked, kFinal, "sender is on a block list"},
    {4482, kRejected, kBlocked, kFinal, "recipient is on a block list"},
    {4492, kRejected, kInvalidRecipient, kFinal, "recipient is an emergency number"},
    {4493, kRejected, kAuthentication, kFinal, "sender is not authorized"},
    {4700, kUndelivered, kUnreachable, kFinal, "recipient cannot receive this kind of message"},
    {4701, kUndelivered, kUnreachable, kRetry, "recipient's service is not reachable now"},
    {4702, kUndelivered, kUnreachable, kRetry, "handset is not reachable now"},
    {4710, kFailed, kContentRejected, kFinal, "recipient's carrier could not get the media"},
    {4711, kFailed, kContentRejected, kFinal, "media are too large for the recipient's carrier"},
    {4712, kFailed, kContentRejected, kFinal,
     "media type is not allowed by the recipient's carrier"},
    {4720, kUndelivered, kInvalidRecipient, kFinal, "landline or unknown number"},
    {4721, kUndelivered, kInvalidRecipient, kFinal, "number was deactivated"},
    {4730, kUndelivered, kUnreachable, kRetry, "no route to the recipient now"},
    {4735, kFailed, kContentRejected, kFinal, "too many recipients for the recipient's carrier"},
    {4740, kRejected, kAuthentication, kFinal, "sender refused by the recipient's carrier"},
    {4750, kRejected, kBlocked, kFinal, "refused by the recipient's carrier"},
    {4751, kFailed, kContentRejected, kFinal, "message is too long for the recipient's carrier"},
    {4752, kFailed, kContentRejected, kFinal, "message is malformed for the recipient's carrier"},
    {4753, kUndelivered, kBlocked, kFinal, "refused by the handset"},
    {4754, kFailed, kUnreachable, kFinal, "recipient is not on this channel"},
    {4770, kRejected, kSpam, kFinal, "filtered as spam by the recipient's carrier"},
    {4771, kRejected, kSpam, kFinal, "filtered for a shortened URL"},
    {4772, kRejected, kBlocked, kFinal, "sender or recipient is blocked"},
    {4773, kRejected, kAuthentication, kFinal, "campaign is not active"},
    {4774, kRejected, kAuthentication, kFinal, "number is not provisioned for the campaign"},
    {4775, kRejected, kOptedOut, kFinal, "recipient has opted out"},
    {4780, kRejected, kRateLimited, kRetry, "daily limit of T-Mobile reached"},
    {4781, kRejected, kRateLimited, kRetry, "rate of AT&T exceeded"},
    {4785, kRejected, kRateLimited, kRetry, "volume limit reached"},
    {4790, kRejected, kAuthentication, kFinal, "short code was refused"},
    {4791, kRejected, kAuthentication, kFinal, "short code has no campaign"},
    {4792, kRejected, kAuthentication, kFinal, "short code is not provisioned"},
    {4793, kRejected, kAuthentication, kFinal, "short code has expired"},
    {4794, kExpired, kUnreachable, kFinal, "expired at the recipient's carrier"},
    {4795, kRejected, kAuthentication, kFinal, "toll-free number is not verified"},
    {5100, kFailed, kCarrierFault, kRetry, "error at Bandwidth"},
    {5101, kFailed, kCarrierFault, kRetry, "Bandwidth was shutting down"},
    {5106, kFailed, kCarrierFault, kRetry, "Bandwidth could not route the message"},
    {5111, kFailed, kCarrierFault, kRetry, "connection lost at Bandwidth"},
    {5201, kFailed, kCarrierFault, kRetry, "Bandwidth gave up trying"},
    {5211, kFailed, kCarrierFault, kRetry, "Bandwidth is busy"},
    {5220, kFailed, kCarrierFault, kRetry, "storage error at Bandwidth"},
    {5231, kFailed, kCarrierFault, kRetry, "a part did not arrive in time"},
    {5500, kFailed, kCarrierFault, kRetry, "Bandwidth could not send"},
    {5501, kFailed, kCarrierFault, kRetry, "Bandwidth found no destination"},
    {5600, kFailed, kCarrierFault, kRetry, "queue of the recipient's carrier is full"},
    {5610, kFailed, kCarrierFault, kRetry, "recipient's carrier did not take the message"},
    {5620, kFailed, kCarrierFault, kRetry, "error at the recipient's carrier"},
    {5630, kFailed, kCarrierFault, kRetry, "recipient's carrier did not acknowledge"},
    {5650, kFailed, kCarrierFault, kRetry, "recipient's carrier could not deliver"},
    {5999, kFailed, kCarrierFault, kRetry, "unknown error at Bandwidth"},
    {9902, kNotKnown, kUnknown, kFinal, "no delivery receipt within two hours"},
    {9999, kNotKnown, kUnknown, kFinal, "unknown error at the recipient's carrier"},
};

constexpr bool ByCode(const ErrorMeaning& a, const ErrorMeaning& b) { return a.code < b.code; }
static_assert(std::is_sorted(std::begin(kErrors), std::end(kErrors), ByCode));

// The first code of each range and what all codes from there on have in common.
constexpr ErrorMeaning kRanges[] = {
    {0, kFailed, kUnknown, kFinal, ""},     {4700, kUndelivered, kUnknown, kFinal, ""},
    {4800, kFailed, kUnknown, kFinal, ""},  {5000, kFailed, kUnknown, kRetry, ""},
    {6000, kFailed, kUnknown, kFinal, ""},  {9000, kNotKnown, kUnknown, kFinal, ""},
    {10000, kFailed, kUnknown, kFinal, ""},
};
static_assert(std::is_sorted(std::begin(kRanges), std::end(kRanges), ByCode));

}  // namespace

ErrorMeaning MeaningOf(std::string_view code) {
  ErrorMeaning wanted;
  const char* const end = code.data() + code.size();
  const auto result = std::from_chars(code.data(), end, wanted.code);
  if (result.ec != std::errc() || result.ptr != end || wanted.code < 0) return {};
  const auto found = std::lower_bound(std::begin(kErrors), std::end(kErrors), wanted, ByCode);
  if (found != std::end(kErrors) && found->code == wanted.code) return *found;
  return *std::prev(std::upper_bound(std::begin(kRanges), std::end(kRanges), wanted, ByCode));
}

}  // namespace bandwidth
}  // namespace omni::inline v0_1
