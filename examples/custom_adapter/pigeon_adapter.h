/// \file
/// Pigeon Post: a carrier that omni does not ship, as an example of an adapter of your own.
///
/// Pigeon posts JSON to one URL and signs it: `X-Pigeon-Signature` is the HMAC-SHA256 of
/// `{X-Pigeon-Timestamp}.{body}` in hex. One webhook may hold many updates:
///
/// \code
/// {"loft": "loft-7", "updates": [
///   {"kind": "letter", "id": "pgn-51", "from": "+4915112340011", "to": "+15550100200",
///    "sentAt": "2024-01-15T10:29:58Z", "text": "Hello"},
///   {"kind": "flight", "id": "pgn-48", "from": "+15550100200", "to": "+4915112340011",
///    "state": "lost", "cause": {"code": 17, "text": "a hawk"}}]}
/// \endcode
#pragma once

#include <boost/describe.hpp>

#include "absl/time/time.h"
#include "omni/adapter_registry.h"

namespace pigeon {

/// Secrets of a channel: `signingKey`.
struct Options {
  /// How old or how far ahead a signed timestamp may be: a captured request is of no use later.
  absl::Duration time_window = absl::Minutes(5);
};
BOOST_DESCRIBE_STRUCT(Options, (), (time_window))

void Register(omni::AdapterRegistry::Builder& builder);

}  // namespace pigeon
