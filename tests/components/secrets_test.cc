#include "omni/components/secrets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "components/secrets/two_generations.h"
#include "omni/components/memory.h"
#include "omni/testing/fakes.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

namespace fs = std::filesystem;
using ::testing::_;
using ::testing::ElementsAre;
using ::testing::Not;

std::vector<std::string> Texts(const absl::StatusOr<KeyRing>& ring) {
  std::vector<std::string> texts;
  if (!ring.ok()) return {std::string(ring.status().message())};
  for (const auto& key : ring->keys()) texts.emplace_back(key->secret().Reveal());
  return texts;
}

absl::StatusOr<KeyRing> Look(SecretsProvider& secrets, std::string_view reference) {
  return secrets.Lookup({.reference = reference, .name = "token"});
}

bool SameKeys(const absl::StatusOr<KeyRing>& a, const absl::StatusOr<KeyRing>& b) {
  return a.ok() && b.ok() && a->keys() == b->keys();
}

TEST(EnvironmentSecrets, TakesAVariableAndKeepsItsKeys) {
  const auto secrets = MakeEnvironmentSecrets();
  setenv("OMNI_TEST_SECRET", "first line\nsecond", 1);
  const auto ring = Look(*secrets, "OMNI_TEST_SECRET");
  EXPECT_THAT(Texts(ring), ElementsAre("first line\nsecond"));
  EXPECT_EQ(ring->keys().front()->id(), "token[0]");
  EXPECT_TRUE(SameKeys(ring, Look(*secrets, "OMNI_TEST_SECRET")));
  setenv("OMNI_TEST_SECRET", "other", 1);
  EXPECT_THAT(Texts(Look(*secrets, "OMNI_TEST_SECRET")), ElementsAre("other"));
  setenv("OMNI_TEST_SECRET", "", 1);
  EXPECT_THAT(Look(*secrets, "OMNI_TEST_SECRET"), StatusIs(absl::StatusCode::kNotFound, _));
  unsetenv("OMNI_TEST_SECRET");
  EXPECT_THAT(Look(*secrets, "OMNI_TEST_SECRET"), StatusIs(absl::StatusCode::kNotFound, _));
}

TEST(EnvironmentSecrets, KeysOfTwoPurposesHaveTwoNames) {
  const auto secrets = MakeEnvironmentSecrets();
  setenv("OMNI_TEST_SECRET", "s", 1);
  const auto other = secrets->Lookup({.reference = "OMNI_TEST_SECRET", .name = "other"});
  EXPECT_EQ(Look(*secrets, "OMNI_TEST_SECRET")->keys().front()->id(), "token[0]");
  EXPECT_EQ(other->keys().front()->id(), "other[0]");
}

/// Thread safety: confined.
class FileSecretsTest : public ::testing::Test {
 protected:
  FileSecretsTest() {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    Open({.folder = folder_.string(), .check_every = absl::ZeroDuration()});
  }
  ~FileSecretsTest() override { fs::remove_all(folder_); }

  void Open(FileSecretsOptions options) { secrets_ = MakeFileSecrets(std::move(options)); }
  void Write(const std::string& name, std::string_view text) const {
    std::ofstream(folder_ / "next", std::ios::binary) << text;
    fs::rename(folder_ / "next", folder_ / name);
  }
  absl::StatusOr<KeyRing> Read(std::string_view name) const { return Look(*secrets_, name); }

  const fs::path folder_ =
      fs::path(::testing::TempDir()) / ("omni_secrets_" + std::to_string(getpid()));
  std::shared_ptr<SecretsProvider> secrets_;
};

TEST_F(FileSecretsTest, EachLineIsASecretNewestFirst) {
  Write("one", "only");
  EXPECT_THAT(Texts(Read("one")), ElementsAre("only"));
  Write("two", "new\r\n\nold \n");
  EXPECT_THAT(Texts(Read("two")), ElementsAre("new", "old "));
}

