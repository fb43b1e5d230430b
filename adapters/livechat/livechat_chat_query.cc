#include "livechat_chat_query.h"

#include <algorithm>
#include <cstddef>

#include "livechat_scope.h"
#include "omni/error.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace {

constexpr std::size_t kMaxChatId = 256;

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

}  // namespace

absl::StatusOr<std::string> ReadChatId(const Form& query) {
  const std::string_view chat_id = query.Get("chat_id");
  if (chat_id.empty()) return MissingFieldError("chat_id");
  if (chat_id.size() > kMaxChatId || !IsValidUtf8(chat_id) ||
      std::any_of(chat_id.begin(), chat_id.end(), IsControl)) {
    return InvalidPayloadError("chat_id is not the id of a chat", "chat_id");
  }
  return std::string(chat_id);
}

std::string ConversationOf(const Identifier& identifier, std::string_view chat_id) {
  return ConversationId(kCarrier, identifier.livechat, chat_id);
}

std::string_view ChatOf(std::string_view conversation) {
  // Neither of what stands before it holds a colon.
  conversation.remove_prefix(conversation.find(':') + 1);
  return conversation.substr(conversation.find(':') + 1);
}

}  // namespace livechat
}  // namespace omni::inline v0_1
