/// \file
/// The code of docs/secrets.md, compiled and run.

#include "omni/components/secrets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "omni/components/memory.h"
#include "omni/testing/status_matchers.h"

namespace {

std::shared_ptr<omni::SecretsProvider> HostSecrets(std::shared_ptr<omni::SecretsProvider> vault) {
  omni::SchemeSecretsOptions options;
  options.schemes = {{"env", omni::MakeEnvironmentSecrets()},
                     {"file", omni::MakeFileSecrets({.folder = "/run/secrets"})},
                     {"vault", omni::MakeCachedSecrets(std::move(vault), {})}};
  options.allow_literals = false;
  return omni::MakeSchemeSecrets(std::move(options));
}

TEST(SecretsGuide, EachSchemeHasItsProvider) {
  const auto vault = std::make_shared<omni::MemorySecrets>();
  vault->Set("twilio/AC1", {"from the vault"});
  const auto secrets = HostSecrets(vault);
  setenv("OMNI_DOCS_SECRET", "from the environment", 1);
  const auto read = [&](const char* reference) {
    const auto ring = secrets->Lookup({.reference = reference, .name = "authToken"});
    return ring.ok() ? std::string(ring->keys().front()->secret().Reveal())
                     : std::string(absl::StatusCodeToString(ring.status().code()));
  };
  EXPECT_EQ(read("vault:twilio/AC1"), "from the vault");
  EXPECT_EQ(read("env:OMNI_DOCS_SECRET"), "from the environment");
  EXPECT_EQ(read("file:no/such/file"), "NOT_FOUND");
  EXPECT_EQ(read("fiel:/run/secrets/key"), "NOT_FOUND");
  EXPECT_EQ(read("a literal"), "NOT_FOUND");
}

}  // namespace