TEST_F(FileSecretsTest, KeysStayUntilTheContentChanges) {
  Write("key", "a\n");
  const auto ring = Read("key");
  EXPECT_TRUE(SameKeys(ring, Read("key")));
  Write("key", "a\n");
  EXPECT_TRUE(SameKeys(ring, Read("key")));
  Write("key", "b\na\n");
  EXPECT_THAT(Texts(Read("key")), ElementsAre("b", "a"));
  fs::remove(folder_ / "key");
  EXPECT_THAT(Read("key"), StatusIs(absl::StatusCode::kNotFound, _));
}

TEST_F(FileSecretsTest, WhatWasChangedIsReadWithoutWaitingForItsTime) {
  Open({.folder = folder_.string(), .check_every = absl::Hours(1)});
  Write("key", "a");
  const auto ring = Read("key");
  EXPECT_THAT(Texts(ring), ElementsAre("a"));
  EXPECT_TRUE(SameKeys(ring, Read("key")));
  Write("key", "b");
  EXPECT_THAT(Texts(Read("key")), ElementsAre("b"));
  Write("next", "c");
  fs::rename(folder_ / "next", folder_ / "key");
  EXPECT_THAT(Texts(Read("key")), ElementsAre("c"));
  fs::remove(folder_ / "key");
  EXPECT_THAT(Read("key"), StatusIs(absl::StatusCode::kNotFound, _));
}

TEST_F(FileSecretsTest, AMountThatSwapsItsLinkIsFollowed) {
  fs::create_directories(folder_ / "v1");
  fs::create_directories(folder_ / "v2");
  Write("v1/key", "a");
  Write("v2/key", "b");
  fs::create_directory_symlink("v1", folder_ / "data");
  EXPECT_THAT(Texts(Read("data/key")), ElementsAre("a"));
  fs::create_directory_symlink("v2", folder_ / "swap");
  fs::rename(folder_ / "swap", folder_ / "data");
  EXPECT_THAT(Texts(Read("data/key")), ElementsAre("b"));
}

TEST_F(FileSecretsTest, NothingOutsideTheFolderIsRead) {
  Write("key", "a");
  fs::create_directories(folder_ / "sub");
  const std::string absolute = (folder_ / "key").string();
  for (const std::string& path :
       {std::string("sub/../key"), std::string(".."), std::string("../x"), std::string("sub/.."),
        absolute, std::string("key\0", 4), std::string(), std::string(5000, 'k')}) {
    EXPECT_THAT(Read(path), StatusIs(absl::StatusCode::kNotFound, _)) << path;
  }
  EXPECT_THAT(Texts(Read("./key")), ElementsAre("a"));
  Open({});
  EXPECT_THAT(Texts(Read(absolute)), ElementsAre("a"));
  EXPECT_THAT(Read((folder_ / "sub/../key").string()), StatusIs(absl::StatusCode::kNotFound, _));
}

TEST_F(FileSecretsTest, WhatIsNoFileOfSecretsIsRefused) {
  Open({.folder = folder_.string(), .max_file_bytes = 8, .check_every = absl::ZeroDuration()});
  Write("long", "123456789");
  EXPECT_THAT(Read("long"), StatusIs(absl::StatusCode::kFailedPrecondition, _));
  Write("fits", "12345678");
  EXPECT_THAT(Texts(Read("fits")), ElementsAre("12345678"));
  Write("empty", "\n\n");
  EXPECT_THAT(Read("empty"), StatusIs(absl::StatusCode::kNotFound, _));
  EXPECT_THAT(Read("."), StatusIs(absl::StatusCode::kFailedPrecondition, _));
  ASSERT_EQ(mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_THAT(Read("pipe"), StatusIs(absl::StatusCode::kFailedPrecondition, _));
}

TEST_F(FileSecretsTest, WhatIsThereAndCannotBeReadLeavesTheSecretAsItWas) {
  Open({.folder = folder_.string(), .max_file_bytes = 8, .check_every = absl::ZeroDuration()});
  Write("key", "a");
  const auto ring = Read("key");
  Write("key", "123456789");
  EXPECT_TRUE(SameKeys(ring, Read("key"))) << "too large";
  fs::remove(folder_ / "key");
  fs::create_directory(folder_ / "key");
  EXPECT_TRUE(SameKeys(ring, Read("key"))) << "no file";
  fs::remove(folder_ / "key");
  EXPECT_THAT(Read("key"), StatusIs(absl::StatusCode::kNotFound, _));
}

TEST_F(FileSecretsTest, ManyThreadsSeeOneRing) {
  Write("key", "a");
  Open({.folder = folder_.string(), .check_every = absl::Microseconds(1)});
  const auto ring = Read("key");
  std::atomic<int> strays = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      for (int n = 0; n < 500; ++n) strays += SameKeys(ring, Read("key")) ? 0 : 1;
    });
  }
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(strays, 0);
}

