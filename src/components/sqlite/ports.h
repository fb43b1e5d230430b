/// \file
/// The ports over one engine.
#pragma once

#include <memory>

#include "components/sqlite/engine.h"
#include "omni/components/sqlite.h"

namespace omni::inline v0_1 {
namespace internal {

using EnginePtr = std::shared_ptr<Engine>;

[[nodiscard]] std::shared_ptr<QueueSink> MakeSqliteQueueSink(EnginePtr engine);
[[nodiscard]] std::shared_ptr<QueueBrowser> MakeSqliteQueueBrowser(EnginePtr engine);
[[nodiscard]] std::shared_ptr<SqliteQueueSource> MakeSqliteQueueSource(EnginePtr engine);
[[nodiscard]] std::shared_ptr<IdempotencyStore> MakeSqliteIdempotencyStore(EnginePtr engine);
[[nodiscard]] std::shared_ptr<FragmentStore> MakeSqliteFragmentStore(EnginePtr engine);
[[nodiscard]] std::shared_ptr<QuarantineStore> MakeSqliteQuarantineStore(EnginePtr engine);
[[nodiscard]] std::shared_ptr<MappingStore> MakeSqliteMappingStore(EnginePtr engine);
[[nodiscard]] std::shared_ptr<ConversationStore> MakeSqliteConversationStore(EnginePtr engine);
[[nodiscard]] std::shared_ptr<SqliteMediaStore> MakeSqliteMediaStore(EnginePtr engine);

}  // namespace internal
}  // namespace omni::inline v0_1
