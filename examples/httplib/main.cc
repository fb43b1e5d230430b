/// \file
/// omni inside somebody else's HTTP server, cpp-httplib: what a server must hand over, and what it
/// must not change. `TWILIO_AUTH_TOKEN=… httplib_host PORT` prints each event as a line.
///
/// cpp-httplib takes multipart bodies apart as it reads them, so LiveChat's uploads need another
/// server; everything else that carriers send arrives byte for byte.

#include <httplib.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "omni/adapter_registry.h"
#include "omni/adapters/twilio.h"
#include "omni/components/memory.h"
#include "omni/gateway.h"

namespace {

/// A queue of the host's own: it prints, and has accepted what was printed.
class Printer : public omni::BlockingQueueSink {
  omni::Settlement Put(const EnqueueParams& params) override {
    for (const omni::Envelope& envelope : params.envelopes) std::cout << envelope.body << std::endl;
    return omni::Settlement::All(
        params.envelopes.size(),
        std::cout ? absl::OkStatus() : absl::UnavailableError("no output"));
  }
};

omni::WebhookRequest FromHttplib(const httplib::Request& in) {
  omni::WebhookRequest request;
  request.method = omni::ParseHttpMethod(in.method);
  request.target = in.target;  // as in the request line: path and query, nothing decoded
  request.body = in.body;      // the bytes as they came
  request.peer = in.remote_addr;
  for (const auto& [name, value] : in.headers) {
    // The library's own additions, which no client sent.
    if (name.starts_with("REMOTE_") || name.starts_with("LOCAL_")) continue;
    request.headers.Add(name, value);
  }
  return request;
}

absl::StatusOr<std::unique_ptr<omni::Gateway>> OpenGateway() {
  omni::AdapterRegistry::Builder adapters;
  omni::twilio::Register(adapters);
  auto registry = std::move(adapters).Build();
  if (!registry.ok()) return registry.status();
  const char* token = std::getenv("TWILIO_AUTH_TOKEN");
  auto secrets = std::make_shared<omni::MemorySecrets>();
  secrets->Set("token", {token != nullptr ? token : ""});
  omni::Gateway::Builder builder;
  builder.SetSink(std::make_shared<Printer>())
      .SetIdempotencyStore(omni::MakeMemoryIdempotencyStore({}))
      .SetSecretsProvider(std::move(secrets))
      .AddChannelJson(R"({"adapter": "twilio", "tenant": "acme", "authToken": "token"})");
  return std::move(builder).Build(*registry);
}

}  // namespace

int main(int argc, char** argv) {
  const auto gateway = OpenGateway();
  if (!gateway.ok()) {
    std::cerr << gateway.status() << '\n';
    return 1;
  }
  httplib::Server server;
  server.set_payload_max_length(std::size_t{4} << 20);
  const auto handle = [&](const httplib::Request& in, httplib::Response& out) {
    const omni::HttpResponse answer = (*gateway)->HandleBlocking(FromHttplib(in));
    out.status = answer.status;
    for (const auto& [name, value] : answer.headers) {
      out.set_header(std::string(name), std::string(value));
    }
    out.body = answer.body;
  };
  server.Get(".*", handle).Post(".*", handle).Options(".*", handle);
  const int asked = argc > 1 ? std::atoi(argv[1]) : 8080;
  const int port = asked == 0 ? server.bind_to_any_port("127.0.0.1") : asked;
  if (asked != 0 && !server.bind_to_port("127.0.0.1", asked)) return 1;
  std::cout << "listening on http://127.0.0.1:" << port << std::endl;
  return server.listen_after_bind() ? 0 : 1;
}
