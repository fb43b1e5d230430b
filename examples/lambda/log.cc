#include "log.h"

#include <cstdint>
#include <iostream>
#include <string>

#include "omni/json.h"

namespace lambda {
namespace {

class Line {
 public:
  explicit Line(std::string_view event) {
    writer_.BeginObject();
    Text("event", event);
  }
  ~Line() {
    writer_.EndObject();
    text_ += '\n';
    std::cerr << text_;  // whole, and not buffered
  }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  Line& Text(std::string_view key, std::string_view value) {
    if (value.empty()) return *this;
    writer_.Key(key);
    writer_.String(value);
    return *this;
  }
  Line& Count(std::string_view key, std::size_t value) {
    writer_.Key(key);
    writer_.Int(static_cast<std::int64_t>(value));
    return *this;
  }

 private:
  std::string text_;
  omni::JsonWriter writer_{text_};
};

}  // namespace

void Log::OnRequest(const omni::RequestReport& report) {
  Line("request")
      .Text("requestId", report.request_id)
      .Text("adapter", report.adapter)
      .Text("channel", report.channel)
      .Text("tenant", report.tenant)
      .Text("client", report.client)
      .Count("status", static_cast<std::size_t>(report.http_status))
      .Text("reason", report.reason)
      .Text("message", report.message)
      .Count("accepted", report.accepted)
      .Count("duplicates", report.duplicates)
      .Count("failed", report.failed);
}

void Log::OnWarning(std::string_view reason, std::string_view message) {
  LogProblem(reason, message);
}

void LogProblem(std::string_view reason, std::string_view message) {
  Line("problem").Text("reason", reason).Text("message", message);
}

}  // namespace lambda
