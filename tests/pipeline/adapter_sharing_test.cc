/// \file
/// Which channels share an adapter.

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "omni/adapter_registry.h"
#include "omni/components/memory.h"
#include "omni/gateway.h"
#include "pipeline/test_adapter.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

/// Makes echoes and counts them.
class CountingFactory : public AdapterFactory {
 public:
  CountingFactory(bool shares, int& made) : shares_(shares), made_(made), echo_(MakeEcho({})) {}

  [[nodiscard]] const AdapterInfo& info() const override { return echo_->info(); }
  [[nodiscard]] bool ReadsOptionsAlone() const override { return shares_; }
  [[nodiscard]] absl::StatusOr<std::unique_ptr<const ChannelAdapter>> Create(
      const CreateParams& params) const override {
    ++made_;
    if (params.options["greeting"].text() != "bad") return MakeEcho({});
    return absl::InvalidArgumentError(std::string(params.path) + ".greeting: bad");
  }

 private:
  const bool shares_;
  int& made_;
  const std::unique_ptr<const ChannelAdapter> echo_;
};

/// How many adapters channels with these greetings get; each has a token and an account of its own.
int AdaptersFor(bool shares, const std::vector<std::string>& greetings, std::string& problems) {
  int made = 0;
  AdapterRegistry::Builder adapters;
  adapters.Add(std::make_unique<CountingFactory>(shares, made));
  const AdapterRegistry registry = *std::move(adapters).Build();
  Gateway::Builder builder;
  builder.SetSink(std::make_shared<MemoryQueue>());
  for (std::size_t i = 0; i < greetings.size(); ++i) {
    const std::string number = std::to_string(i);
    builder.AddChannelJson(R"({"adapter":"echo","path":"/)" + number + R"(","token":"t)" + number +
                           R"(","accounts":["a)" + number + R"("],"greeting":")" + greetings[i] +
                           "\"}");
  }
  problems = std::string(std::move(builder).Build(registry).status().message());
  return made;
}

TEST(AdapterSharingTest, ChannelsOfTheSameOptionsShareWhereTheFactoryAllows) {
  std::string problems;
  EXPECT_EQ(AdaptersFor(true, {"hi", "ho", "hi", "hi"}, problems), 2);
  EXPECT_EQ(problems, "");
  EXPECT_EQ(AdaptersFor(false, {"hi", "ho", "hi", "hi"}, problems), 4);
  EXPECT_EQ(problems, "");
}

TEST(AdapterSharingTest, EachChannelHearsOfItsOwnMistake) {
  std::string problems;
  AdaptersFor(true, {"hi", "bad", "bad"}, problems);
  EXPECT_EQ(problems, "channels[1].greeting: bad\nchannels[2].greeting: bad");
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
