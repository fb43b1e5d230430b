/// \file
/// The gateway: webhooks in, events in the queue, the right answer out.
///
/// The order of its stages is a security property, so it is fixed:
/// limits, admission, endpoint, method, origin, keys, VERIFY, admission, NORMALIZE, mapped
/// accounts, dedupe, fragments, ROUTE, encode, enqueue, follow-ups, inquiry, ack.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "omni/adapter.h"
#include "omni/adapter_registry.h"
#include "omni/capsule.h"
#include "omni/export.h"
#include "omni/http.h"
#include "omni/ports/admission.h"
#include "omni/ports/clock.h"
#include "omni/ports/completion.h"
#include "omni/ports/conversation_store.h"
#include "omni/ports/entropy.h"
#include "omni/ports/fragment_store.h"
#include "omni/ports/http_client.h"
#include "omni/ports/idempotency_store.h"
#include "omni/ports/mapping_store.h"
#include "omni/ports/observer.h"
#include "omni/ports/quarantine_store.h"
#include "omni/ports/queue_sink.h"
#include "omni/ports/secrets_provider.h"

namespace omni::inline v0_1 {

/// A request that was dropped is answered 503: the carrier retries.
template <>
struct OMNI_EXPORT CompletionTraits<HttpResponse> {
  static HttpResponse Cancelled();
};

/// What a failed verification means to a channel.
enum class VerifyMode {
  kEnforce,       ///< reject
  kShadow,        ///< count and let through: for a migration
  kEnforceAfter,  ///< shadow until ChannelConfig::enforce_after, then enforce
};

struct GatewayOptions {
  /// What carriers put before the request target: `https://hooks.example.com`, perhaps with a path
  /// prefix. Empty: the URL is rebuilt from the request.
  std::string public_url = {};
  /// CIDR blocks whose forwarded headers are believed.
  std::vector<std::string> trusted_proxies = {};
  /// Headers of a request that its events carry into the queue, as headers of their envelopes, in
  /// lower case: `traceparent`. They are claims. One that is longer than 512 characters, or not all
  /// printable, is left out. A message that was joined from parts carries those of the last part.
  std::vector<std::string> carry_headers = {};

  std::size_t max_body_bytes = std::size_t{4} << 20;
  std::size_t max_target_bytes = std::size_t{16} << 10;
  std::size_t max_headers = 100;
  std::size_t max_header_bytes = std::size_t{32} << 10;
  std::size_t max_events_per_request = 10'000;

  absl::Duration enqueue_timeout = absl::Seconds(8);
  absl::Duration idempotency_lease = absl::Minutes(1);
  absl::Duration idempotency_keep = absl::Hours(24 * 8);
  absl::Duration retry_after = absl::Seconds(5);        ///< `Retry-After` of a 503
  absl::Duration fragment_patience = absl::Minutes(5);  ///< for the rest of a long message
};

/// A channel: one adapter, mounted for one tenant.
struct ChannelConfig {
  std::string id = {};  ///< default `{adapter}-{position}`
  std::string tenant = "default";
  std::string path = {};        ///< overrides the first mount's path; may hold `{tenant}`
  std::string public_url = {};  ///< overrides GatewayOptions::public_url
  VerifyMode mode = VerifyMode::kEnforce;
  absl::Time enforce_after = absl::InfinitePast();
  bool insecure = false;  ///< accept without authentication; a warning at every start
  bool keep_raw = false;
  /// The accounts that this channel serves; empty: every account that its secrets prove.
  std::vector<std::string> accounts = {};
  /// CIDR blocks. For an adapter whose origin authenticates, an alternative to its signature;
  /// otherwise a restriction.
  std::vector<std::string> allow_from = {};
  std::vector<std::string> allowed_origins = {};  ///< for CORS; `*` for any
  /// References to secrets by purpose, newest first: {"authToken", {"env:NEW", "env:OLD"}}. A
  /// reference may hold `{account}`, filled with the claimed account at each request.
  std::vector<std::pair<std::string, std::vector<std::string>>> secrets = {};

  /// Secrets of single accounts, which come before the channel's own.
  struct Account {
    std::string id = {};
    std::vector<std::pair<std::string, std::vector<std::string>>> secrets = {};
  };
  std::vector<Account> account_secrets = {};
};

/// Receives webhooks for any number of channels.
///
/// Owns no thread and no socket. Thread safety: thread-safe.
class OMNI_EXPORT Gateway {
 public:
  class Builder;

  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  /// Handles one request and delivers its answer exactly once: inline, or on the thread on which
  /// the sink settles. Several requests may be handled at once.
  ///
  /// Lifetime: the gateway may be destroyed while requests are pending; they are still answered,
  /// and the last of them to be answered releases the ports, on the thread that answers it. Where a
  /// port must not be destroyed there (its own thread), call Shutdown first.
  void Handle(WebhookRequest request, Completion<HttpResponse> done);

