#include "secrets/reference_secrets.h"

#include <utility>

#include "omni/components/secrets.h"
#ifdef OMNI_HOST_AWS
#include "omni/components/aws_secrets.h"
#endif

namespace host {
namespace {

constexpr std::string_view kEnv = "env:";
constexpr std::string_view kFile = "file:";

}  // namespace

std::shared_ptr<omni::SecretsProvider> MakeReferenceSecrets() {
  omni::SchemeSecretsOptions options;
  options.schemes = {{"env", omni::MakeEnvironmentSecrets()}, {"file", omni::MakeFileSecrets({})}};
#ifdef OMNI_HOST_AWS
  // It asks nobody before the first reference to it is looked up.
  if (auto aws = omni::MakeAwsSecrets({}); aws.ok()) options.schemes.emplace_back("aws", *aws);
#endif
  return omni::MakeSchemeSecrets(std::move(options));
}

absl::StatusOr<omni::Secret> ResolveReference(std::string_view reference) {
  const auto ring = MakeReferenceSecrets()->Lookup({.reference = reference, .name = "secret"});
  if (ring.ok() && !ring->empty()) return ring->keys().front()->secret().Clone();
  const std::string what = DescribeReference(reference);
  return absl::InvalidArgumentError("there is no such secret" +
                                    (what.empty() ? "" : " (" + what + ")"));
}

std::string DescribeReference(std::string_view reference) {
  if (reference.starts_with(kEnv)) {
    return "the environment variable " + std::string(reference.substr(kEnv.size()));
  }
  if (reference.starts_with(kFile)) {
    return "the file " + std::string(reference.substr(kFile.size()));
  }
  return {};
}

}  // namespace host
