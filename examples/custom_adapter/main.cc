/// \file
/// A host with an adapter of its own: registered, configured and used like those that omni ships.

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/time/clock.h"
#include "omni/components/memory.h"
#include "omni/gateway.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"
#include "pigeon_adapter.h"

namespace {

constexpr std::string_view kBody =
    R"({"loft":"loft-7","updates":[)"
    R"({"kind":"letter","id":"pgn-51","from":"+4915112340011","to":"+15550100200",)"
    R"("sentAt":"2024-01-15T10:29:58Z","text":"The bird is tired but well"},)"
    R"({"kind":"flight","id":"pgn-48","from":"+15550100200","to":"+4915112340011",)"
    R"("state":"lost","cause":{"code":17,"text":"a hawk"}},)"
    R"({"kind":"moulting","bird":"Walter","until":"2024-02-01"}]})";

/// The webhook as Pigeon would send it now.
omni::WebhookRequest SignedWebhook() {
  const std::string timestamp = std::to_string(absl::ToUnixSeconds(absl::Now()));
  const omni::Sha256Digest code =
      omni::HmacSha256Key("a key that Pigeon gave us").Sign({timestamp, ".", kBody});
  omni::WebhookRequest request;
  request.method = omni::HttpMethod::kPost;
  request.target = "/webhooks/pigeon";
  request.headers = {{"Content-Type", "application/json"},
                     {"X-Pigeon-Timestamp", timestamp},
                     {"X-Pigeon-Signature", omni::HexEncode(omni::AsView(code))}};
  request.body = kBody;
  return request;
}

int Fail(const absl::Status& status) {
  std::cerr << status.ToString() << '\n';
  return EXIT_FAILURE;
}

}  // namespace

int main() {
  omni::AdapterRegistry::Builder adapters;
  pigeon::Register(adapters);
  const auto registry = std::move(adapters).Build();
  if (!registry.ok()) return Fail(registry.status());

  const auto queue = std::make_shared<omni::MemoryQueue>();
  omni::Gateway::Builder builder;
  builder.SetSink(queue)
      .SetIdempotencyStore(omni::MakeMemoryIdempotencyStore({}))
      .AddChannelJson(R"({"adapter": "pigeon", "tenant": "acme", "timeWindow": "2m",
                          "signingKey": "a key that Pigeon gave us"})");
  const auto gateway = std::move(builder).Build(*registry);
  if (!gateway.ok()) return Fail(gateway.status());

  const omni::HttpResponse answer = (*gateway)->HandleBlocking(SignedWebhook());
  std::cout << answer.status << ' ' << answer.body << '\n';
  for (const omni::Envelope& envelope : queue->Drain()) {
    std::cout << envelope.queue << ' ' << envelope.body << '\n';
  }
  return EXIT_SUCCESS;
}
