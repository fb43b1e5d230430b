#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "components/sqlite/ports.h"
#include "components/sqlite/usage.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

/// A digest of the file and whose it is: the same upload is kept once.
std::string IdOf(const MediaUpload& upload) {
  std::string text;
  for (const std::string* member :
       {&upload.tenant, &upload.conversation, &upload.filename, &upload.content_type}) {
    absl::StrAppend(&text, member->size(), ":", *member);
  }
  text.append(AsView(Sha256(upload.content)));
  return HexEncode(AsView(Sha256(text)));
}

/// With what the row itself takes, so that empty files are bounded too.
std::size_t BytesOf(const MediaUpload& upload) {
  constexpr std::size_t kFileOverhead = 512;
  return upload.content.size() + upload.tenant.size() + upload.account.size() +
         upload.conversation.size() + upload.filename.size() + upload.content_type.size() +
         kFileOverhead;
}

absl::Status PutIn(Writing& writing, const MediaUpload& upload, const std::string& id) {
  {
    Query query(writing.database, "SELECT 1 FROM media WHERE id = ?", id);
    OMNI_ASSIGN_OR_RETURN(const bool found, query.Next());
    if (found) return absl::OkStatus();
  }
  const std::size_t bytes = BytesOf(upload);
  OMNI_ASSIGN_OR_RETURN(const Usage usage, ReadUsage(writing.database, "media"));
  if (bytes > writing.options.max_media_bytes ||
      usage.bytes > writing.options.max_media_bytes - bytes) {
    return absl::ResourceExhaustedError("no room for another file");
  }
  OMNI_RETURN_IF_ERROR(Query(writing.database,
                             "INSERT INTO media(id, tenant, account, conversation, filename, "
                             "content_type, bytes, content) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
                             id, upload.tenant, upload.account, upload.conversation,
                             upload.filename, upload.content_type, bytes, upload.content)
                           .Run());
  return AddUsage(writing.database, "media", 1, static_cast<std::int64_t>(bytes));
}

/// Thread safety: thread-safe.
class SqliteMediaStoreImpl final : public SqliteMediaStore {
 public:
  explicit SqliteMediaStoreImpl(EnginePtr engine) : engine_(std::move(engine)) {}

  [[nodiscard]] absl::StatusOr<StoredMedia> Put(const MediaUpload& upload) override {
    if (upload.content.size() > engine_->options().max_media_file_bytes) {
      return absl::ResourceExhaustedError("the file is too large");
    }
    StoredMedia stored{.id = IdOf(upload)};
    stored.url = engine_->options().media_base_url + stored.id;
    OMNI_RETURN_IF_ERROR(
        engine_->Write([&](Writing& writing) { return PutIn(writing, upload, stored.id); }));
    return stored;
  }
  [[nodiscard]] absl::StatusOr<std::optional<MediaUpload>> Find(std::string_view id) override;

 private:
  const EnginePtr engine_;
};

absl::StatusOr<std::optional<MediaUpload>> SqliteMediaStoreImpl::Find(std::string_view id) {
  return engine_->Read([&](Database& database) -> absl::StatusOr<std::optional<MediaUpload>> {
    Query query(database,
                "SELECT tenant, account, conversation, filename, content_type, content "
                "FROM media WHERE id = ?",
                id);
    OMNI_ASSIGN_OR_RETURN(const bool found, query.Next());
    if (!found) return std::nullopt;
    return MediaUpload{.tenant = query.String(0),
                       .account = query.String(1),
                       .conversation = query.String(2),
                       .filename = query.String(3),
                       .content_type = query.String(4),
                       .content = query.String(5)};
  });
}

}  // namespace

std::shared_ptr<SqliteMediaStore> MakeSqliteMediaStore(EnginePtr engine) {
  return std::make_shared<SqliteMediaStoreImpl>(std::move(engine));
}

}  // namespace internal
}  // namespace omni::inline v0_1
