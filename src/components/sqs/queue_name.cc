#include "components/sqs/queue_name.h"

#include <algorithm>

#include "omni/support/encoding.h"
#include "omni/support/signature.h"
#include "support/header_text.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::string_view kFifoSuffix = ".fifo";
constexpr std::size_t kMaxLength = 80;
constexpr std::size_t kHashLength = 16;

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// Whether the queue can be told from its name again.
bool IsPlain(std::string_view queue) {
  return queue.find(":-") == queue.npos && queue.find("-:") == queue.npos &&
         std::all_of(queue.begin(), queue.end(),
                     [](char c) { return IsAlphanumeric(c) || c == '_' || c == '-' || c == ':'; });
}

std::string Escaped(std::string_view queue) {
  std::string name;
  for (const char c : queue) {
    if (c == ':') {
      name.push_back('-');
    } else if (c == '-') {
      name.append("--");
    } else {
      name.push_back(IsAlphanumeric(c) ? c : '_');
    }
  }
  return name;
}

/// The name that the last part of a queue's URL is, without `.fifo`.
std::string NameInUrl(std::string_view url) {
  url.remove_prefix(url.rfind('/') + 1);
  if (EndsWith(url, kFifoSuffix)) url.remove_suffix(kFifoSuffix.size());
  return std::string(url);
}

std::string Made(const SqsOptions& options, std::string_view queue) {
  std::string name = options.name_prefix + Escaped(queue);
  const std::size_t room = kMaxLength - (options.fifo ? kFifoSuffix.size() : 0);
  if (IsPlain(queue) && name.size() <= room) return name;
  name.resize(std::min(name.size(), room - kHashLength - 1));
  name.append("-").append(HexEncode(AsView(Sha256(queue))).substr(0, kHashLength));
  return name;
}

}  // namespace

bool IsDeadLetterQueue(std::string_view queue) {
  return queue.size() > kDeadLetterSuffix.size() && EndsWith(queue, kDeadLetterSuffix);
}

SqsName SqsNameOf(const SqsOptions& options, std::string_view queue) {
  const auto url_of = [&](std::string_view name) {
    const auto found = options.queue_urls.find(std::string(name));
    return found == options.queue_urls.end() ? std::string() : found->second;
  };
  SqsName result = {.name = {}, .url = url_of(queue), .is_fifo = options.fifo};
  std::string main_url;
  if (IsDeadLetterQueue(queue)) {
    main_url = url_of(queue.substr(0, queue.size() - kDeadLetterSuffix.size()));
  }
  if (!result.url.empty()) {
    result.name = NameInUrl(result.url);
    result.is_fifo = EndsWith(result.url, kFifoSuffix);
  } else if (!main_url.empty()) {
    result.name = NameInUrl(main_url) + "-dead";
    result.is_fifo = EndsWith(main_url, kFifoSuffix);
  } else {
    result.name = Made(options, queue);
  }
  if (result.is_fifo) result.name.append(kFifoSuffix);
  return result;
}

}  // namespace internal
}  // namespace omni::inline v0_1
