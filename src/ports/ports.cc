#include <utility>

#include "omni/ports/admission.h"
#include "omni/ports/clock.h"
#include "omni/ports/conversation_store.h"
#include "omni/ports/entropy.h"
#include "omni/ports/fragment_store.h"
#include "omni/ports/http_client.h"
#include "omni/ports/idempotency_store.h"
#include "omni/ports/mapping_store.h"
#include "omni/ports/observer.h"
#include "omni/ports/quarantine_store.h"
#include "omni/ports/queue_browser.h"
#include "omni/ports/queue_sink.h"
#include "omni/ports/queue_source.h"
#include "omni/ports/secrets_provider.h"

namespace omni::inline v0_1 {

Clock::~Clock() = default;
ConversationStore::~ConversationStore() = default;
Admission::~Admission() = default;
Entropy::~Entropy() = default;
FragmentStore::~FragmentStore() = default;
HttpClient::~HttpClient() = default;
IdempotencyStore::~IdempotencyStore() = default;
MappingStore::~MappingStore() = default;
MediaStore::~MediaStore() = default;
QuarantineStore::~QuarantineStore() = default;
QueueBrowser::~QueueBrowser() = default;
QueueSink::~QueueSink() = default;
QueueSource::~QueueSource() = default;
SecretsProvider::~SecretsProvider() = default;

Observer::~Observer() = default;
void Observer::OnRequest(const RequestReport&) {}
void Observer::OnEvent(const EventReport&) {}
void Observer::OnIgnored(const IgnoredReport&) {}
void Observer::OnWarning(std::string_view, std::string_view) {}
bool Observer::WantsEvents() const { return true; }
bool Observer::WantsExplanations() const { return false; }

Settlement Settlement::All(std::size_t count, const absl::Status& outcome) {
  return {.outcomes = absl::InlinedVector<absl::Status, 2>(count, outcome)};
}

void BlockingQueueSink::Enqueue(EnqueueParams params, Completion<Settlement> done) {
  std::move(done)(Put(params));
}

}  // namespace omni::inline v0_1
