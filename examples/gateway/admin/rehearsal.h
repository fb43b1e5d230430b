/// \file
/// One request through the whole pipeline, and nothing of it is kept.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "config/host_config.h"
#include "omni/explanation.h"
#include "omni/http.h"
#include "omni/ports/queue_sink.h"
#include "omni/ports/secrets_provider.h"

namespace host {

/// What became of one stage.
struct Stage {
  std::string name = {};   ///< `endpoint` `verify` `normalize` `queue` `answer`
  std::string state = {};  ///< `passed` `failed` `skipped`
  std::string detail = {};
  std::vector<omni::ExplanationStep> steps = {};
};

struct Rehearsal {
  std::vector<Stage> stages = {};
  std::vector<omni::Envelope> events = {};
  omni::HttpResponse answer = {};
};

/// Runs it through a gateway of that configuration whose queue and stores are empty, in memory, and
/// gone afterwards. What it would forward or ask of others is not sent.
///
/// Errors: as BuildGateway.
[[nodiscard]] absl::StatusOr<Rehearsal> Rehearse(const HostConfig& config,
                                                 std::shared_ptr<omni::SecretsProvider> secrets,
                                                 omni::WebhookRequest request);

}  // namespace host
