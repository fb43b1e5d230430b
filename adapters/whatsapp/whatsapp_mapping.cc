#include "whatsapp_mapping.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string>
#include <utility>
#include <variant>

#include "base/absl_bridge.h"
#include "base/status_macros.h"
#include "omni/codec.h"
#include "omni/error.h"
#include "omni/json.h"
#include "omni/support/basic_auth.h"
#include "omni/support/form.h"
#include "omni/support/target_policy.h"

namespace omni::inline v0_1 {
namespace whatsapp {
namespace {

constexpr std::size_t kMaxAccount = 64;
constexpr std::size_t kDefaultLimit = 100;
constexpr std::size_t kMaxLimit = 1000;

absl::Status CredentialError(std::string_view message, std::string_view reason) {
  return MakeError(
      absl::StatusCode::kUnauthenticated, message,
      {.reason = std::string(reason), .code = "UNAUTHORIZED", .blame = Blame::kSender});
}

/// WABA ids are numbers; `OTHER` leaves room for what Meta may think of.
absl::Status CheckAccount(std::string_view account) {
  if (account.empty()) return MissingFieldError("wabaId");
  const bool plain = std::all_of(account.begin(), account.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  });
  if (plain && account.size() <= kMaxAccount) return absl::OkStatus();
  return InvalidPayloadError("wabaId is not 1 to 64 letters and digits", "wabaId");
}

absl::StatusOr<Inquiry> ReadChange(std::string_view body, const Options& options) {
  OMNI_ASSIGN_OR_RETURN(const JsonDocument document, JsonDocument::Parse(body));
  const JsonValue root = document.root();
  if (!root.is_object()) return InvalidPayloadError("the body is not a JSON object", "");
  MappingChange change{.account = std::string(root["wabaId"].scalar())};
  OMNI_RETURN_IF_ERROR(CheckAccount(change.account));
  if (const JsonValue target = root["targetUrl"]; target.exists()) {
    if (!target.is_string()) return InvalidPayloadError("targetUrl is not a string", "targetUrl");
    const TargetPolicy policy{.allow_http = options.mapping_allow_http,
                              .allow_private = options.mapping_allow_private};
    if (const absl::Status status = CheckTarget(target.text(), policy); !status.ok()) {
      return InvalidPayloadError(
          std::string("targetUrl: ").append(internal::ToStd(status.message())), "targetUrl");
    }
    change.target_url = std::string(target.text());
  }
  if (const JsonValue enabled = root["enabled"]; enabled.exists()) {
    change.enabled = enabled.AsBool();
    if (!change.enabled) return InvalidPayloadError("enabled is not true or false", "enabled");
  }
  if (!change.target_url && !change.enabled) return MissingFieldError("targetUrl");
  return change;
}

absl::StatusOr<std::size_t> ReadLimit(std::string_view text) {
  if (text.empty()) return kDefaultLimit;
  std::size_t limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc() || end != text.data() + text.size() || limit == 0 || limit > kMaxLimit) {
    return InvalidPayloadError("limit is not a number from 1 to 1000", "limit");
  }
  return limit;
}

absl::StatusOr<Inquiry> ReadQuery(const Form& query) {
  OMNI_ASSIGN_OR_RETURN(const std::size_t limit, ReadLimit(query.Get("limit")));
  return MappingQuery{.account = std::string(query.Get("wabaId")),
                      .after = std::string(query.Get("after")),
                      .limit = limit};
}

absl::StatusOr<Inquiry> ReadInquiry(const SignedRequest& request, const Options& options) {
  const auto body = request.body();
  const auto query = request.query();
  if (!body || !query) return InvalidSignatureError("the request is not covered", "not_covered");
  if (request.method() == HttpMethod::kPost) return ReadChange(**body, options);
  OMNI_ASSIGN_OR_RETURN(const Form form, Form::Parse(**query));
  if (request.method() == HttpMethod::kGet) return ReadQuery(form);
  MappingRemoval removal{.account = std::string(form.Get("wabaId"))};
  OMNI_RETURN_IF_ERROR(CheckAccount(removal.account));
  return removal;
}

void WriteMapping(const AccountMapping& mapping, JsonWriter& writer) {
  writer.BeginObject();
  writer.Key("wabaId");
  writer.String(mapping.account);
  writer.Key("targetUrl");
  writer.String(mapping.target_url);
  writer.Key("enabled");
  writer.Bool(mapping.enabled);
  writer.Key("createdAt");
  writer.String(omni::FormatTime(mapping.created_at));
  writer.Key("updatedAt");
  writer.String(omni::FormatTime(mapping.updated_at));
  writer.EndObject();
}

void WritePage(const MappingPage& page, JsonWriter& writer) {
  writer.Key("mappings");
  writer.BeginArray();
  for (const AccountMapping& mapping : page.mappings) WriteMapping(mapping, writer);
  writer.EndArray();
  writer.Key("hasMore");
  writer.Bool(page.has_more);
}

}  // namespace

absl::StatusOr<VerifyResult> VerifyAdministrator(const ChannelAdapter::VerifyParams& params) {
  const auto header = params.request.headers.Find("Authorization");
  const auto token = header ? ParseBearer(*header) : std::nullopt;
  if (!token) return CredentialError("a bearer token is required", "credential_missing");
  for (const auto& key : params.keys.Ring("adminToken").keys()) {
    const bool match = ConstantTimeEquals(*token, key->secret().Reveal());
    if (params.explanation != nullptr) params.explanation->Add("adminToken", match, key->id());
    if (!match) continue;
    // Whoever holds the token says all of the request.
    return VerifyResult{.coverage = {.body = true, .url = true, .query = true},
                        .key_id = key->id(),
                        .from_carrier = false};
  }
  return CredentialError("the bearer token is wrong", "credential_mismatch");
}

absl::StatusOr<InboundResult> ReadMappingRequest(const ChannelAdapter::NormalizeParams& params,
                                                 const Options& options) {
  OMNI_ASSIGN_OR_RETURN(Inquiry inquiry, ReadInquiry(params.request, options));
  InboundResult result;
  result.inquiry = params.request.Prove(std::move(inquiry));
  return result;
}

HttpResponse AnswerMappingRequest(const InquiryResult& result) {
  std::string body;
  JsonWriter writer(body);
  writer.BeginObject();
  writer.Key("success");
  writer.Bool(true);
  if (const auto* mapping = std::get_if<AccountMapping>(&result)) {
    writer.Key("mapping");
    WriteMapping(*mapping, writer);
  } else if (const auto* page = std::get_if<MappingPage>(&result)) {
    WritePage(*page, writer);
  }
  writer.EndObject();
  return HttpResponse::Json(200, std::move(body));
}

void CarrySignature(const HttpHeaders& from, HttpRequest& to) {
  for (const std::string_view name : {"X-Hub-Signature-256", "X-Hub-Signature"}) {
    const auto value = from.Find(name);
    if (!value) continue;
    to.headers.Add(name, *value);
    to.sensitive_headers.emplace_back(name);
  }
}

}  // namespace whatsapp
}  // namespace omni::inline v0_1
