/// \file
/// The smallest host: no HTTP server and no network. Signed webhooks go in, events come out.
///
/// carriers.cc plays the carriers and signs the requests as they do, so nothing but this program is
/// needed to see omni at work.

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "carriers.h"
#include "omni/adapter_registry.h"
#include "omni/adapters/twilio.h"
#include "omni/adapters/whatsapp.h"
#include "omni/codec.h"
#include "omni/components/memory.h"
#include "omni/gateway.h"

namespace {

// A channel names its secrets; a secrets provider knows them.
constexpr std::string_view kTwilioChannel =
    R"({"adapter": "twilio", "tenant": "acme", "authToken": "twilio-token"})";
constexpr std::string_view kWhatsAppChannel =
    R"({"adapter": "whatsapp", "tenant": "acme", "appSecret": "meta-secret",
        "verifyToken": "meta-handshake"})";

/// omni neither prints nor logs; what it has to say, it says to an observer.
class Narrator : public omni::Observer {
 public:
  void OnRequest(const omni::RequestReport& report) override {
    accepted += report.accepted;
    duplicates += report.duplicates;
    if (report.authentication != omni::Authentication::kRejected) return;
    ++refused;
    std::cout << "  refused " << report.reason << ": " << report.message << '\n';
    if (report.explanation == nullptr) return;
    for (const omni::ExplanationStep& step : report.explanation->steps) {
      std::cout << (step.passed ? "    yes  " : "    no   ") << step.step << ": " << step.detail
                << '\n';
    }
  }
  bool WantsExplanations() const override { return true; }

  std::size_t accepted = 0;
  std::size_t duplicates = 0;
  std::size_t refused = 0;
};

/// What happened, in one line.
std::string Summary(const omni::Event& event) {
  std::string line(omni::ToWord(event.kind));
  if (event.from) line += " from " + event.from->address;
  if (!event.to.empty()) line += " to " + event.to.front().address;
  if (event.message) {
    line +=
        ": " + std::string(omni::ToWord(event.message->type)) + " \"" + event.message->text + '"';
  }
  if (event.status) line += ": " + std::string(omni::ToWord(event.status->value));
  return line;
}

/// Hands a request to the gateway as an HTTP server would, and shows what comes of it.
void Deliver(std::string_view title, omni::WebhookRequest request, omni::Gateway& gateway,
             omni::MemoryQueue& queue) {
  std::cout << "\n# " << title << "\n  request " << omni::HttpMethodName(request.method) << ' '
            << request.target << ", " << request.body.size() << " bytes\n";
  const omni::HttpResponse answer = gateway.HandleBlocking(std::move(request));
  std::cout << "  answer  " << answer.status << ' ' << answer.body << '\n';
  const std::vector<omni::Envelope> envelopes = queue.Drain();
  if (envelopes.empty()) std::cout << "  no event\n";
  for (const omni::Envelope& envelope : envelopes) {
    const absl::StatusOr<omni::Event> event = omni::EventFromJson(envelope.body);
    if (event.ok()) std::cout << "  event   " << Summary(*event) << '\n';
    std::cout << "    " << envelope.queue << "\n    " << envelope.body << '\n';
  }
}

int Fail(const absl::Status& status) {
  std::cerr << status.ToString() << '\n';
  return EXIT_FAILURE;
}

}  // namespace

int main() {
  omni::AdapterRegistry::Builder adapters;
  omni::twilio::Register(adapters);
  omni::whatsapp::Register(adapters);
  const auto registry = std::move(adapters).Build();
  if (!registry.ok()) return Fail(registry.status());

  const auto secrets = std::make_shared<omni::MemorySecrets>();
  secrets->Set("twilio-token", {std::string(kTwilioToken)});
  secrets->Set("meta-secret", {std::string(kMetaAppSecret)});
  secrets->Set("meta-handshake", {"the word that Meta was told"});

  const auto queue = std::make_shared<omni::MemoryQueue>();
  const auto narrator = std::make_shared<Narrator>();
  omni::Gateway::Builder builder;
  builder.SetOptions({.public_url = std::string(kPublicUrl)})
      .SetSink(queue)
      .SetIdempotencyStore(omni::MakeMemoryIdempotencyStore({}))
      .SetSecretsProvider(secrets)
      .SetObserver(narrator)
      .AddChannelJson(kTwilioChannel)
      .AddChannelJson(kWhatsAppChannel);
  const auto gateway = std::move(builder).Build(*registry);
  if (!gateway.ok()) return Fail(gateway.status());

  const omni::WebhookRequest sms = TwilioSms();
  Deliver("Twilio tells of an SMS", sms, **gateway, *queue);

  const omni::WebhookRequest batch = WhatsAppBatch();
  Deliver("WhatsApp sends a batch", batch, **gateway, *queue);
  Deliver("WhatsApp was not sure and sends it again", batch, **gateway, *queue);

  omni::WebhookRequest forged = sms;
  forged.body.replace(forged.body.find("4471"), 4, "4472");
  Deliver("Somebody changes one digit of the SMS", forged, **gateway, *queue);

  std::cout << "\naccepted " << narrator->accepted << " events, skipped " << narrator->duplicates
            << " duplicates, refused " << narrator->refused << " request\n";
  return EXIT_SUCCESS;
}
