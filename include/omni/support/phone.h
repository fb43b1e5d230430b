/// \file
/// Phone addresses. Syntax only: no numbering plan.
#pragma once

#include <string>
#include <string_view>

#include "omni/event.h"
#include "omni/export.h"

namespace omni::inline v0_1 {

/// The party that a carrier calls `text`. 8 to 15 digits, with or without `+`, become E.164 with
/// `+` (unless the first is 0: no country code is), also after a prefix whose addresses are phone
/// numbers (`whatsapp:` `rcs:` `sms:` `mms:` `tel:`). Anything else stays as it is: short codes,
/// alphanumeric senders, opaque ids; a channel prefix is cut off (`messenger:1044…` is `1044…`,
/// never a phone number). `carrier_id` keeps `text` where it differs.
[[nodiscard]] OMNI_EXPORT Address MakeAddress(std::string_view text);

/// Whether `text` is E.164 with `+`.
[[nodiscard]] OMNI_EXPORT bool IsE164(std::string_view text);

/// `text` with every run of seven or more digits cut to `***` and its last four: fit for a log.
[[nodiscard]] OMNI_EXPORT std::string MaskDigits(std::string_view text);

}  // namespace omni::inline v0_1
