/// \file
/// The names of the parameters that Twilio is known to send.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace omni::inline v0_1 {
namespace twilio {

/// Words in letters, the first one large: no two of them meet in one key of the metadata.
inline constexpr auto kNames = std::to_array<std::string_view>({
    "AccountSid",
    "AddOns",
    "Address",
    "ApiVersion",
    "Attributes",
    "Author",
    "Body",
    "ButtonPayload",
    "ButtonText",
    "ButtonType",
    "ChannelInstallSid",
    "ChannelMessageSid",
    "ChannelMetadata",
    "ChannelPrefix",
    "ChannelStatusMessage",
    "ChannelToAddress",
    "ChatServiceSid",
    "ClientSid",
    "ConversationSid",
    "DateCreated",
    "DateRemoved",
    "DateUpdated",
    "DeliveryReceiptSid",
    "ErrorCode",
    "ErrorMessage",
    "ErrorUrl",
    "EventType",
    "ExternalUserId",
    "FlowData",
    "Forwarded",
    "FrequentlyForwarded",
    "From",
    "FromCity",
    "FromCountry",
    "FromState",
    "FromZip",
    "Index",
    "InteractiveData",
    "Label",
    "Latitude",
    "ListId",
    "ListTitle",
    "Longitude",
    "Media",
    "MessageSid",
    "MessageStatus",
    "MessageType",
    "MessagingServiceSid",
    "NumMedia",
    "NumSegments",
    "OptOutType",
    "OriginalRepliedMessageSender",
    "OriginalRepliedMessageSid",
    "ParticipantSid",
    "ProfileName",
    "RawDlrDoneDate",
    "ReferralBody",
    "ReferralCtwaClid",
    "ReferralHeadline",
    "ReferralMediaContentType",
    "ReferralMediaId",
    "ReferralMediaUrl",
    "ReferralNumMedia",
    "ReferralSourceId",
    "ReferralSourceType",
    "ReferralSourceUrl",
    "RetryCount",
    "SmsMessageSid",
    "SmsSid",
    "SmsStatus",
    "Source",
    "StateTo",
    "StateUpdated",
    "Status",
    "StructuredMessage",
    "To",
    "ToCity",
    "ToCountry",
    "ToState",
    "ToZip",
    "UserSid",
    "WaId",
});

/// One of kNames, written as the name itself: what is not there does not compile.
class Name {
 public:
  consteval Name(const char* text)  // NOLINT(google-explicit-constructor)
      : index_(IndexOf(text)) {}

  /// Nothing for what is none of them.
  [[nodiscard]] static std::optional<Name> Find(std::string_view text);

  [[nodiscard]] constexpr std::size_t index() const { return index_; }
  [[nodiscard]] constexpr std::string_view text() const { return kNames[index_]; }
  /// As MetadataKey of the name, made beforehand.
  [[nodiscard]] std::string_view metadata_key() const;
  [[nodiscard]] bool operator==(const Name&) const = default;

 private:
  explicit Name(std::uint8_t index) : index_(index) {}

  static constexpr std::uint8_t IndexOf(std::string_view text) {
    std::uint8_t index = 0;
    while (kNames.at(index) != text) ++index;
    return index;
  }

  std::uint8_t index_;
};

}  // namespace twilio
}  // namespace omni::inline v0_1
