/// \file
/// What every MappingStore promises. A test of a store instantiates the suite with a function that
/// makes an empty one.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "omni/ports/mapping_store.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace testing {

using MappingStoreFactory = std::function<std::shared_ptr<MappingStore>()>;

class MappingStoreContract : public ::testing::TestWithParam<MappingStoreFactory> {
 protected:
  static constexpr MappingStore::Scope kScope{.tenant = "acme", .carrier = "whatsapp"};

  AccountMapping Map(const std::string& account, const std::string& target = "https://a.example",
                     const MappingStore::Scope& scope = kScope) {
    const auto mapping =
        store_->Change(scope, {.account = account, .target_url = target, .enabled = {}}, now_);
    EXPECT_THAT(mapping, IsOk());
    return mapping.value_or(AccountMapping{});
  }
  std::optional<AccountMapping> Find(const std::string& account,
                                     const MappingStore::Scope& scope = kScope) {
    const auto mapping = store_->Find(scope, account);
    EXPECT_THAT(mapping, IsOk());
    return mapping.value_or(std::nullopt);
  }
  MappingPage List(const MappingQuery& query = {}) {
    const auto page = store_->List(kScope, query);
    EXPECT_THAT(page, IsOk());
    return page.value_or(MappingPage{});
  }
  std::vector<std::string> Accounts(const MappingQuery& query = {}) {
    std::vector<std::string> accounts;
    for (const AccountMapping& mapping : List(query).mappings) accounts.push_back(mapping.account);
    return accounts;
  }

  std::shared_ptr<MappingStore> store_ = GetParam()();
  absl::Time now_ = absl::FromUnixSeconds(1'700'000'000);
};

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_P(MappingStoreContract, CreatesAMapping) {
  const AccountMapping expected{.account = "1",
                                .target_url = "https://a.example",
                                .enabled = true,
                                .created_at = now_,
                                .updated_at = now_};
  EXPECT_EQ(Map("1"), expected);
  EXPECT_EQ(Find("1"), expected);
  EXPECT_EQ(Find("2"), std::nullopt);
}

TEST_P(MappingStoreContract, ChangesWhatIsGiven) {
  AccountMapping expected = Map("1");
  now_ += absl::Seconds(1);
  expected.updated_at = now_;
  expected.enabled = false;
  EXPECT_THAT(store_->Change(kScope, {.account = "1", .enabled = false}, now_), IsOk());
  EXPECT_EQ(Find("1"), expected) << "a disabled one is found too";
  expected.target_url = "https://b.example";
  EXPECT_EQ(Map("1", "https://b.example"), expected) << "and stays disabled";
}

TEST_P(MappingStoreContract, CreatesADisabledMapping) {
  OMNI_ASSERT_OK_AND_ASSIGN(
      const AccountMapping mapping,
      store_->Change(kScope, {.account = "1", .target_url = "https://a.example", .enabled = false},
                     now_));
  EXPECT_FALSE(mapping.enabled);
}

TEST_P(MappingStoreContract, CreatesNoneWithoutATarget) {
  EXPECT_THAT(store_->Change(kScope, {.account = "1", .enabled = true}, now_),
              StatusIs(absl::StatusCode::kNotFound, ::testing::_));
  EXPECT_EQ(Find("1"), std::nullopt);
  EXPECT_THAT(Accounts(), IsEmpty());
}

TEST_P(MappingStoreContract, RemovesAMapping) {
  const AccountMapping mapping = Map("1");
  OMNI_ASSERT_OK_AND_ASSIGN(const AccountMapping removed, store_->Remove(kScope, "1"));
  EXPECT_EQ(removed, mapping);
  EXPECT_EQ(Find("1"), std::nullopt);
  EXPECT_THAT(Accounts(), IsEmpty());
  EXPECT_THAT(store_->Remove(kScope, "1"), StatusIs(absl::StatusCode::kNotFound, ::testing::_));
  now_ += absl::Seconds(1);
  EXPECT_EQ(Map("1").created_at, now_);
}

TEST_P(MappingStoreContract, KeepsTenantsAndCarriersApart) {
  constexpr MappingStore::Scope kOtherTenant{.tenant = "other", .carrier = "whatsapp"};
  constexpr MappingStore::Scope kOtherCarrier{.tenant = "acme", .carrier = "twilio"};
  Map("1", "https://a.example");
  Map("1", "https://b.example", kOtherTenant);
  EXPECT_EQ(Find("1", kOtherCarrier), std::nullopt);
  Map("1", "https://c.example", kOtherCarrier);
  EXPECT_EQ(Find("1")->target_url, "https://a.example");
  EXPECT_EQ(Find("1", kOtherTenant)->target_url, "https://b.example");
  EXPECT_EQ(Find("1", {.tenant = "acm", .carrier = "ewhatsapp"}), std::nullopt);
  EXPECT_THAT(store_->Remove(kOtherTenant, "1"), IsOk());
  EXPECT_THAT(Accounts(), ElementsAre("1"));
}

TEST_P(MappingStoreContract, ListsInTheOrderOfTheAccounts) {
  for (const char* account : {"3", "10", "2", "1"}) Map(account);
  Map("0", "https://b.example", {.tenant = "bcme", .carrier = "whatsapp"});
  Map("9", "https://b.example", {.tenant = "acme", .carrier = "vonage"});
  EXPECT_THAT(Accounts(), ElementsAre("1", "10", "2", "3"));
  EXPECT_FALSE(List().has_more);
}

TEST_P(MappingStoreContract, ListsPageByPage) {
  for (int i = 10; i < 20; ++i) Map(std::to_string(i));
  std::vector<std::string> seen;
  MappingQuery query{.limit = 4};
  while (true) {
    const MappingPage page = List(query);
    EXPECT_LE(page.mappings.size(), 4u);
    for (const AccountMapping& mapping : page.mappings) seen.push_back(mapping.account);
    if (!page.has_more) break;
    query.after = seen.back();
  }
  EXPECT_THAT(seen, ElementsAre("10", "11", "12", "13", "14", "15", "16", "17", "18", "19"));
  EXPECT_THAT(Accounts({.after = "175"}), ElementsAre("18", "19"));
  EXPECT_THAT(Accounts({.after = "19"}), IsEmpty());
  EXPECT_FALSE(List({.limit = 10}).has_more);
}

TEST_P(MappingStoreContract, ListsOneAccount) {
  for (const char* account : {"1", "11", "2"}) Map(account);
  EXPECT_THAT(Accounts({.account = "1"}), ElementsAre("1"));
  EXPECT_FALSE(List({.account = "1", .limit = 1}).has_more);
  EXPECT_THAT(Accounts({.account = "3"}), IsEmpty());
  EXPECT_THAT(Accounts({.account = "0"}), IsEmpty());
  EXPECT_THAT(Accounts({.account = "2", .after = "1"}), ElementsAre("2"));
  EXPECT_THAT(Accounts({.account = "1", .after = "1"}), IsEmpty());
  EXPECT_THAT(Accounts({.account = "1", .after = "11"}), IsEmpty());
}

}  // namespace testing
}  // namespace omni::inline v0_1