TEST(SchemeSecrets, AsksTheProviderOfTheScheme) {
  const auto table = std::make_shared<MemorySecrets>();
  table->Set("twilio/AC1", {"new", "old"});
  const auto secrets = MakeSchemeSecrets({.schemes = {{"vault", table}}});
  EXPECT_THAT(Texts(Look(*secrets, "vault:twilio/AC1")), ElementsAre("new", "old"));
  EXPECT_THAT(Look(*secrets, "vault:twilio/AC2"), StatusIs(absl::StatusCode::kNotFound, _));
}

TEST(SchemeSecrets, LiteralsAreWhatHasNoScheme) {
  const auto secrets = MakeSchemeSecrets({});
  EXPECT_THAT(Texts(Look(*secrets, "s3cret")), ElementsAre("s3cret"));
  EXPECT_THAT(Texts(Look(*secrets, "A:b")), ElementsAre("A:b"));
  EXPECT_THAT(Texts(Look(*secrets, ":b")), ElementsAre(":b"));
  EXPECT_THAT(Texts(Look(*secrets, "literal:vlt:b")), ElementsAre("vlt:b"));
  EXPECT_THAT(Look(*secrets, "vlt:b"), StatusIs(absl::StatusCode::kNotFound, _));
}

TEST(SchemeSecrets, LiteralsCanBeForbidden) {
  const auto secrets = MakeSchemeSecrets({.allow_literals = false});
  EXPECT_THAT(Look(*secrets, "s3cret"), StatusIs(absl::StatusCode::kNotFound, _));
  EXPECT_THAT(Look(*secrets, "literal:s3cret"), StatusIs(absl::StatusCode::kNotFound, _));
}

/// Answers as told, and counts. Thread safety: thread-safe.
class CountingSecrets final : public SecretsProvider {
 public:
  [[nodiscard]] absl::StatusOr<KeyRing> Lookup(const LookupParams& params) override {
    ++calls;
    return answer(params);
  }
  std::function<absl::StatusOr<KeyRing>(const LookupParams&)> answer =
      [](const LookupParams& params) { return KeyRing::Of(params.name, {params.reference}); };
  std::atomic<int> calls = 0;
};

/// Thread safety: confined.
class CachedSecretsTest : public ::testing::Test {
 protected:
  void Open(const CachedSecretsOptions& options) {
    secrets_ = MakeCachedSecrets(inner_, options, clock_);
  }
  absl::StatusOr<KeyRing> Read(std::string_view reference) { return Look(*secrets_, reference); }
  void FailWith(absl::StatusCode code) {
    inner_->answer = [code](const auto&) { return absl::Status(code, "told so"); };
  }
  void Answer(const std::string& secret) {
    inner_->answer = [secret](const auto& params) { return KeyRing::Of(params.name, {secret}); };
  }

  std::shared_ptr<CountingSecrets> inner_ = std::make_shared<CountingSecrets>();
  std::shared_ptr<FakeClock> clock_ = std::make_shared<FakeClock>();
  std::shared_ptr<SecretsProvider> secrets_ = MakeCachedSecrets(inner_, {}, clock_);
};

TEST_F(CachedSecretsTest, AsksAgainWhenTheTimeIsOverAndKeepsEqualKeys) {
  const auto ring = Read("a");
  EXPECT_TRUE(SameKeys(ring, Read("a")));
  EXPECT_EQ(inner_->calls, 1);
  clock_->Advance(absl::Minutes(6));
  EXPECT_TRUE(SameKeys(ring, Read("a")));
  EXPECT_EQ(inner_->calls, 2);
  clock_->Advance(absl::Minutes(6));
  Answer("changed");
  EXPECT_THAT(Texts(Read("a")), ElementsAre("changed"));
}

