#include "fuzz/http_text.h"

#include "fuzz/fuzz_target.h"

namespace omni::fuzz {

WebhookRequest ParseHttpText(std::string_view text) {
  WebhookRequest request;
  std::string_view line = TakeUntil(text, '\n');
  request.method = ParseHttpMethod(TakeUntil(line, ' '));
  request.target = line;
  while (!(line = TakeUntil(text, '\n')).empty()) {
    const std::string_view name = TakeUntil(line, ':');
    if (line.starts_with(' ')) line.remove_prefix(1);
    request.headers.Add(std::string(name), std::string(line));
  }
  request.body = text;
  return request;
}

std::string ToHttpText(const WebhookRequest& request) {
  std::string text(HttpMethodName(request.method));
  text.append(" ").append(request.target).append("\n");
  for (const auto& [name, value] : request.headers) {
    text.append(name).append(": ").append(value).append("\n");
  }
  return text.append("\n").append(request.body);
}

}  // namespace omni::fuzz
