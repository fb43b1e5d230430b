#include "engine/engine_types.h"

#include <algorithm>
#include <iterator>

namespace host {
namespace {

struct EngineType {
  std::string_view name;
  std::shared_ptr<const EngineOptions> (*read)(omni::ConfigReader& reader);
};

constexpr EngineType kEngineTypes[] = {
    {"memory", ReadMemoryEngine},
#ifdef OMNI_HOST_SQLITE
    {"sqlite", ReadSqliteEngine},
#endif
#ifdef OMNI_HOST_RABBITMQ
    {"rabbitmq", ReadRabbitMqEngine},
#endif
#ifdef OMNI_HOST_SQS
    {"sqs", ReadSqsEngine},
#endif
};

std::string UnknownType(std::string_view given) {
  std::vector<std::string> names;
  std::string message = "expected one of ";
  for (const EngineType& type : kEngineTypes) {
    if (!names.empty()) message += ", ";
    message += names.emplace_back(type.name);
  }
  const auto nearest = omni::DidYouMean(given, names);
  return nearest ? message + "; did you mean " + *nearest + "?" : message;
}

}  // namespace

std::shared_ptr<const EngineOptions> ReadEngine(omni::JsonValue setting, std::string_view path,
                                                std::vector<std::string>& problems) {
  omni::ConfigReader reader(setting, path);
  reader.Know("type");
  std::shared_ptr<const EngineOptions> options;
  const std::string_view name = setting["type"].text();
  const auto* const type = std::find_if(std::begin(kEngineTypes), std::end(kEngineTypes),
                                        [name](const auto& each) { return each.name == name; });
  if (!setting.is_object()) {
    // said already
  } else if (type == std::end(kEngineTypes)) {
    reader.Fail("type", UnknownType(name));
  } else {
    options = type->read(reader);
    reader.RejectUnknown({});
  }
  problems.insert(problems.end(), reader.problems().begin(), reader.problems().end());
  return reader.ok() ? options : nullptr;
}

absl::StatusOr<std::shared_ptr<omni::QueueBrowser>> EngineOptions::OpenBrowser() const {
  return absl::FailedPreconditionError(
      "this kind of queue cannot be looked at without taking; use --ack with --queue NAME");
}

absl::StatusOr<std::shared_ptr<omni::QueueSource>> EngineOptions::OpenSource() const {
  return absl::FailedPreconditionError(
      "nothing can be taken out of this kind of queue from outside");
}

}  // namespace host
