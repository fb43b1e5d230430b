#include "components/aws/environment.h"

#include <cstdlib>
#include <fstream>
#include <utility>

#include "support/header_text.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr const char* kVariables[] = {
    "AWS_ACCESS_KEY_ID",
    "AWS_CONFIG_FILE",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_DEFAULT_REGION",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SHARED_CREDENTIALS_FILE",
    "HOME",
};

constexpr std::size_t kMaxLines = 10'000;

std::string Pick(const std::string& first, const std::string& second) {
  return first.empty() ? second : first;
}

std::string PathOf(const AwsEnvironment& environment, std::string_view variable,
                   const char* usual) {
  const std::string home = environment.Get("HOME");
  return Pick(environment.Get(variable), home.empty() ? "" : home + usual);
}

using Section = std::map<std::string, std::string, std::less<>>;

/// The settings of the section of that name.
Section ReadSection(const std::string& path, std::string_view wanted) {
  Section section;
  std::ifstream file(path);
  bool is_wanted = false;
  std::string text;
  for (std::size_t i = 0; i < kMaxLines && std::getline(file, text); ++i) {
    if (!text.empty() && text.back() == '\r') text.pop_back();
    std::string_view line = text;
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (IsHeaderSpace(line.front())) continue;  // belongs to a nested setting
    if (line.front() == '[') {
      is_wanted = Trim(line.substr(1, line.find(']') - 1)) == wanted;
    } else if (is_wanted && line.find('=') != line.npos) {
      const std::string_view name = Trim(TakeUntil(line, "="));
      section.insert_or_assign(std::string(name), std::string(Trim(line)));
    }
  }
  return section;
}

AwsProfile ToProfile(const Section& section) {
  const auto get = [&](std::string_view name) {
    const auto found = section.find(name);
    return found == section.end() ? std::string() : found->second;
  };
  return {.access_key_id = get("aws_access_key_id"),
          .secret_access_key = Secret(get("aws_secret_access_key")),
          .session_token = Secret(get("aws_session_token")),
          .region = get("region")};
}

}  // namespace

AwsEnvironment AwsEnvironment::OfProcess() {
  std::map<std::string, std::string, std::less<>> variables;
  for (const char* const name : kVariables) {
    // Whose process it is does not change its environment meanwhile.
    const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
    if (value != nullptr && *value != '\0') variables.emplace(name, value);
  }
  return AwsEnvironment(std::move(variables));
}

std::string AwsEnvironment::Get(std::string_view name) const {
  const auto found = variables_.find(name);
  return found == variables_.end() ? "" : found->second;
}

AwsProfile ReadAwsProfile(const AwsOptions& options, const AwsEnvironment& environment) {
  const std::string name = Pick(options.profile, Pick(environment.Get("AWS_PROFILE"), "default"));
  AwsProfile profile = ToProfile(
      ReadSection(PathOf(environment, "AWS_SHARED_CREDENTIALS_FILE", "/.aws/credentials"), name));
  AwsProfile config = ToProfile(ReadSection(PathOf(environment, "AWS_CONFIG_FILE", "/.aws/config"),
                                            name == "default" ? name : "profile " + name));
  if (profile.access_key_id.empty()) {
    config.region = Pick(profile.region, config.region);
    return config;
  }
  profile.region = Pick(profile.region, config.region);
  return profile;
}

std::string AwsRegion(const AwsOptions& options, const AwsEnvironment& environment) {
  if (!options.region.empty()) return options.region;
  const std::string region =
      Pick(environment.Get("AWS_REGION"), environment.Get("AWS_DEFAULT_REGION"));
  return region.empty() ? ReadAwsProfile(options, environment).region : region;
}

}  // namespace internal
}  // namespace omni::inline v0_1
