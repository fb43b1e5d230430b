/// \file
/// Signed webhooks, as many and as different as wanted, for benchmarks and allocation budgets; and
/// a gateway to receive them.
///
/// The same number gives the same webhook in every run. Numbers differ in ids, names, words and
/// length, because one request repeated flatters every branch predictor.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "omni/adapter.h"
#include "omni/adapter_registry.h"
#include "omni/gateway.h"
#include "omni/http.h"
#include "omni/key_ring.h"
#include "omni/ports/queue_sink.h"
#include "omni/provenance.h"

namespace omni::workload {

inline constexpr std::string_view kPublicUrl = "https://hooks.example.com";

/// The credentials that Bandwidth's requests carry.
[[nodiscard]] std::string BandwidthUser();
[[nodiscard]] std::string BandwidthPassword();
/// What signs MessageBird's tokens.
[[nodiscard]] std::string MessageBirdKey();
/// Twilio's account number `account` and its token.
[[nodiscard]] std::string TwilioAccount(std::size_t account);
[[nodiscard]] std::string TwilioToken(std::size_t account);
/// The app secret of the WhatsApp channel number `channel`.
[[nodiscard]] std::string WhatsAppSecret(std::size_t channel);

/// An SMS in an array of one.
[[nodiscard]] WebhookRequest BandwidthSms(std::size_t number);
/// A message of the Conversations API, with a token that is valid until 2100.
[[nodiscard]] WebhookRequest MessageBirdText(std::size_t number);
/// An SMS with 20 parameters, to one of Twilio's accounts.
[[nodiscard]] WebhookRequest TwilioSms(std::size_t number, std::size_t account);
/// A webhook of about 900 bytes with one text message, to the path of one channel.
[[nodiscard]] WebhookRequest WhatsAppText(std::size_t number, std::size_t channel);
/// As WhatsAppText to the first channel, from WABA number `account`.
[[nodiscard]] std::string WhatsAppAccount(std::size_t account);
[[nodiscard]] WebhookRequest WhatsAppTextOf(std::size_t number, std::size_t account);
/// A webhook with many text messages.
[[nodiscard]] WebhookRequest WhatsAppBatch(std::size_t number, std::size_t messages);

/// The paths that the requests above are sent to.
[[nodiscard]] std::string BandwidthPath();
[[nodiscard]] std::string MessageBirdPath();
[[nodiscard]] std::string TwilioPath();
[[nodiscard]] std::string WhatsAppPath(std::size_t channel);

/// The channel objects that receive the requests above, `count` accounts or channels of them.
[[nodiscard]] std::string BandwidthChannel();
[[nodiscard]] std::string MessageBirdChannel();
[[nodiscard]] std::string TwilioChannel(std::size_t accounts);
[[nodiscard]] std::vector<std::string> WhatsAppChannels(std::size_t count);

/// `count` requests, the Nth made by `make(N)`.
[[nodiscard]] std::vector<WebhookRequest> MakePool(
    std::size_t count, const std::function<WebhookRequest(std::size_t)>& make);

/// One adapter with its keys and a pool of requests: calls it as the gateway would, without a
/// gateway.
///
/// Thread safety: thread-compatible.
class Rig {
 public:
  [[nodiscard]] static Rig BandwidthSms(std::size_t pool_size);
  [[nodiscard]] static Rig MessageBirdText(std::size_t pool_size);
  [[nodiscard]] static Rig TwilioSms(std::size_t pool_size);
  [[nodiscard]] static Rig WhatsAppText(std::size_t pool_size);
  [[nodiscard]] static Rig WhatsAppBatch(std::size_t pool_size, std::size_t messages);

  [[nodiscard]] const std::vector<WebhookRequest>& pool() const { return pool_; }
  [[nodiscard]] absl::StatusOr<VerifyResult> Verify(const WebhookRequest& request) const;
  /// Takes the request for verified; call Verify before.
  [[nodiscard]] absl::StatusOr<InboundResult> Normalize(const WebhookRequest& request) const;

 private:
  std::unique_ptr<const ChannelAdapter> adapter_;
  PathParams path_params_;
  KeySet keys_;
  Coverage coverage_;
  std::string external_url_;
  std::vector<WebhookRequest> pool_;
};

/// Accepts everything, inline, and keeps nothing: what remains is omni's own cost.
///
/// Thread safety: thread-safe.
class DiscardSink : public QueueSink {
 public:
  void Enqueue(EnqueueParams params, Completion<Settlement> done) override;
};

/// The adapters of the webhooks above. Stops the program when it cannot be built.
[[nodiscard]] AdapterRegistry MakeRegistry();

/// A gateway that forgets a key within `remembered` requests, of which a pool has more: a request
/// that comes round again is new again. Its clock is fast for that, and its store as large as in
/// production, so that keys expire, one for each that is added, and none is pushed out.
[[nodiscard]] std::unique_ptr<Gateway> OpenGateway(
    const AdapterRegistry& registry, const std::vector<std::string>& channels,
    std::size_t remembered, std::shared_ptr<MappingStore> mappings = {},
    std::shared_ptr<QueueSink> sink = std::make_shared<DiscardSink>());

}  // namespace omni::workload
