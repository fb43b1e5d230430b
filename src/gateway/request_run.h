/// \file
/// One request, from its arrival to its answer.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/request_memory.h"
#include "gateway/assembly.h"
#include "gateway/authenticate.h"
#include "gateway/batch.h"
#include "gateway/carried.h"
#include "gateway/claims.h"
#include "gateway/core.h"
#include "gateway/forwards.h"
#include "gateway/history.h"
#include "gateway/other_groups.h"
#include "omni/adapter.h"
#include "omni/capsule.h"
#include "omni/http.h"
#include "omni/ports/completion.h"
#include "omni/short_text.h"

namespace omni::inline v0_1 {
namespace internal {

/// What a request is known by.
struct Arrival {
  absl::Time time = absl::InfinitePast();
  ShortText request_id = {};
};
/// Of a request that has come just now. The id is its own `X-Request-Id` where that is sane, else a
/// new one.
[[nodiscard]] Arrival MakeArrival(const WebhookRequest& request, const GatewayCore& core);

inline constexpr std::string_view kRequestIdHeader = "X-Request-Id";

/// So many requests follow one delivery at most, one after another, each perhaps inside the last
/// one's completion. So many more may forward it; the rest of them wait for a redelivery.
inline constexpr std::size_t kMaxFollowUps = 100;

/// The answer to a request of which nothing but its target is known any more.
[[nodiscard]] HttpResponse RejectionAt(const GatewayCore& core, std::string_view target,
                                       const absl::Status& status, std::string_view request_id);

/// The stages in their order. Owns everything that a request needs, so that it can wait for the
/// sink while the gateway goes.
///
/// Thread safety: confined; handed from the thread that received the request to the one on which a
/// port completes.
class RequestRun final {
 public:
  /// Runs the stages; the answer goes to `done`, inline or when the ports are ready.
  static void Start(std::shared_ptr<GatewayCore> core, WebhookRequest&& request,
                    const Arrival& arrival, Completion<HttpResponse>&& done);

  /// Runs a capsule's request from NORMALIZE on.
  static void Replay(std::shared_ptr<GatewayCore> core, Capsule&& capsule,
                     Completion<HttpResponse>&& done);

  RequestRun(std::shared_ptr<GatewayCore> core, WebhookRequest&& request, const Arrival& arrival,
             Completion<HttpResponse>&& done);

  static void* operator new(std::size_t size);
  static void operator delete(void* run);

 private:
  using Owned = std::unique_ptr<RequestRun>;
  /// Whose an event is.
  struct Owner {
    const Channel* channel = nullptr;  ///< null: nobody's here
    bool elsewhere = false;            ///< the account is mapped to another environment
  };

  // The stages. An error is the answer.
  absl::Status Receive();
  absl::Status AdmitArrival() const;
  absl::Status AdmitProved() const;
  absl::Status Recall(const Capsule& capsule);
  absl::Status FindEndpoint();
  absl::Status Verify();
  absl::Status Normalize();
  [[nodiscard]] absl::StatusOr<InboundResult> AskAdapter() const;
  absl::Status TakeResult(InboundResult&& result);
  absl::Status TakeEvents();
  absl::StatusOr<Owner> FindOwner(const std::string& account);
  [[nodiscard]] AuthenticateParams MakeAuthenticateParams(bool explain);
  void AddEvent(InboundEvent& inbound, const Channel& channel);
  absl::Status RefuseUnserved(bool all);
  absl::Status Claim();
  absl::Status ClaimKeys();
  absl::Status CheckNonce();
  absl::Status KeepParts();
  absl::Status Quarantine(const absl::Status& why, int http_status);

  // What waits for a port takes the run along.
  static void Commit(Owned run, const absl::Status& received);
  void LetGo();
  static void Enqueue(Owned run);
  static void Settle(Owned run, const Settlement& settlement);
  static void Forward(Owned run, std::size_t next);
  static void MakeFollowUp(Owned run, std::size_t next);
  static void Finish(Owned run);

  [[nodiscard]] absl::Time SinkDeadline() const;
  [[nodiscard]] absl::Status SettlementError() const;
  [[nodiscard]] absl::StatusOr<HttpResponse> AnswerInquiry() const;

  /// The stage that began where the last one ended is over. Nothing is timed for nobody.
  void EndStage(std::optional<absl::Duration>& stage);

  void Reject(const absl::Status& status);
  void Answer(HttpResponse&& response, const absl::Status& status);
  void Report(int http_status, const absl::Status& status);
  void ReportIgnored(std::string_view reason);

  std::shared_ptr<GatewayCore> core_;  ///< until the answer
  const absl::Time started_;
  absl::Time stage_began_;
  StageTimes stages_;
  const InFlight::Ticket ticket_;
  WebhookRequest request_;
  ShortText request_id_;
  Completion<HttpResponse> done_;

  RequestMemory memory_;
  std::optional<IpAddress> client_;
  CarriedHeaders carried_;
  const Endpoint* endpoint_ = nullptr;
  PathParams path_params_;
  bool preflight_ = false;
  bool replayed_ = false;  ///< from quarantine
  Verdict verdict_;
  const Channel* channel_ = nullptr;  ///< the channel of the first event, or of the verdict
  HttpResponse ack_;
  std::optional<Inquiry> inquiry_;
  Claims claims_;
  /// As the adapter made them. The batch refers to them until they are enqueued.
  InboundEvents events_;
  Batch batch_;
  OtherGroups other_groups_;
  Forwards forwards_;
  std::optional<Assembly> assembly_;  ///< where the batch has parts and there is a store for them
  History history_;
  std::optional<std::size_t> nonce_;  ///< its key in the claims
  std::vector<HttpRequest> follow_ups_;
  std::size_t forwarded_ = 0;
  /// Why the answer is an error although the events are in the queue; OK when it is none.
  absl::Status owed_;
  std::size_t ignored_ = 0;
};

}  // namespace internal
}  // namespace omni::inline v0_1
