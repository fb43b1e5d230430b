/// \file
/// Capsules: verified requests that were not understood, kept to be replayed once they are.
#pragma once

#include <string>

#include "omni/http.h"
#include "omni/provenance.h"

namespace omni::inline v0_1 {

/// A request as it came, the verdict on it, and why it is here. Credentials are blanked: what
/// proved the request is not needed to replay it.
///
/// A capsule is believed as the gateway's own: keep it where nobody else can write.
struct Capsule {
  std::string id = {};       ///< UUIDv7
  std::string version = {};  ///< of omni, when it was made
  std::string channel = {};  ///< the configured channel's id
  std::string tenant = {};
  WebhookRequest request = {};

  std::string authentication = {};  ///< `verified` `shadow` `insecure`
  Coverage coverage = {};
  std::string key_id = {};
  std::string bound_account = {};  ///< the account whose key proved the request, where one did

  std::string reason = {};   ///< stable: `missing_field`
  std::string message = {};  ///< for a person
  int http_status = 0;       ///< what the carrier was told
};

}  // namespace omni::inline v0_1
