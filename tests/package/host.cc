// A host as small as it gets: every adapter, a gateway, and requests that it must refuse.
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "omni/adapter_registry.h"
#include "omni/adapters/all.h"
#include "omni/components/memory.h"
#include "omni/gateway.h"
#include "omni/version.h"

namespace {

int Refuse(omni::Gateway& gateway, omni::HttpMethod method, const std::string& target) {
  omni::WebhookRequest request;
  request.method = method;
  request.target = target;
  return gateway.HandleBlocking(std::move(request)).status;
}

}  // namespace

int main() {
  if (omni::LibraryVersion() != OMNI_VERSION_STRING) return 1;

  omni::AdapterRegistry::Builder adapters;
  omni::RegisterAllAdapters(adapters);
  const auto registry = std::move(adapters).Build();
  if (!registry.ok() || registry->infos().size() < 2) return 2;

  omni::Gateway::Builder builder;
  builder.SetSink(std::make_shared<omni::MemoryQueue>())
      .SetIdempotencyStore(omni::MakeMemoryIdempotencyStore({}))
      .AddChannelJson(R"({"adapter": "twilio", "path": "/twilio", "authToken": "token"})");
  const auto gateway = std::move(builder).Build(*registry);
  if (!gateway.ok()) {
    std::fputs(gateway.status().ToString().c_str(), stderr);
    return 3;
  }
  if (Refuse(**gateway, omni::HttpMethod::kGet, "/nowhere") != 404) return 4;
  if (Refuse(**gateway, omni::HttpMethod::kPost, "/twilio") / 100 != 4) return 5;
  return 0;
}
