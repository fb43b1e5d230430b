/// \file
/// omni as an AWS Lambda function: a custom runtime, `bootstrap`, that receives carriers' webhooks
/// through API Gateway or a function URL and puts their events into SQS. docs/lambda.md says how to
/// package it.

#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "event_shapes.h"
#include "host.h"
#include "log.h"
#include "runtime.h"

namespace lambda {
namespace {

constexpr absl::Duration kRefreshSecretsEvery = absl::Minutes(5);

absl::Status Serve(const Invocation& invocation, Host& host, Runtime& runtime) {
  auto event = ReadEvent(invocation.event);
  if (!event.ok()) {
    return runtime.Fail(invocation, {.type = "Runtime.UnknownEvent",
                                     .message = std::string(event.status().message())});
  }
  if (!host.is_called_directly) event->request.external_url.clear();
  host.sink->SetDeadline(invocation.deadline);
  const omni::HttpResponse answer = host.gateway->HandleBlocking(std::move(event->request));
  return runtime.Respond(invocation, WriteAnswer(event->format, answer));
}

/// Ends with the runtime API.
absl::Status ServeAll(Host& host, Runtime& runtime) {
  absl::Time refreshed = absl::Now();
  while (true) {
    const auto invocation = runtime.Next();
    if (!invocation.ok()) return invocation.status();
    const absl::Status status = Serve(*invocation, host, runtime);
    if (absl::IsUnavailable(status)) return status;
    if (!status.ok()) LogProblem("answer_not_taken", std::string(status.message()));
    // Between invocations nothing runs, so it is done here, when the carrier has its answer.
    if (absl::Now() - refreshed < kRefreshSecretsEvery) continue;
    refreshed = absl::Now();
    if (const absl::Status known = host.gateway->RefreshSecrets(); !known.ok()) {
      LogProblem("secrets_not_refreshed", std::string(known.message()));
    }
  }
}

int Main() {
  const char* address = std::getenv("AWS_LAMBDA_RUNTIME_API");
  if (address == nullptr) {
    std::cerr << "AWS_LAMBDA_RUNTIME_API is not set: this program is started by AWS Lambda\n";
    return 2;
  }
  auto runtime = Runtime::Open(address);
  if (!runtime.ok()) {
    std::cerr << runtime.status() << '\n';
    return 1;
  }
  auto host = OpenHost();
  if (!host.ok()) {
    const std::string message(host.status().message());
    LogProblem("cannot_start", message);
    const absl::Status told =
        runtime->FailInit({.type = "Runtime.ConfigInvalid", .message = message});
    if (!told.ok()) std::cerr << told << '\n';
    return 1;
  }
  const absl::Status ended = ServeAll(*host, *runtime);
  LogProblem("runtime_api_gone", std::string(ended.message()));
  return 1;
}

}  // namespace
}  // namespace lambda

int main() { return lambda::Main(); }
