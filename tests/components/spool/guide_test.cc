/// \file
/// The code of docs/spool.md, compiled and run.

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <utility>

#include "components/sqlite/harness.h"
#include "omni/components/memory.h"
#include "omni/components/spool.h"
#include "omni/gateway.h"
#include "omni/testing/status_matchers.h"

namespace {

absl::StatusOr<std::shared_ptr<omni::Spool>> AddSink(std::shared_ptr<omni::QueueSink> broker,
                                                     omni::Gateway::Builder& builder) {
  omni::SpoolOptions options;
  options.path = "var/spool.db";
  options.mode = omni::SpoolMode::kOnFailure;
  auto spool = omni::OpenSpool(std::move(broker), options);
  if (spool.ok()) builder.SetSink(*spool);
  return spool;
}

TEST(SpoolGuide, ASpoolIsTheGatewaysSink) {
  const omni::testing::TemporaryDirectory directory;
  const auto before = std::filesystem::current_path();
  std::filesystem::create_directory(directory.File("var"));
  std::filesystem::current_path(directory.File(""));
  const auto broker = std::make_shared<omni::MemoryQueue>();
  omni::Gateway::Builder builder;
  const auto spool = AddSink(broker, builder);
  std::filesystem::current_path(before);
  ASSERT_THAT(spool, omni::testing::IsOk());
  EXPECT_THAT(omni::testing::Enqueue(**spool, omni::testing::MakeEnvelope("a")),
              omni::testing::IsOk());
  EXPECT_EQ(broker->size(), 1u);
}

}  // namespace
