#include "host/server/harness.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>
#include <utility>

namespace host {
namespace {

constexpr auto kPatience = std::chrono::seconds(10);

omni::HttpResponse FormatError(const omni::WebhookRequest&, int status, std::string_view code,
                               std::string_view message) {
  return omni::HttpResponse::Json(
      status,
      std::string("{\"error\":\"").append(message).append("\",\"code\":\"").append(code) + "\"}");
}

}  // namespace

Harness::Harness(ServerOptions options) {
  options.port = 0;
  auto server = HttpServer::Start(
      options,
      [this](omni::WebhookRequest request, omni::Completion<ServerResponse> done) {
        Handle(std::move(request), std::move(done));
      },
      FormatError);
  EXPECT_TRUE(server.ok()) << server.status();
  server_ = *std::move(server);
  port_ = server_->port();
}

Harness::~Harness() {
  StopServer();
  // Without the lock: a completion that is dropped calls back.
  later_.clear();
}

void Harness::Handle(omni::WebhookRequest request, omni::Completion<ServerResponse> done) {
  const std::string target = request.target;
  ServerResponse response;
  if (target == "/stream") {
    response.response = omni::HttpResponse::Text(200, "first");
    response.on_stream = [this](std::shared_ptr<ResponseStream> stream) {
      const std::lock_guard lock(mutex_);
      streams_.push_back(std::move(stream));
      changed_.notify_all();
    };
  } else if (target == "/big") {
    response.response = omni::HttpResponse::Text(200, std::string(8 << 20, 'x'));
  } else {
    response.response = omni::HttpResponse::Text(
        200, std::string(omni::HttpMethodName(request.method)) + " " + target + " " + request.body);
  }
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(std::move(request));
    if (target.starts_with("/later")) later_.insert_or_assign(target, std::move(done));
    changed_.notify_all();
  }
  if (target == "/dropped") {
    const omni::Completion<ServerResponse> dropped = std::move(done);
  } else if (done) {
    std::move(done)(std::move(response));
  }
}

std::vector<omni::WebhookRequest> Harness::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

bool Harness::WaitForRequests(std::size_t count) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kPatience, [&] { return requests_.size() >= count; });
}

void Harness::Answer(const std::string& target, std::string body) {
  omni::Completion<ServerResponse> done;
  {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, kPatience, [&] { return later_.contains(target); }));
    done = std::move(later_.extract(target).mapped());
  }
  std::move(done)({.response = omni::HttpResponse::Text(200, std::move(body))});
}

std::shared_ptr<ResponseStream> Harness::Stream() {
  std::unique_lock lock(mutex_);
  EXPECT_TRUE(changed_.wait_for(lock, kPatience, [&] { return !streams_.empty(); }));
  if (streams_.empty()) return nullptr;
  auto stream = std::move(streams_.back());
  streams_.pop_back();
  return stream;
}

bool Eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

std::string Post(std::string_view target, std::string_view body, std::string_view fields) {
  std::string request = "POST ";
  request.append(target).append(" HTTP/1.1\r\nHost: test\r\n").append(fields);
  request.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n");
  return request.append(body);
}

std::string Get(std::string_view target, std::string_view fields) {
  std::string request = "GET ";
  request.append(target).append(" HTTP/1.1\r\nHost: test\r\n").append(fields);
  return request.append("\r\n");
}

}  // namespace host
