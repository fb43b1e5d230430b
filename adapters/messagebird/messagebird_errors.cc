#include "messagebird_errors.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <iterator>
#include <span>
#include <system_error>

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

using enum ErrorClass;

constexpr bool kRetry = true;
constexpr bool kFinal = false;

struct CodeRow {
  int first;
  int last;
  ErrorMeaning meaning;
};

// The carrier groups 2 to 12, except 8, with 1: at this number nobody receives SMS.
constexpr CodeRow kSmsCodes[] = {
    {1, 1, {kInvalidRecipient, kFinal, "unknown subscriber"}},
    {2, 2, {kInvalidRecipient, kFinal, "unknown base station"}},
    {3, 3, {kInvalidRecipient, kFinal, "unknown switching center"}},
    {5, 5, {kInvalidRecipient, kFinal, "unidentified subscriber"}},
    {8, 8, {kUnreachable, kRetry, "recipient may not roam"}},
    {9, 9, {kInvalidRecipient, kFinal, "illegal subscriber"}},
    {10, 10, {kInvalidRecipient, kFinal, "recipient has no bearer service"}},
    {11, 11, {kInvalidRecipient, kFinal, "recipient has no SMS service"}},
    {12, 12, {kInvalidRecipient, kFinal, "barred by the operator"}},
    {26, 26, {kUnreachable, kRetry, "handset is not reachable now"}},
    {27, 27, {kUnreachable, kRetry, "recipient is absent"}},
    {31, 31, {kUnreachable, kRetry, "recipient is busy"}},
    {34, 34, {kCarrierFault, kRetry, "failure in the network"}},
    {103, 103, {kOptedOut, kFinal, "recipient has opted out"}},
};

constexpr CodeRow kConversationsCodes[] = {
    {301, 301, {kUnknown, kRetry, "message could not be sent"}},
    {302, 302, {kInvalidRecipient, kFinal, "recipient is not on the channel"}},
    {470, 470, {kWindowClosed, kFinal, "service window is closed: a template is needed"}},
};

constexpr CodeRow kChannelsCodes[] = {
    {12001, 12001, {kCarrierFault, kRetry, "something behind the platform failed"}},
    {12002, 12002, {kContentRejected, kFinal, "message type is not supported"}},
    {12003, 12003, {kInvalidRecipient, kFinal, "destination is not supported"}},
    {15001, 15001, {kCarrierFault, kRetry, "failure in the network"}},
    {15005, 15005, {kInvalidRecipient, kFinal, "unknown subscriber"}},
};

// What is known of a code that is not among them.
constexpr CodeRow kChannelsGroups[] = {
    {11000, 11999, {kContentRejected, kFinal, "message is not valid"}},
    {12000, 12999, {kCarrierFault, kRetry, "error at the platform"}},
    {14000, 14999, {kContentRejected, kFinal, "message was refused"}},
    {15000, 15999, {kCarrierFault, kRetry, "error behind the platform"}},
};

struct WordRow {
  std::string_view words;
  ErrorMeaning meaning;
};

// Of Bird's newest events, and the set phrases of status reports.
constexpr WordRow kWords[] = {
    {"blocked by carrier", {kBlocked, kFinal, "blocked by the recipient's carrier"}},
    {"blocked by recipient", {kBlocked, kFinal, "blocked by the recipient"}},
    {"capacity exceeded", {kRateLimited, kRetry, "too much at once"}},
    {"carrier rejected", {kBlocked, kFinal, "refused by the recipient's carrier"}},
    {"carrier violation", {kContentRejected, kFinal, "against the rules of the carrier"}},
    {"content rejected", {kContentRejected, kFinal, "content was refused"}},
    {"expired", {kUnreachable, kRetry, "not delivered within its validity"}},
    {"generic platform failure", {kCarrierFault, kRetry, "error at the platform"}},
    {"incorrect number", {kInvalidRecipient, kFinal, "recipient is not a valid number"}},
    {"insufficient balance", {kPayment, kFinal, "balance is too low"}},
    {"invalid destination", {kInvalidRecipient, kFinal, "recipient is not a valid number"}},
    {"landline unreachable", {kInvalidRecipient, kFinal, "recipient is a landline"}},
    {"opted out", {kOptedOut, kFinal, "recipient has opted out"}},
    {"provider unavailable", {kCarrierFault, kRetry, "provider is not available"}},
    {"recipient opted out", {kOptedOut, kFinal, "recipient has opted out"}},
    {"sender unregistered", {kAuthentication, kFinal, "sender is not registered"}},
    {"spam", {kSpam, kFinal, "filtered as spam"}},
    {"system failure", {kCarrierFault, kRetry, "failure in the network"}},
    {"unavailable subscriber", {kUnreachable, kRetry, "recipient is not reachable now"}},
    {"unknown subscriber", {kInvalidRecipient, kFinal, "unknown subscriber"}},
    {"unreachable", {kUnreachable, kRetry, "recipient is not reachable now"}},
};

std::span<const CodeRow> CodesOf(ErrorFamily family) {
  switch (family) {
    case ErrorFamily::kSms:
      return kSmsCodes;
    case ErrorFamily::kConversations:
      return kConversationsCodes;
    case ErrorFamily::kChannels:
      return kChannelsCodes;
    case ErrorFamily::kEvents:
      break;
  }
  return {};
}

ErrorMeaning FindCode(std::span<const CodeRow> rows, std::string_view code) {
  int number = 0;
  const char* const end = code.data() + code.size();
  const auto result = std::from_chars(code.data(), end, number);
  if (result.ec != std::errc() || result.ptr != end) return {};
  const auto row = std::find_if(rows.begin(), rows.end(), [number](const CodeRow& candidate) {
    return candidate.first <= number && number <= candidate.last;
  });
  return row == rows.end() ? ErrorMeaning() : row->meaning;
}

char Fold(char c) {
  if (c == '_' || c == '-') return ' ';
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// `unknown_subscriber` and `Unknown subscriber` are one.
ErrorMeaning FindWords(std::string_view words) {
  const auto is_meant = [words](const WordRow& row) {
    return std::equal(words.begin(), words.end(), row.words.begin(), row.words.end(),
                      [](char a, char b) { return Fold(a) == b; });
  };
  const auto found = std::find_if(std::begin(kWords), std::end(kWords), is_meant);
  return found == std::end(kWords) ? ErrorMeaning() : found->meaning;
}

}  // namespace

ErrorMeaning MeaningOf(const ErrorReport& report) {
  const ErrorMeaning by_code = report.family == ErrorFamily::kEvents
                                   ? FindWords(report.code)
                                   : FindCode(CodesOf(report.family), report.code);
  if (by_code.error_class != kUnknown) return by_code;
  for (std::string_view words : {report.reason, report.detail}) {
    if (const ErrorMeaning meaning = FindWords(words); meaning.error_class != kUnknown) {
      return meaning;
    }
  }
  return report.family == ErrorFamily::kChannels ? FindCode(kChannelsGroups, report.code) : by_code;
}

}  // namespace messagebird
}  // namespace omni::inline v0_1
