// Gives a gateway its HTTP client, and sees the client at work.
#include <cstdio>
#include <future>
#include <memory>
#include <utility>

#include "omni/components/curl.h"
#include "omni/gateway.h"

namespace {

absl::Status AddHttpClient(omni::Gateway::Builder& builder) {
  omni::CurlHttpClientOptions options;
  options.max_in_flight = 100;
  auto client = omni::MakeCurlHttpClient(options);
  if (!client.ok()) return client.status();
  builder.SetHttpClient(*std::move(client));
  return absl::OkStatus();
}

// A request that must not leave this machine.
absl::StatusCode SendToMyself() {
  const auto client = omni::MakeCurlHttpClient({});
  if (!client.ok()) return client.status().code();
  omni::HttpRequest request;
  request.url = "https://127.0.0.1:1/";
  request.public_address_only = true;
  std::promise<absl::StatusCode> code;
  (*client)->Send({request}, [&code](const absl::StatusOr<omni::HttpResponse>& response) {
    code.set_value(response.status().code());
  });
  return code.get_future().get();
}

}  // namespace

int main() {
  omni::Gateway::Builder builder;
  if (const absl::Status status = AddHttpClient(builder); !status.ok()) {
    std::fputs(status.ToString().c_str(), stderr);
    return 1;
  }
  return SendToMyself() == absl::StatusCode::kPermissionDenied ? 0 : 2;
}
