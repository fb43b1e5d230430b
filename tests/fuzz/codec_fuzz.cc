/// \file
/// Events, capsules and channels' configuration as JSON.

#include <memory>
#include <string>
#include <utility>

#include "fuzz/fuzz_target.h"
#include "omni/adapters/all.h"
#include "omni/codec.h"
#include "omni/components/memory.h"
#include "omni/gateway.h"
#include "omni/support/capsule_codec.h"

namespace omni::fuzz {
namespace {

void ReadEvent(std::string_view input) {
  const auto event = EventFromJson(input);
  if (!event.ok()) return;
  const std::string json = ToJson(*event);
  const auto again = EventFromJson(json);
  Require(again.ok() && ToJson(*again) == json, "an event survives writing and reading");
}

void ReadCapsule(std::string_view input) {
  const auto capsule = CapsuleFromJson(input);
  if (!capsule.ok()) return;
  const std::string json = ToJson(*capsule);
  const auto again = CapsuleFromJson(json);
  Require(again.ok() && ToJson(*again) == json, "a capsule survives writing and reading");
}

void ReadChannel(std::string_view input) {
  static const auto& registry = *new AdapterRegistry([] {
    AdapterRegistry::Builder builder;
    RegisterAllAdapters(builder);
    return *std::move(builder).Build();
  }());
  Gateway::Builder builder;
  builder.SetSink(std::make_shared<MemoryQueue>()).AddChannelJson(input);
  static_cast<void>(std::move(builder).Build(registry));
}

}  // namespace
}  // namespace omni::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = omni::fuzz::AsText(data, size);
  omni::fuzz::ReadEvent(input);
  omni::fuzz::ReadCapsule(input);
  omni::fuzz::ReadChannel(input);
  return 0;
}
