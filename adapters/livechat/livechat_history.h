/// \file
/// `fetch_messages`: a page of a chat's history.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "livechat_identifier.h"
#include "omni/http.h"
#include "omni/inquiry.h"
#include "omni/support/form.h"

namespace omni::inline v0_1 {
namespace livechat {

/// The query of `chat_id` and `limit`, and of a body with `from_timestamp` and `to_timestamp`,
/// which may be empty. A limit beyond 100 is 100.
///
/// Errors: InvalidArgument, naming the field.
[[nodiscard]] absl::StatusOr<HistoryQuery> ReadHistoryQuery(const Identifier& identifier,
                                                            const Form& query,
                                                            std::string_view body);

/// `{chat_id, messages, total, hasMore}`, each message with its type, author and time in the words
/// of the contract.
[[nodiscard]] HttpResponse HistoryAnswer(const HistoryQuery& query, const HistoryPage& page);

}  // namespace livechat
}  // namespace omni::inline v0_1
