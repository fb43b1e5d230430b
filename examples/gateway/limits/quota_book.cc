#include "limits/quota_book.h"

#include <utility>

#include "base/durable_file.h"
#include "omni/json.h"

namespace host {
namespace {

std::string MonthOf(absl::Time time) {
  const absl::CivilMonth month = absl::ToCivilMonth(time, absl::UTCTimeZone());
  const std::string number = std::to_string(month.month());
  return std::to_string(month.year()) + (number.size() < 2 ? "-0" : "-") + number;
}

absl::Time EndOfMonth(absl::Time time) {
  return absl::FromCivil(absl::ToCivilMonth(time, absl::UTCTimeZone()) + 1, absl::UTCTimeZone());
}

}  // namespace

QuotaBook::QuotaBook(std::string file) : file_(std::move(file)) {
  if (!file_.empty()) Load();
}

void QuotaBook::Load() {
  const auto text = ReadFile(file_);
  if (!text.ok()) return;
  const auto document = omni::JsonDocument::Parse(*text);
  if (!document.ok()) return;
  MutexLock lock(mutex_);
  month_ = document->root()["month"].text();
  for (const omni::JsonMember& tenant : document->root()["tenants"].members()) {
    counts_.emplace(tenant.key, tenant.value.AsInt64().value_or(0));
  }
}

absl::Duration QuotaBook::Take(std::string_view tenant, std::int64_t quota, absl::Time now) {
  MutexLock lock(mutex_);
  if (now >= month_end_) {
    std::string month = MonthOf(now);
    if (month != month_) counts_.clear();
    month_ = std::move(month);
    month_end_ = EndOfMonth(now);
  }
  auto count = counts_.find(tenant);
  if (count == counts_.end()) count = counts_.emplace(tenant, 0).first;
  if (count->second >= quota) return month_end_ - now;
  ++count->second;
  changed_ = true;
  return absl::ZeroDuration();
}

absl::Status QuotaBook::Save() {
  std::string json;
  {
    MutexLock lock(mutex_);
    if (!std::exchange(changed_, false)) return absl::OkStatus();
    omni::JsonWriter writer(json);
    writer.BeginObject();
    writer.Key("month");
    writer.String(month_);
    writer.Key("tenants");
    writer.BeginObject();
    for (const auto& [tenant, count] : counts_) {
      writer.Key(tenant);
      writer.Int(count);
    }
    writer.EndObject();
    writer.EndObject();
  }
  if (file_.empty() || ReplaceFile(file_, json).ok()) return absl::OkStatus();
  MutexLock lock(mutex_);
  changed_ = true;
  return absl::UnavailableError("the quotas cannot be written");
}

}  // namespace host
