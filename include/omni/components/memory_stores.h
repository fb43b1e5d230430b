/// \file
/// The stores behind adapters that have to remember, in memory: for tests, for trying omni out, for
/// a process that may forget. Nothing here survives the process. All of them are bounded.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "omni/export.h"
#include "omni/ports/conversation_store.h"
#include "omni/ports/fragment_store.h"
#include "omni/ports/mapping_store.h"
#include "omni/ports/quarantine_store.h"

namespace omni::inline v0_1 {

/// How much may wait, counting what the store itself needs for it. What was handed out and not
/// removed may be as much again; beyond that parts are refused.
struct MemoryFragmentOptions {
  std::size_t max_bytes = std::size_t{64} << 20;
  std::size_t max_groups = 100'000;
  std::size_t max_bytes_per_tenant = std::size_t{16} << 20;
  std::size_t max_groups_per_tenant = 25'000;
  std::size_t max_owed = 100'000;  ///< groups gone incomplete whose late parts are known as such
};
[[nodiscard]] OMNI_EXPORT std::shared_ptr<FragmentStore> MakeMemoryFragmentStore(
    const MemoryFragmentOptions& options);

struct MemoryConversationOptions {
  /// Beyond this the conversation is forgotten that was silent longest.
  std::size_t max_conversations = 10'000;
  std::size_t max_messages = 200;  ///< of a conversation; beyond this its oldest are forgotten
};
[[nodiscard]] OMNI_EXPORT std::shared_ptr<ConversationStore> MakeMemoryConversationStore(
    const MemoryConversationOptions& options);

/// Files that the host can read back, to serve them.
///
/// Thread safety: thread-safe.
class OMNI_EXPORT MemoryMediaStore : public MediaStore {
 public:
  /// Nothing when there is no such file.
  [[nodiscard]] virtual std::optional<MediaUpload> Find(std::string_view id) = 0;
};
struct MemoryMediaOptions {
  std::size_t max_file_bytes = std::size_t{16} << 20;
  std::size_t max_bytes = std::size_t{256} << 20;  ///< of all; beyond this files are refused
  /// A file's URL is this and the id after it. Ids cannot be guessed by who has not the file.
  std::string base_url = {};
};
[[nodiscard]] OMNI_EXPORT std::shared_ptr<MemoryMediaStore> MakeMemoryMediaStore(
    const MemoryMediaOptions& options);

struct MemoryMappingOptions {
  std::size_t max_mappings = 100'000;  ///< beyond this new ones are refused
};
/// Find costs the same for ten mappings and for many thousands, and waits for no other Find.
[[nodiscard]] OMNI_EXPORT std::shared_ptr<MappingStore> MakeMemoryMappingStore(
    const MemoryMappingOptions& options);

/// Beyond these, capsules are refused.
struct MemoryQuarantineOptions {
  std::size_t max_capsules = 10'000;
  std::size_t max_bytes = std::size_t{64} << 20;
};
[[nodiscard]] OMNI_EXPORT std::shared_ptr<QuarantineStore> MakeMemoryQuarantineStore(
    const MemoryQuarantineOptions& options);

}  // namespace omni::inline v0_1
