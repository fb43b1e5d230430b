/// \file
/// The kinds of engine there are, by the `type` of the `queue` setting.
///
/// To add one: a file that reads its options and opens it, and a line in engine_types.cc.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"
#include "omni/json.h"
#include "omni/support/config.h"

namespace host {

/// Reads the setting, which is at `path`; null when there was a mistake, which is then a line in
/// `problems`.
[[nodiscard]] std::shared_ptr<const EngineOptions> ReadEngine(omni::JsonValue setting,
                                                              std::string_view path,
                                                              std::vector<std::string>& problems);

// Each reads its own keys and reports what is wrong with them; `type` is known already.
[[nodiscard]] std::shared_ptr<const EngineOptions> ReadMemoryEngine(omni::ConfigReader& reader);
[[nodiscard]] std::shared_ptr<const EngineOptions> ReadSqliteEngine(omni::ConfigReader& reader);
[[nodiscard]] std::shared_ptr<const EngineOptions> ReadRabbitMqEngine(omni::ConfigReader& reader);
[[nodiscard]] std::shared_ptr<const EngineOptions> ReadSqsEngine(omni::ConfigReader& reader);

}  // namespace host