TEST_F(CachedSecretsTest, AClockThatIsSetBackMakesNothingLast) {
  (void)Read("a");
  clock_->Advance(-absl::Hours(1));
  (void)Read("a");
  EXPECT_EQ(inner_->calls, 2);
}

TEST_F(CachedSecretsTest, KeepsASecretWhileItsProviderIsDown) {
  const auto ring = Read("a");
  FailWith(absl::StatusCode::kUnavailable);
  clock_->Advance(absl::Minutes(6));
  EXPECT_TRUE(SameKeys(ring, Read("a")));
  EXPECT_TRUE(SameKeys(ring, Read("a")));
  EXPECT_EQ(inner_->calls, 2) << "a provider that is down has a pause";
  clock_->Advance(absl::Seconds(3));
  EXPECT_TRUE(SameKeys(ring, Read("a")));
  EXPECT_EQ(inner_->calls, 3);
  clock_->Advance(absl::Hours(25));
  EXPECT_THAT(Read("a"), StatusIs(absl::StatusCode::kUnavailable, _));
}

TEST_F(CachedSecretsTest, ASecretThatWasRemovedIsGoneAtOnce) {
  (void)Read("a");
  FailWith(absl::StatusCode::kNotFound);
  clock_->Advance(absl::Minutes(6));
  EXPECT_THAT(Read("a"), StatusIs(absl::StatusCode::kNotFound, _));
  EXPECT_THAT(Read("a"), StatusIs(absl::StatusCode::kNotFound, _));
  EXPECT_EQ(inner_->calls, 2);
  Answer("back");
  clock_->Advance(absl::Seconds(31));
  EXPECT_THAT(Texts(Read("a")), ElementsAre("back"));
}

TEST_F(CachedSecretsTest, StrangersDoNotPushSecretsOut) {
  Open({.max_secrets = 4, .max_missing = 4});
  const auto ring = Read("a");
  FailWith(absl::StatusCode::kNotFound);
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(Read("x" + std::to_string(i)), Not(IsOk()));
  }
  EXPECT_TRUE(SameKeys(ring, Read("a")));
  EXPECT_EQ(inner_->calls, 101);
}

TEST_F(CachedSecretsTest, OneLookupAtATime) {
  std::atomic<bool> open = false;
  inner_->answer = [&open](const auto& params) {
    open.wait(false);
    return KeyRing::Of(params.name, {"s"});
  };
  std::vector<std::thread> readers;
  std::atomic<int> right = 0;
  for (int i = 0; i < 8; ++i) {
    readers.emplace_back([&] { right += Texts(Read("a")) == std::vector<std::string>{"s"}; });
  }
  while (inner_->calls == 0) std::this_thread::yield();
  open = true;
  open.notify_all();
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(right, 8);
  EXPECT_EQ(inner_->calls, 1);
}

TEST_F(CachedSecretsTest, WhoKnowsASecretDoesNotWaitForTheNext) {
  (void)Read("a");
  clock_->Advance(absl::Minutes(6));
  std::atomic<bool> open = false;
  inner_->answer = [&open](const auto& params) {
    open.wait(false);
    return KeyRing::Of(params.name, {"next"});
  };
  std::thread slow([&] { EXPECT_THAT(Texts(Read("a")), ElementsAre("next")); });
  while (inner_->calls == 1) std::this_thread::yield();
  EXPECT_THAT(Texts(Read("a")), ElementsAre("a"));
  open = true;
  open.notify_all();
  slow.join();
}

TEST(TwoGenerations, IsBoundedAndForgetsWhatWasNotAskedFor) {
  omni::internal::TwoGenerations<int> table(4);
  table.Put("kept", 7);
  for (int i = 0; i < 20; ++i) {
    table.Put(std::to_string(i), i);
    ASSERT_NE(table.Find("kept"), nullptr) << i;
  }
  EXPECT_EQ(*table.Find("kept"), 7);
  EXPECT_EQ(table.Find("0"), nullptr);
  table.Erase("kept");
  EXPECT_EQ(table.Find("kept"), nullptr);
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
