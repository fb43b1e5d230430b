/// \file
/// Notices: what concerns accounts, templates, preferences, groups, and all that is unknown.
#pragma once

#include "omni/json.h"
#include "whatsapp_scope.h"

namespace omni::inline v0_1 {
namespace whatsapp {

/// Adds the notice that a change of a management field becomes; of type `unknown`, with the whole
/// change, when the field is not known.
void AddFieldNotice(const Scope& scope, JsonValue value, Batch& batch);

/// Adds the notice of one element of `user_preferences`: a customer wants marketing, or no more.
void AddPreference(const Scope& scope, JsonValue item, Batch& batch);

/// Adds the notice of one element of `errors` that belongs to no message.
void AddError(const Scope& scope, JsonValue item, Batch& batch);

}  // namespace whatsapp
}  // namespace omni::inline v0_1
