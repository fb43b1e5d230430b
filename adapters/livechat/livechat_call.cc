#include "livechat_call.h"

#include "omni/http.h"
#include "omni/support/form.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace {

struct CallRow {
  std::string_view action;
  Call call;
};
constexpr CallRow kCalls[] = {
    {"", Call::kReceive},
    {"delivery_status", Call::kDeliveryStatus},
    {"fetch_messages", Call::kFetchMessages},
    {"upload_media", Call::kUploadMedia},
};

}  // namespace

Call CallOf(std::string_view mount, std::string_view target) {
  const std::string_view query = TargetQuery(target);
  if (mount != kChatMount || query.empty()) return Call::kReceive;
  const auto form = Form::Parse(query);
  if (!form.ok()) return Call::kUnknown;
  const std::string_view action = form->Get("action");
  for (const CallRow& row : kCalls) {
    if (row.action == action) return row.call;
  }
  return Call::kUnknown;
}

}  // namespace livechat
}  // namespace omni::inline v0_1
