/// \file
/// Inteliquent's Message Broker (now of Sinch): the carrier's own objects and those of the
/// contract.
#pragma once

#include <boost/describe.hpp>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "omni/adapter.h"
#include "omni/adapter_registry.h"
#include "omni/export.h"

namespace omni::inline v0_1 {
namespace inteliquent {

/// How the carrier makes a `verificationToken` from the API key and the `messageID` of a request.
enum class VerificationScheme {
  kSha256Concat,  ///< SHA-256 of the key followed by the id: what is seen in practice
  kHmacSha256,    ///< HMAC-SHA256 of the id: what the carrier's documents say
  kEither,        ///< while the carrier changes from the one to the other
};
BOOST_DESCRIBE_ENUM(VerificationScheme, kSha256Concat, kHmacSha256, kEither)

/// Secrets of a channel: `token`, `apiKey`. Either proves a request.
struct Options {
  /// The numbers that are ours. They tell which of a group's recipients have got a message, and
  /// which side of a receipt is the recipient. An account without group messages and receipts needs
  /// none.
  std::vector<std::string> our_numbers = {};
  VerificationScheme verification_scheme = VerificationScheme::kSha256Concat;
};
BOOST_DESCRIBE_STRUCT(Options, (), (our_numbers, verification_scheme))

/// For a host that embeds the adapter in code.
[[nodiscard]] OMNI_EXPORT absl::StatusOr<std::unique_ptr<const ChannelAdapter>> MakeAdapter(
    const Options& options);

/// For a host that configures channels with JSON.
OMNI_EXPORT void Register(AdapterRegistry::Builder& builder);

}  // namespace inteliquent
}  // namespace omni::inline v0_1
