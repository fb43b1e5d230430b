/// \file
/// A tour of what a gateway does besides receiving: it joins the parts of a long message, answers
/// questions from the host's stores, passes on what belongs to another environment, and keeps what
/// it could not read until it can.

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "carriers.h"
#include "omni/adapter_registry.h"
#include "omni/adapters/all.h"
#include "omni/components/memory.h"
#include "omni/components/memory_stores.h"
#include "omni/gateway.h"

namespace {

// Secrets stand in the configuration only because these are none; see SecretsProvider.
std::string Channel(std::string_view adapter, std::string_view options) {
  return R"({"adapter":")" + std::string(adapter) + R"(","tenant":"acme",)" + std::string(options) +
         "}";
}

std::string Option(std::string_view name, std::string_view value) {
  return '"' + std::string(name) + R"(":")" + std::string(value) + '"';
}

/// In place of a network: shows each request and says that it was taken.
class ShowingHttpClient : public omni::HttpClient {
 public:
  void Send(SendParams params, omni::Completion<absl::StatusOr<omni::HttpResponse>> done) override {
    std::cout << "  forward to " << params.request.url << ", " << params.request.body.size()
              << " bytes, X-Hub-Signature-256 "
              << (params.request.headers.Find("X-Hub-Signature-256") ? "and all" : "missing")
              << '\n';
    std::move(done)(omni::HttpResponse::Empty(200));
  }
};

/// Everything that a host brings, in memory.
struct Host {
  std::shared_ptr<omni::MemoryQueue> queue = std::make_shared<omni::MemoryQueue>();
  std::shared_ptr<omni::QuarantineStore> quarantine = omni::MakeMemoryQuarantineStore({});
  std::unique_ptr<omni::Gateway> gateway = {};

  absl::Status Open() {
    omni::AdapterRegistry::Builder adapters;
    omni::RegisterAllAdapters(adapters);
    const auto registry = std::move(adapters).Build();
    if (!registry.ok()) return registry.status();
    omni::Gateway::Builder builder;
    builder.SetOptions({.public_url = std::string(kPublicUrl)})
        .SetSink(queue)
        .SetIdempotencyStore(omni::MakeMemoryIdempotencyStore({}))
        .SetFragmentStore(omni::MakeMemoryFragmentStore({}))
        .SetConversationStore(omni::MakeMemoryConversationStore({}))
        .SetMediaStore(omni::MakeMemoryMediaStore({}))
        .SetMappingStore(omni::MakeMemoryMappingStore({}))
        .SetQuarantineStore(quarantine)
        .SetHttpClient(std::make_shared<ShowingHttpClient>())
        .AddChannelJson(Channel("bandwidth", Option("username", "carrier") + "," +
                                                 Option("password", kBandwidthPassword)))
        .AddChannelJson(Channel("messagebird", Option("signingKey", kMessageBirdKey)))
        .AddChannelJson(Channel("livechat", Option("webhookSecret", kLiveChatSecret) + "," +
                                                Option("apiToken", kDeskToken)))
        .AddChannelJson(Channel("inteliquent", Option("token", kInteliquentToken)))
        .AddChannelJson(Channel("whatsapp", Option("appSecret", kMetaAppSecret) + "," +
                                                Option("adminToken", kAdminToken)));
    auto built = std::move(builder).Build(*registry);
    if (built.ok()) gateway = *std::move(built);
    return built.status();
  }

  /// Shows the answer and what has come into the queue.
  void Show(const omni::HttpResponse& answer) const {
    std::cout << "  answer  " << answer.status << ' ' << answer.body << '\n';
    for (const omni::Envelope& envelope : queue->Drain()) {
      std::cout << "  event   " << envelope.queue << "\n    " << envelope.body << '\n';
    }
  }

  void Deliver(std::string_view title, omni::WebhookRequest request) const {
    std::cout << "\n# " << title << '\n';
    Show(gateway->HandleBlocking(std::move(request)));
  }
};

/// What an operator does with the quarantine: looks at each capsule and tries it once more.
absl::Status ReplayQuarantine(const Host& host) {
  const auto capsules = host.quarantine->List({});
  if (!capsules.ok()) return capsules.status();
  for (const omni::Capsule& capsule : *capsules) {
    std::cout << "\n# The quarantine holds a request to " << capsule.request.target << ": "
              << capsule.reason << "\n  body    " << capsule.request.body << '\n';
    omni::Capsule mended = capsule;
    mended.request.body = InteliquentReceipt(false).body;
    host.gateway->Replay(std::move(mended),
                         [&](const omni::HttpResponse& answer) { host.Show(answer); });
    if (const absl::Status removed = host.quarantine->Remove(capsule.id); !removed.ok()) {
      return removed;
    }
  }
  return absl::OkStatus();
}

absl::Status TakeTheTour() {
  Host host;
  if (const absl::Status opened = host.Open(); !opened.ok()) return opened;

  host.Deliver("Bandwidth brings the second part of a long SMS first", BandwidthPart(2));
  host.Deliver("and then the first; the halves of the emoji meet again", BandwidthPart(1));
  host.Deliver("MessageBird signs an SMS with a token", MessageBirdSms());
  host.Deliver("A visitor writes in LiveChat", LiveChatMessage());
  host.Deliver("An agent's desk asks for the chat", LiveChatHistory());
  host.Deliver("WABA 220471839561204 belongs to staging",
               MapWaba("220471839561204", "https://staging.example.com/whatsapp"));
  host.Deliver("so its webhooks go there, byte for byte", WhatsAppMessage("220471839561204"));
  host.Deliver("Inteliquent's receipt was cut short on its way", InteliquentReceipt(true));
  return ReplayQuarantine(host);
}

}  // namespace

int main() {
  if (const absl::Status status = TakeTheTour(); !status.ok()) {
    std::cerr << status.ToString() << '\n';
    return EXIT_FAILURE;
  }
  std::cout << "\nthe tour is complete\n";
  return EXIT_SUCCESS;
}
