#include "simulate/cases.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

#include "absl/status/status.h"
#include "omni/codec.h"
#include "omni/support/config.h"
#include "simulate/build_case.h"
#include "simulate/carrier.h"

namespace host {
namespace {

// Values that every case knows by these names, whatever its carrier calls them.
constexpr std::string_view kShortNames[] = {"from", "to", "text", "id"};

std::array<const Carrier*, 6> Carriers() {
  return {&WhatsAppCarrier(), &BandwidthCarrier(),   &TwilioCarrier(),
          &LiveChatCarrier(), &MessageBirdCarrier(), &InteliquentCarrier()};
}

absl::StatusOr<const Carrier*> FindCarrier(std::string_view name) {
  for (const Carrier* carrier : Carriers()) {
    if (carrier->name == name) return carrier;
  }
  return absl::NotFoundError("there are no cases for the carrier " + std::string(name));
}

absl::StatusOr<const Case*> FindCase(const Carrier& carrier, std::string_view name) {
  std::vector<std::string> names;
  for (const Case& each : carrier.cases) {
    if (each.name == name) return &each;
    names.emplace_back(each.name);
  }
  std::string message = std::string(carrier.name) + " has no case " + std::string(name);
  if (const auto near = omni::DidYouMean(name, names)) message += "; did you mean " + *near + "?";
  return absl::NotFoundError(message);
}

std::string Format(const char* format, absl::Time time) {
  return absl::FormatTime(format, time, absl::UTCTimeZone());
}

void AddTimes(absl::Time now, Values& values) {
  values.Set("seconds", std::to_string(absl::ToUnixSeconds(now)));
  values.Set("millis", std::to_string(absl::ToUnixMillis(now)));
  values.Set("iso", omni::FormatTime(now));
  values.Set("iso_micros", Format("%Y-%m-%dT%H:%M:%E6SZ", now));
  values.Set("iso_offset", Format("%Y-%m-%dT%H:%M:%S+00:00", now));
  values.Set("minutes", Format("%y%m%d%H%M", now));
  values.Set("compact", Format("%Y%m%d%H%M%S", now));
}

std::vector<const Step*> StepsOf(const Case& the_case) {
  std::vector<const Step*> steps = {&the_case.step};
  for (const Step& step : the_case.more) steps.push_back(&step);
  return steps;
}

/// Makes the requests of one case. Thread safety: confined.
class Builder {
 public:
  Builder(const BuildCaseParams& params, const Carrier& carrier, const Case& the_case)
      : params_(params), carrier_(carrier), case_(the_case), random_(params.seed) {}

  absl::StatusOr<std::vector<SimulatedRequest>> Build();

 private:
  /// Sets the values that fields are named after; the rest are fields of the drafts.
  void SetShortNames();
  [[nodiscard]] bool Knows(std::string_view short_name) const;
  absl::Status SetFields(std::vector<Draft>& drafts) const;
  absl::Status Unknown(std::string_view name, const std::vector<Draft>& drafts) const;
  absl::StatusOr<SimulatedRequest> Prove(const Step& step, const Draft& draft);

