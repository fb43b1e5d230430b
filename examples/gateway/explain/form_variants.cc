#include "explain/form_variants.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "omni/support/form.h"
#include "omni/support/phone.h"
#include "omni/support/url.h"

namespace host {
namespace {

using Parameters = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t kMaxParameters = 200;

Parameters Read(std::string_view text) {
  Parameters parameters;
  const auto form = omni::Form::Parse(text);
  if (!form.ok()) return parameters;
  for (const omni::Form::Field& field : form->fields()) {
    parameters.emplace_back(field.name, field.value);
  }
  return parameters;
}

std::string Canonical(Parameters parameters) {
  std::sort(parameters.begin(), parameters.end());
  parameters.erase(std::unique(parameters.begin(), parameters.end()), parameters.end());
  std::string text;
  for (const auto& [name, value] : parameters) text.append(name).append(value);
  return text;
}

std::string Replaced(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += with.size()) {
    text.replace(at, what.size(), with);
  }
  return text;
}

template <class Edit>
Parameters WithValues(Parameters parameters, Edit edit) {
  for (auto& [name, value] : parameters) value = edit(value);
  return parameters;
}

void AddRemovals(const Parameters& parameters, std::string_view query,
                 std::vector<Variant>& variants) {
  for (std::size_t i = 0; i < parameters.size() && i < kMaxParameters; ++i) {
    Parameters fewer = parameters;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    variants.push_back(
        {.text = Canonical(std::move(fewer)),
         .changes = {{"parameter_added",
                      "The parameter " + omni::MaskDigits(parameters[i].first) +
                          " was added to the form on the way.",
                      "Verify the form as it arrives; let nothing put parameters into it."}}});
  }
  // A framework's map of all parameters holds those of the query too.
  Parameters without = parameters;
  for (const auto& of_query : Read(query)) {
    without.erase(std::remove(without.begin(), without.end(), of_query), without.end());
  }
  variants.push_back(
      {.text = Canonical(std::move(without)),
       .changes = {{"query_merged", "The parameters of the query were put into the form as well.",
                    "Keep query and form apart: the signature has the query in the URL only."}}});
}

void AddEmptyOnes(const Parameters& parameters, std::vector<Variant>& variants) {
  static constexpr const char* kGroups[][8] = {
      {"Body"},
      {"ToCity", "ToState", "ToZip"},
      {"FromCity", "FromState", "FromZip"},
      {"FromCity", "FromState", "FromZip", "ToCity", "ToState", "ToZip"},
      {"FromCity", "FromState", "FromZip", "ToCity", "ToState", "ToZip", "Body"},
      {"FromCity", "FromState", "FromZip", "FromCountry", "ToCity", "ToState", "ToZip",
       "ToCountry"},
      {"ErrorCode"},
      {"MessagingServiceSid"}};
  for (const auto& group : kGroups) {
    Parameters more = parameters;
    for (const char* name : group) {
      if (name == nullptr) continue;
      const bool there = std::any_of(parameters.begin(), parameters.end(),
                                     [&](const auto& each) { return each.first == name; });
      if (!there) more.emplace_back(name, "");
    }
    variants.push_back({.text = Canonical(std::move(more)),
                        .changes = {{"empty_parameters_dropped",
                                     "Parameters without a value were left out on the way.",
                                     "Keep empty parameters: their names are signed."}}});
  }
}

void AddEdits(const Parameters& parameters, std::string_view body, std::vector<Variant>& variants) {
  const auto add = [&](Parameters edited, Change change) {
    variants.push_back({.text = Canonical(std::move(edited)), .changes = {std::move(change)}});
  };
  const Change endings = {"line_endings",
                          "Line breaks within values were turned from CRLF to LF, or back.",
                          "Handle values as they arrive, without normalizing them."};
  add(WithValues(parameters, [](const std::string& v) { return Replaced(v, "\r\n", "\n"); }),
      endings);
  add(WithValues(
          parameters,
          [](const std::string& v) { return Replaced(Replaced(v, "\r\n", "\n"), "\n", "\r\n"); }),
      endings);
  add(WithValues(parameters, [](const std::string& v) { return omni::PercentDecode(v); }),
      {"form_encoded_twice", "The form was encoded a second time on the way.",
       "Pass the body on as it is."});
  add(Read(Replaced(std::string(body), "+", "%2B")),
      {"plus_signs", "Spaces that were sent as + were decoded, and the + of numbers lost or kept.",
       "Decode the form once: + is a space, %2B a plus."});
  add(WithValues(parameters, [](const std::string& v) { return Replaced(v, " ", "+"); }),
      {"plus_signs", "Plus signs were turned into spaces: the form was decoded twice.",
       "Decode the form once: + is a space, %2B a plus."});
  // Values that end or begin with white space are seldom, and one of them is enough.
  for (std::size_t i = 0; i < parameters.size() && i < kMaxParameters; ++i) {
    for (const auto& [before, behind] :
         {std::pair(" ", ""), std::pair("", " "), std::pair("", "\n"), std::pair("  ", " "),
          std::pair(" ", " ")}) {
      Parameters padded = parameters;
      padded[i].second = before + padded[i].second + behind;
      add(std::move(padded), {"values_trimmed",
                              "White space around the value of " +
                                  omni::MaskDigits(parameters[i].first) + " was cut off.",
                              "Verify before anything trims values."});
    }
  }
}

}  // namespace

std::vector<Variant> SortedFormVariants(const Suspect& suspect) {
  const Parameters parameters = Read(suspect.request.body);
  std::vector<Variant> variants = {{.text = Canonical(parameters)}};
  AddEdits(parameters, suspect.request.body, variants);
  AddRemovals(parameters, omni::TargetQuery(suspect.request.target), variants);
  AddEmptyOnes(parameters, variants);
  variants.push_back(
      {.text = "",
       .changes = {{"form_not_signed", "The signature was made as for a request without a form.",
                    "The number's webhook may be set to GET; or the body was added on the way."}}});
  return variants;
}

}  // namespace host
