/// \file
/// What every QuarantineStore promises. A test of a store instantiates the suite with a function
/// that makes an empty one.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "omni/ports/quarantine_store.h"
#include "omni/support/capsule_codec.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace testing {

using QuarantineStoreFactory = std::function<std::shared_ptr<QuarantineStore>()>;

class QuarantineStoreContract : public ::testing::TestWithParam<QuarantineStoreFactory> {
 protected:
  /// Capsules with one body are of one request. Ids grow with time.
  static Capsule Make(const std::string& id, const std::string& body) {
    return {.id = id,
            .version = "0.1.0",
            .channel = "sms",
            .tenant = "acme",
            .request = {.method = HttpMethod::kPost,
                        .target = "/webhooks/sms?a=b",
                        .external_url = "https://example.com/webhooks/sms?a=b",
                        .headers = {{"X-Id", id}, {"X-Id", "again"}},
                        .body = body,
                        .peer = "192.0.2.1",
                        .tls = true,
                        .received_at = absl::FromUnixSeconds(1'700'000'000)},
            .authentication = "verified",
            .coverage = {.body = true, .url = true},
            .key_id = "token[0]",
            .bound_account = "AC1",
            .reason = "missing_field",
            .message = "no `from`",
            .http_status = 400};
  }
  void Put(const Capsule& capsule) { EXPECT_THAT(store_->Put(capsule), IsOk()); }
  std::vector<std::string> Ids(const QuarantineStore::ListParams& params = {}) {
    const auto capsules = store_->List(params);
    EXPECT_THAT(capsules, IsOk());
    std::vector<std::string> ids;
    for (const Capsule& capsule : capsules.value_or(std::vector<Capsule>{})) {
      ids.push_back(capsule.id);
    }
    return ids;
  }

  std::shared_ptr<QuarantineStore> store_ = GetParam()();
};

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_P(QuarantineStoreContract, GivesACapsuleBackBitForBit) {
  const Capsule capsule = Make("1", std::string("\0\xFF\r\nbody", 8));
  Put(capsule);
  OMNI_ASSERT_OK_AND_ASSIGN(const Capsule kept, store_->Get("1"));
  EXPECT_EQ(ToJson(kept), ToJson(capsule));
  EXPECT_EQ(kept.request.body, capsule.request.body);
  OMNI_ASSERT_OK_AND_ASSIGN(const std::vector<Capsule> listed, store_->List({}));
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(ToJson(listed[0]), ToJson(capsule));
}

TEST_P(QuarantineStoreContract, KeepsARequestOnce) {
  Put(Make("1", "body"));
  Put(Make("2", "body"));  // with other headers: the carrier signs a repetition anew
  EXPECT_THAT(Ids(), ElementsAre("1"));
}

TEST_P(QuarantineStoreContract, KeepsRequestsApart) {
  std::vector<Capsule> capsules(6, Make("", "body"));
  capsules[1].channel = "other";
  capsules[2].request.target = "/webhooks/sms?a=c";
  capsules[3].request.method = HttpMethod::kPut;
  capsules[4].request.body = "other";
  capsules[5].request.body = "";
  int id = 0;
  for (Capsule& capsule : capsules) {
    capsule.id = std::to_string(++id);
    Put(capsule);
  }
  EXPECT_THAT(Ids(), ElementsAre("1", "2", "3", "4", "5", "6"));
}

TEST_P(QuarantineStoreContract, ListsOldestFirstPageByPage) {
  for (const char* id : {"3", "1", "5", "2", "4"}) Put(Make(id, id));
  EXPECT_THAT(Ids({.limit = 2}), ElementsAre("1", "2"));
  EXPECT_THAT(Ids({.after = "2", .limit = 2}), ElementsAre("3", "4"));
  ASSERT_THAT(store_->Remove("4"), IsOk());
  EXPECT_THAT(Ids({.after = "4", .limit = 2}), ElementsAre("5"));
  EXPECT_THAT(Ids({.after = "5"}), IsEmpty());
}

TEST_P(QuarantineStoreContract, ForgetsWhatIsRemoved) {
  Put(Make("1", "body"));
  EXPECT_THAT(store_->Remove("1"), IsOk());
  EXPECT_THAT(Ids(), IsEmpty());
  EXPECT_THAT(store_->Get("1"), StatusIs(absl::StatusCode::kNotFound, ::testing::_));
  EXPECT_THAT(store_->Remove("1"), StatusIs(absl::StatusCode::kNotFound, ::testing::_));
  Put(Make("2", "body"));
  EXPECT_THAT(Ids(), ElementsAre("2"));
}

}  // namespace testing
}  // namespace omni::inline v0_1
