/// \file
/// Ports that forget a completion.
#pragma once

#include <memory>
#include <utility>

#include "omni/ports/http_client.h"
#include "omni/ports/queue_sink.h"
#include "omni/testing/fakes.h"

namespace omni::inline v0_1 {
namespace testing {

/// Drops the completion of its Nth call, having kept nothing. Thread safety: as the inner sink.
class DroppingSink : public QueueSink {
 public:
  DroppingSink(std::shared_ptr<QueueSink> inner, std::shared_ptr<FailNth> fail)
      : inner_(std::move(inner)), fail_(std::move(fail)) {}
  void Enqueue(EnqueueParams params, Completion<Settlement> done) override {
    if (!fail_->Strike()) inner_->Enqueue(std::move(params), std::move(done));
  }

 private:
  std::shared_ptr<QueueSink> inner_;
  std::shared_ptr<FailNth> fail_;
};

/// Drops the completion of its Nth call. Thread safety: as the inner client.
class DroppingHttpClient : public HttpClient {
 public:
  DroppingHttpClient(std::shared_ptr<FailNth> fail, std::shared_ptr<HttpClient> inner)
      : fail_(std::move(fail)), inner_(std::move(inner)) {}
  void Send(SendParams params, Completion<absl::StatusOr<HttpResponse>> done) override {
    if (!fail_->Strike()) inner_->Send(std::move(params), std::move(done));
  }

 private:
  std::shared_ptr<FailNth> fail_;
  std::shared_ptr<HttpClient> inner_;
};

}  // namespace testing
}  // namespace omni::inline v0_1
