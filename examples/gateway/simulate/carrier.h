/// \file
/// What it takes to play one carrier: its cases as templates, its values, its way to prove them.
///
/// To add a case: a template in the carrier's file and a line in its table.
#pragma once

#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "omni/http.h"
#include "simulate/carrier_channel.h"
#include "simulate/random.h"
#include "simulate/values.h"

namespace host {

enum class BodyFormat {
  kJson,
  kForm,  ///< the template has a line for each field: `From={{from}}`
  kText,  ///< as it stands, with CRLF for its line ends
};

/// How a step is proved. What each means is up to the carrier.
enum class Proof { kUsual, kNone, kOlder, kNewest, kUrl, kClient };

/// One request of a case.
struct Step {
  omni::HttpMethod method = omni::HttpMethod::kPost;
  std::string_view endpoint = "receive";
  std::string_view query = {};  ///< template of the parameters in the URL, one a line
  std::string_view frame = {};  ///< around the body, where `{{body}}` stands
  std::string_view body = {};   ///< template
  BodyFormat format = BodyFormat::kJson;
  std::string_view content_type = {};  ///< empty: what goes with the format
  Proof proof = Proof::kUsual;
  int status = 200;  ///< what the carrier expects
  std::string_view answer =
      {};                  ///< template of the answer's body, where it has to be that very one
  bool once_more = false;  ///< the request before, byte for byte
};

struct Case {
  std::string_view name;
  std::string_view title;
  std::string_view description;
  std::string_view events;  ///< kinds, in the order of their arrival: `message status`
  std::string_view text = {};
  Step step = {};
  std::span<const Step> more = {};
  std::string_view needs = {};  ///< a secret without which the channel does not take it
};

struct Carrier {
  std::string_view name;
  std::span<const Case> cases;
  /// Adds what the templates name besides the common values.
  void (*add_values)(const CarrierChannel& channel, Random& random, Values& values);
  /// The body as this carrier spells JSON; null: without white space.
  std::string (*spell_json)(std::string json);

  struct SignParams {
    const CarrierChannel& channel;
    const Values& values;
    Proof proof = Proof::kUsual;
    absl::Time now = absl::InfinitePast();
    Random& random;
  };
  /// Adds what proves the request, whose `external_url` is the URL that the carrier calls.
  ///
  /// Errors: FailedPrecondition when the channel lacks the secret for it.
  absl::Status (*sign)(const SignParams& params, omni::WebhookRequest& request);
};

// One for each adapter.
[[nodiscard]] const Carrier& WhatsAppCarrier();
[[nodiscard]] const Carrier& BandwidthCarrier();
[[nodiscard]] const Carrier& TwilioCarrier();
[[nodiscard]] const Carrier& LiveChatCarrier();
[[nodiscard]] const Carrier& MessageBirdCarrier();
[[nodiscard]] const Carrier& InteliquentCarrier();

/// The newest key for that purpose and the channel's account. Lifetime: the channel's.
///
/// Errors: FailedPrecondition when there is none.
[[nodiscard]] absl::StatusOr<std::string_view> NewestKey(const CarrierChannel& channel,
                                                         const Values& values,
                                                         std::string_view purpose);

/// The first account that the channel names, or `otherwise`.
[[nodiscard]] std::string AccountOr(const CarrierChannel& channel, std::string_view otherwise);

}  // namespace host
