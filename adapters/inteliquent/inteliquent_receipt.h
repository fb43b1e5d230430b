/// \file
/// The text of the carrier's receipts: a line of SMPP, with the status inside.
#pragma once

#include <string_view>

namespace omni::inline v0_1 {
namespace inteliquent {

/// What a receipt's text says. Lifetime: the text's.
struct ReceiptText {
  std::string_view stat = {};  ///< `DELIVRD`
  std::string_view err = {};   ///< `034`, leading zeros and all
};

/// Reads `id:… sub:001 … stat:DELIVRD err:000 text:…`. Keys are in any case, the first of each
/// counts, and from `text:` on it is the user's words, which may say anything.
[[nodiscard]] ReceiptText ParseReceiptText(std::string_view text);

}  // namespace inteliquent
}  // namespace omni::inline v0_1
