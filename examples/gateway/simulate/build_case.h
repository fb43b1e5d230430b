/// \file
/// From a step's templates to the request that the carrier makes.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "omni/http.h"
#include "simulate/carrier.h"

namespace host {

using Field = std::pair<std::string, std::string>;

/// A step with its values in place, before it is proved.
struct Draft {
  omni::HttpMethod method = omni::HttpMethod::kPost;
  std::string path = {};
  std::vector<Field> query = {};
  std::vector<Field> form = {};  ///< the body, where it is a form
  std::string text = {};         ///< the body, where it is not
  BodyFormat format = BodyFormat::kJson;
};

/// Errors: FailedPrecondition when the channel does not have the step's endpoint.
[[nodiscard]] absl::StatusOr<Draft> FillStep(const Step& step, const CarrierChannel& channel,
                                             const Values& values);

/// Sets the field that `name` means. False when the draft has none.
///
/// Errors: InvalidArgument when several may be meant, or the field cannot have that value.
[[nodiscard]] absl::StatusOr<bool> SetField(std::string_view name, std::string_view value,
                                            Draft& draft);

/// The names of the draft's fields, for advice.
[[nodiscard]] std::vector<std::string> FieldNames(const Draft& draft);

/// The request without its proof. `url_base` is scheme and host of the URL that is called.
[[nodiscard]] omni::WebhookRequest MakeRequest(const Step& step, const Draft& draft,
                                               const Carrier& carrier, std::string_view url_base);

}  // namespace host
