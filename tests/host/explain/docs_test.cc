/// \file
/// docs/simulate.md and docs/explain.md say what is so.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "explain/print_trace.h"
#include "host/explain/broken.h"
#include "paths/source_path.h"
#include "simulate/cases.h"

namespace host {
namespace testing {
namespace {

std::string ReadPage(std::string_view name) {
  std::ifstream file(omni::SourcePath("docs/") + std::string(name));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void ExpectMention(const std::string& page, const std::string& text) {
  EXPECT_NE(page.find(text), page.npos) << "the page does not have:\n" << text;
}

TEST(SimulatePage, TabulatesEveryCase) {
  std::string table;
  for (const CaseInfo& each : AllCases()) {
    table += "| `" + std::string(each.carrier) + " " + std::string(each.name) + "` | " +
             std::string(each.title) + ": " + std::string(each.description) + " | " +
             (each.events.empty() ? "none" : std::string(each.events)) + " |\n";
  }
  ExpectMention(ReadPage("simulate.md"), table);
}

TEST(ExplainPage, ShowsWhatIsPrinted) {
  Receiver receiver = MakeReceiver();
  omni::WebhookRequest request = Genuine(receiver, "twilio", "sms");
  receiver.public_url = "http://10.0.0.5:3000";
  const std::string text = TraceText(Explain(receiver, request), request);
  ExpectMention(ReadPage("explain.md"), "```text\n" + text + "```\n");
}

}  // namespace
}  // namespace testing
}  // namespace host