  /// Handles one request and waits for the answer, at most `enqueue_timeout` and a second more;
  /// then answers 503, and what the sink says later still settles the claims.
  [[nodiscard]] HttpResponse HandleBlocking(WebhookRequest request);

  /// Runs a quarantined request through the pipeline once more, from NORMALIZE on: it was proved
  /// when it came. The answer is what a carrier would be told, and a success means that the capsule
  /// can be removed. The events of an account that has been mapped elsewhere stay here, because
  /// what proves them to another environment is not in the capsule.
  void Replay(Capsule capsule, Completion<HttpResponse> done);

  /// Sends what is due in the fragment store on its way: parts whose rest never came, marked as
  /// such, and messages whose delivery failed. Does at most 100 messages, and says how many it
  /// delivered. To be called by the host every few seconds, where it has a fragment store.
  ///
  /// Errors: Unavailable when the store or the sink failed; what is due stays due.
  void DeliverDueFragments(Completion<absl::StatusOr<std::size_t>> done);

  /// Looks every secret up again, for keys that were rotated. The old ones stay in force on error.
  ///
  /// Errors: InvalidArgument with every secret that could not be resolved.
  absl::Status RefreshSecrets();

  /// Refuses new requests with 503 and waits until the pending ones are answered. May be called
  /// more than once.
  ///
  /// Errors: DeadlineExceeded when requests are still pending at `deadline` (wall-clock time).
  absl::Status Shutdown(absl::Time deadline);

 private:
  struct State;
  explicit Gateway(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

/// Collects what a gateway needs. The sink is required; the idempotency store may be left out only
/// where the sink deduplicates itself. Everything else has a default.
///
/// Thread safety: confined.
class OMNI_EXPORT Gateway::Builder {
 public:
  Builder();
  ~Builder();
  Builder(const Builder&) = delete;
  Builder& operator=(const Builder&) = delete;

  Builder& SetOptions(GatewayOptions options);
  Builder& SetSink(std::shared_ptr<QueueSink> sink);
  Builder& SetIdempotencyStore(std::shared_ptr<IdempotencyStore> store);
  /// Default: every reference is the secret itself.
  Builder& SetSecretsProvider(std::shared_ptr<SecretsProvider> secrets);
  /// Needs an idempotency store. Default: parts of long messages are delivered as they come,
  /// marked.
  Builder& SetFragmentStore(std::shared_ptr<FragmentStore> store);
  /// Needs an HTTP client, where an adapter forwards accounts. Default: no account is mapped, and
  /// the mapping endpoints answer 404.
  Builder& SetMappingStore(std::shared_ptr<MappingStore> store);
  /// Default: no history is kept, and the endpoints that read it answer 404.
  Builder& SetConversationStore(std::shared_ptr<ConversationStore> store);
  /// Default: uploads answer 404.
  Builder& SetMediaStore(std::shared_ptr<MediaStore> store);
  /// Default: a verified request that is not understood is refused and not kept.
  Builder& SetQuarantineStore(std::shared_ptr<QuarantineStore> store);
  /// For follow-up requests. Default: an adapter that needs one answers 500.
  Builder& SetHttpClient(std::shared_ptr<HttpClient> client);
  /// Default: everybody is served.
  Builder& SetAdmission(std::shared_ptr<Admission> admission);
  Builder& SetObserver(std::shared_ptr<Observer> observer);
  Builder& SetClock(std::shared_ptr<Clock> clock);
  Builder& SetEntropy(std::shared_ptr<Entropy> entropy);

  /// Adds a channel with an adapter that was made in code.
  Builder& AddChannel(ChannelConfig config, std::unique_ptr<const ChannelAdapter> adapter);
  /// Adds a channel from its JSON object: the keys of ChannelConfig in camelCase, the names of the
  /// adapter's secrets, and the adapter's own options, side by side:
  /// `{"adapter": "twilio", "tenant": "acme", "authToken": ["env:NEW", "env:OLD"]}`.
  Builder& AddChannelJson(std::string_view json);

  /// Checks everything and opens the gateway.
  ///
  /// Errors: InvalidArgument with all mistakes at once, one a line, each with its JSON path
  /// (`channels[0].acountSid: unknown key; did you mean accountSid?`).
  [[nodiscard]] absl::StatusOr<std::unique_ptr<Gateway>> Build(const AdapterRegistry& registry) &&;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace omni::inline v0_1
