/// \file
/// The library's only voice: it neither prints nor logs, it tells the observer.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "absl/time/time.h"
#include "omni/error.h"
#include "omni/explanation.h"
#include "omni/export.h"

namespace omni::inline v0_1 {

/// How a request was authenticated.
enum class Authentication {
  kNone,      ///< not reached, or nothing to authenticate (a preflight)
  kVerified,  ///< by signature, credential or allowed origin
  kRejected,
  kShadow,    ///< would have been rejected; let through because the channel is in shadow mode
  kInsecure,  ///< the channel is configured not to authenticate
};

/// How long a request was in each stage; nothing for one that it did not finish.
struct StageTimes {
  std::optional<absl::Duration> verify = {};     ///< from its arrival until it is proved or not
  std::optional<absl::Duration> normalize = {};  ///< until it is known what it means
  std::optional<absl::Duration> claim = {};      ///< until its keys are claimed and its parts kept
  std::optional<absl::Duration> commit = {};     ///< until the queue has said what it accepted
};

/// What became of one request. Everything in it may be logged: addresses are masked, and neither
/// secrets, signatures nor bodies appear.
struct RequestReport {
  std::string_view request_id = {};
  std::string_view adapter = {};  ///< empty when no endpoint matched
  std::string_view channel = {};  ///< the configured channel's id
  std::string_view tenant = {};
  std::string_view method = {};
  std::string_view path = {};  ///< without query, digits masked
  std::string_view client = {};
  int http_status = 0;
  Authentication authentication = Authentication::kNone;
  std::string_view key_id = {};  ///< the key that proved the request
  std::string_view reason = {};  ///< stable; `ok` on success
  std::string_view message = {};
  Blame blame = Blame::kUnknown;
  std::size_t accepted = 0;    ///< events that the sink accepted now
  std::size_t duplicates = 0;  ///< events that were there already
  std::size_t in_flight = 0;   ///< events that another request is delivering
  std::size_t failed = 0;      ///< events that the sink did not accept
  std::size_t ignored = 0;     ///< items that the adapter skipped, each with an OnIgnored
  absl::Duration duration = absl::ZeroDuration();
  StageTimes stages = {};
  /// Headers of the request that its envelopes carry (GatewayOptions::carry_headers): a stranger's.
  std::span<const std::pair<std::string, std::string>> carried = {};
  const Explanation* explanation = nullptr;  ///< of a failed verification, when wanted
};

/// What became of one event.
struct EventReport {
  std::string_view request_id = {};
  std::string_view event_id = {};
  std::string_view dedupe_key_hash = {};  ///< the key may hold a phone number, so it is hashed
  std::string_view queue = {};
  std::string_view outcome = {};  ///< `accepted` `duplicate` `in_flight` `failed`
  std::string_view reason = {};
};

/// One item that was skipped on purpose.
struct IgnoredReport {
  std::string_view request_id = {};
  std::string_view adapter = {};
  std::string_view reason = {};
};

/// Override what you want to hear; the rest does nothing.
///
/// Thread safety: thread-safe; called on the thread that settles the request, with no lock held.
/// Must not block and must not call the gateway. Lifetime: reports are valid for the call only.
class OMNI_EXPORT Observer {
 public:
  virtual ~Observer();

  /// Once for every request, just before its answer.
  virtual void OnRequest(const RequestReport& report);
  /// Once for every event of a verified request.
  virtual void OnEvent(const EventReport& report);
  virtual void OnIgnored(const IgnoredReport& report);
  /// Something that concerns no single request: an insecure channel at start, a store that failed
  /// to complete a claim.
  virtual void OnWarning(std::string_view reason, std::string_view message);

  /// Whether OnEvent is to be called: its report is made for each event, with a hash. Asked once
  /// for each request. Default: yes.
  [[nodiscard]] virtual bool WantsEvents() const;
  /// Whether rejected requests are worth an explanation, which costs about a second verification.
  [[nodiscard]] virtual bool WantsExplanations() const;
};

}  // namespace omni::inline v0_1
