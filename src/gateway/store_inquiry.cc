#include "gateway/store_inquiry.h"

#include <utility>
#include <variant>

#include "base/status_macros.h"
#include "gateway/errors.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

/// Thread safety: confined.
class Asker {
 public:
  Asker(const GatewayCore& core, const Channel& channel, absl::Time now)
      : core_(core), channel_(channel), now_(now) {}

  absl::StatusOr<InquiryResult> operator()(HistoryQuery query) const {
    if (core_.conversations == nullptr) return NotKeptError("conversations");
    query.tenant = channel_.config.tenant;
    return core_.conversations->Read(query);
  }

  absl::StatusOr<InquiryResult> operator()(MediaUpload upload) const {
    if (core_.media == nullptr) return NotKeptError("media");
    upload.tenant = channel_.config.tenant;
    return core_.media->Put(upload);
  }

  absl::StatusOr<InquiryResult> operator()(const MappingChange& change) const {
    if (core_.mappings == nullptr) return NotKeptError("mappings");
    return core_.mappings->Change(Scope(), change, now_);
  }

  absl::StatusOr<InquiryResult> operator()(const MappingRemoval& removal) const {
    if (core_.mappings == nullptr) return NotKeptError("mappings");
    return core_.mappings->Remove(Scope(), removal.account);
  }

  absl::StatusOr<InquiryResult> operator()(const MappingQuery& query) const {
    if (core_.mappings == nullptr) return NotKeptError("mappings");
    return core_.mappings->List(Scope(), query);
  }

 private:
  [[nodiscard]] MappingStore::Scope Scope() const {
    return {.tenant = channel_.config.tenant, .carrier = channel_.adapter->info().name};
  }

  const GatewayCore& core_;
  const Channel& channel_;
  const absl::Time now_;
};

}  // namespace

absl::StatusOr<InquiryResult> AskStores(const GatewayCore& core, const Channel& channel,
                                        Inquiry inquiry, absl::Time now) {
  return std::visit(Asker(core, channel, now), std::move(inquiry));
}

}  // namespace internal
}  // namespace omni::inline v0_1
