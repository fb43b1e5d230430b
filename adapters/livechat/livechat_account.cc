#include "livechat_account.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "livechat_ids.h"
#include "omni/http.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace {

bool IsListed(const Options& options, std::string_view organization) {
  return std::find(options.organizations.begin(), options.organizations.end(), organization) !=
         options.organizations.end();
}

}  // namespace

std::string OrganizationOf(JsonValue root) {
  const std::string_view organization = root["organization_id"].scalar();
  if (!organization.empty()) return std::string(organization);
  const JsonValue license = root["license_id"];
  if (const auto number = license.AsInt64()) return std::to_string(*number);
  return std::string(license.scalar());
}

bool NamesAnother(const Options& options, const Identifier& identifier,
                  std::string_view organization) {
  if (organization.empty() || IsLicense(organization)) return false;
  const bool names_one =
      options.organizations.empty() ? IsUuid(identifier.org) : IsListed(options, identifier.org);
  return names_one && !EqualsIgnoreCase(identifier.org, organization);
}

std::string AccountOf(const Options& options, const Identifier& identifier,
                      std::string organization) {
  if (!organization.empty()) return organization;
  const bool known = options.organizations.empty() || IsListed(options, identifier.org);
  // A channel that lists its identifiers vouches for them. One that does not may share its secrets
  // with another tenant's, whose organization this may be.
  const bool ours = !known && !options.identifiers.empty();
  return ours ? options.organizations.front() : identifier.org;
}

}  // namespace livechat
}  // namespace omni::inline v0_1