  const BuildCaseParams& params_;
  const Carrier& carrier_;
  const Case& case_;
  Random random_;
  Values values_;
  std::vector<Field> fields_;
};

absl::StatusOr<std::vector<SimulatedRequest>> Builder::Build() {
  AddTimes(params_.now, values_);
  carrier_.add_values(params_.channel, random_, values_);
  values_.Set("text", std::string(case_.text));
  SetShortNames();
  std::vector<Draft> drafts;
  const std::vector<const Step*> steps = StepsOf(case_);
  for (const Step* step : steps) {
    if (step->once_more) continue;
    auto draft = FillStep(*step, params_.channel, values_);
    if (!draft.ok()) return draft.status();
    drafts.push_back(*std::move(draft));
  }
  if (const absl::Status set = SetFields(drafts); !set.ok()) return set;
  std::vector<SimulatedRequest> requests;
  auto draft = drafts.begin();
  for (const Step* step : steps) {
    if (step->once_more) {
      requests.push_back(requests.back());
      continue;
    }
    auto request = Prove(*step, *draft++);
    if (!request.ok()) return request.status();
    requests.push_back(*std::move(request));
  }
  return requests;
}

void Builder::SetShortNames() {
  for (const Field& field : params_.set) {
    const bool is_short = std::find(std::begin(kShortNames), std::end(kShortNames), field.first) !=
                              std::end(kShortNames) &&
                          Knows(field.first);
    if (is_short) {
      values_.Set(field.first, field.second);
    } else {
      fields_.push_back(field);
    }
  }
}

bool Builder::Knows(std::string_view short_name) const {
  const std::vector<const Step*> steps = StepsOf(case_);
  return std::any_of(steps.begin(), steps.end(), [&](const Step* step) {
    return Mentions(step->frame, short_name) || Mentions(step->body, short_name) ||
           Mentions(step->query, short_name);
  });
}

absl::Status Builder::SetFields(std::vector<Draft>& drafts) const {
  for (const auto& [name, value] : fields_) {
    bool found = false;
    for (Draft& draft : drafts) {
      const auto set = SetField(name, value, draft);
      if (!set.ok()) return set.status();
      found = found || *set;
    }
    if (!found) return Unknown(name, drafts);
  }
  return absl::OkStatus();
}

absl::Status Builder::Unknown(std::string_view name, const std::vector<Draft>& drafts) const {
  std::vector<std::string> names;
  for (std::string_view known : kShortNames) {
    if (Knows(known)) names.emplace_back(known);
  }
  for (const Draft& draft : drafts) {
    for (std::string& known : FieldNames(draft)) {
      // The last name of a path is what people mistype.
      names.push_back(known.substr(known.rfind('.') + 1));
      names.push_back(std::move(known));
    }
  }
  std::string message = "the case " + std::string(case_.name) + " of " +
                        std::string(carrier_.name) + " has no field " + std::string(name);
  if (const auto near = omni::DidYouMean(name, names)) message += "; did you mean " + *near + "?";
  return absl::InvalidArgumentError(message);
}

absl::StatusOr<SimulatedRequest> Builder::Prove(const Step& step, const Draft& draft) {
  const std::string_view base = params_.channel.public_url.empty()
                                    ? params_.base_url
                                    : std::string_view(params_.channel.public_url);
  SimulatedRequest made{.request = MakeRequest(step, draft, carrier_, base),
                        .expected_status = step.status};
  const absl::Status proved = carrier_.sign({.channel = params_.channel,
                                             .values = values_,
                                             .proof = step.proof,
                                             .now = params_.now,
                                             .random = random_},
                                            made.request);
  if (!proved.ok()) return proved;
  auto answer = Fill(step.answer, values_, Quoting::kNone);
  if (!answer.ok()) return answer.status();
  made.expected_body = *std::move(answer);
  return made;
}

}  // namespace

absl::StatusOr<std::string_view> NewestKey(const CarrierChannel& channel, const Values& values,
                                           std::string_view purpose) {
  const std::string* const account = values.Find("account");
  const omni::KeyRing ring =
      channel.Ring(purpose, account == nullptr ? std::string_view() : *account);
  if (ring.empty()) {
    return absl::FailedPreconditionError("the channel " + channel.id + " has no " +
                                         std::string(purpose));
  }
  return ring.keys().front()->secret().Reveal();
}

std::string AccountOr(const CarrierChannel& channel, std::string_view otherwise) {
  return channel.accounts.empty() ? std::string(otherwise) : channel.accounts.front();
}

bool SimulatedRequest::IsAcceptedBy(const omni::HttpResponse& answer) const {
  const auto is_success = [](int status) { return status >= 200 && status < 300; };
  const bool status_fits = answer.status == expected_status ||
                           (is_success(answer.status) && is_success(expected_status));
  return status_fits && (expected_body.empty() || answer.body == expected_body);
}

const std::vector<CaseInfo>& AllCases() {
  static const std::vector<CaseInfo>& all = *[] {
    auto* const cases = new std::vector<CaseInfo>();
    for (const Carrier* carrier : Carriers()) {
      for (const Case& each : carrier->cases) {
        cases->push_back({.carrier = carrier->name,
                          .name = each.name,
                          .title = each.title,
                          .description = each.description,
                          .events = each.events,
                          .requests = 1 + static_cast<int>(each.more.size()),
                          .needs = each.needs});
      }
    }
    return cases;
  }();
  return all;
}

absl::StatusOr<std::vector<SimulatedRequest>> BuildCase(const BuildCaseParams& params) {
  const auto carrier = FindCarrier(params.channel.adapter);
  if (!carrier.ok()) return carrier.status();
  const auto the_case = FindCase(**carrier, params.name);
  if (!the_case.ok()) return the_case.status();
  const std::string_view needs = (*the_case)->needs;
  if (!needs.empty() && params.channel.AllKeys(needs).empty()) {
    return absl::FailedPreconditionError("the channel " + params.channel.id + " has no " +
                                         std::string(needs));
  }
  return Builder(params, **carrier, **the_case).Build();
}

}  // namespace host
