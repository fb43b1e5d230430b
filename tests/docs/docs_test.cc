/// \file
/// The documentation is held to the code: what it shows is compiled, what it links to exists, what
/// it tabulates is so.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "docs/markdown.h"
#include "omni/adapter_registry.h"
#include "omni/adapters/all.h"
#include "omni/codec.h"
#include "omni/components/memory.h"
#include "omni/error.h"
#include "omni/gateway.h"
#include "omni/json.h"
#include "omni/testing/status_matchers.h"
#include "paths/source_path.h"

namespace omni::docs {
namespace {

namespace fs = std::filesystem;
using ::omni::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

fs::path Root() { return {SourcePath({})}; }

/// A block of some page.
struct Shown {
  std::string where = {};  ///< `docs/threading.md:51`
  std::string language = {};
  std::string comment = {};
  std::vector<std::string> lines = {};

  [[nodiscard]] std::string text() const {
    std::string text;
    for (const std::string& line : lines) text += line + '\n';
    return text;
  }
};

std::vector<Shown> AllBlocks() {
  std::vector<Shown> blocks;
  for (const Page& page : AllPages()) {
    const std::string name = page.path.lexically_relative(Root()).string();
    for (const CodeBlock& block : page.blocks) {
      blocks.push_back({.where = name + ":" + std::to_string(block.line_number),
                        .language = block.language,
                        .comment = block.comment,
                        .lines = block.lines});
    }
  }
  return blocks;
}

/// What follows `prefix` in `text`; empty when it does not begin so.
std::string After(std::string_view prefix, const std::string& text) {
  return text.compare(0, prefix.size(), prefix) == 0 ? text.substr(prefix.size()) : "";
}

/// Without printing the whole page when it fails.
void ExpectMention(const std::string& page, const std::string& text) {
  EXPECT_NE(page.find(text), std::string::npos)
      << page.substr(0, page.find('\n')) << ": does not mention " << text;
}

AdapterRegistry AllAdapters() {
  AdapterRegistry::Builder builder;
  RegisterAllAdapters(builder);
  auto registry = std::move(builder).Build();
  EXPECT_THAT(registry, IsOk());
  return *std::move(registry);
}

absl::Status Open(const AdapterRegistry& registry, const std::string& channel) {
  Gateway::Builder builder;
  builder.SetSink(std::make_shared<MemoryQueue>())
      .SetIdempotencyStore(MakeMemoryIdempotencyStore({}))
      .AddChannelJson(channel);
  return std::move(builder).Build(registry).status();
}

/// Each C++ block stands below a comment `<!-- from FILE -->` and in that file, word for word. The
/// file is compiled: by this test, or as an example that is tested by itself.
TEST(Docs, ShowOnlyCodeThatIsCompiled) {
  int blocks = 0;
  for (const Shown& block : AllBlocks()) {
    if (block.language != "cpp") continue;
    ++blocks;
    const std::string file = After("from ", block.comment);
    ASSERT_FALSE(file.empty()) << block.where << " does not say which file it is from";
    EXPECT_TRUE(docs::Contains(ReadFile(Root() / file), block.lines))
        << block.where << " differs from " << file;
  }
  EXPECT_GT(blocks, 5);
}

TEST(Docs, ShowOnlyValidJson) {
  for (const Shown& block : AllBlocks()) {
    if (block.language != "json") continue;
    EXPECT_THAT(JsonDocument::Parse(block.text()), IsOk()) << block.where;
  }
}

/// A block below `<!-- event -->` is an event as the library writes it, but for white space.
TEST(Docs, ShowOnlyEventsAsTheyAreWritten) {
  int events = 0;
  for (const Shown& block : AllBlocks()) {
    if (block.comment != "event") continue;
    ++events;
    const auto event = EventFromJson(block.text());
    const auto document = JsonDocument::Parse(block.text());
    ASSERT_THAT(event, IsOk()) << block.where;
    ASSERT_THAT(document, IsOk()) << block.where;
    EXPECT_EQ(ToJson(*event), CompactJson(document->root())) << block.where;
  }
  EXPECT_GT(events, 0);
}

/// Whether the adapter of a channel was left out of this build.
bool IsLeftOut(const AdapterRegistry& registry, const std::string& channel) {
  const auto document = JsonDocument::Parse(channel);
  if (!document.ok()) return false;
  const std::string name(document->root()["adapter"].text());
  return !registry.Find(name).ok() && fs::exists(Root() / "adapters" / name);
}

/// A block below `<!-- channel -->` is a channel that a gateway accepts; one below
/// `<!-- wrong channel: TEXT -->` is refused with that text.
TEST(Docs, ShowOnlyChannelsThatDoAsTheyAreSaidTo) {
  const AdapterRegistry registry = AllAdapters();
  int channels = 0;
  for (const Shown& block : AllBlocks()) {
    const std::string mistake = After("wrong channel: ", block.comment);
    if (block.comment != "channel" && mistake.empty()) continue;
    ++channels;
    if (IsLeftOut(registry, block.text())) continue;
    const absl::Status status = Open(registry, block.text());
    EXPECT_EQ(status.ok(), mistake.empty()) << block.where << ": " << status;
    EXPECT_THAT(status.ToString(), HasSubstr(mistake)) << block.where;
  }
  EXPECT_GT(channels, 3);
}

using Anchors = std::map<std::string, std::set<std::string>>;

/// Whether a link on `page` leads to a file that exists, and to a heading of it.
bool Leads(const Page& page, const std::string& link, Anchors& anchors) {
  if (link.find("://") != std::string::npos) return true;
  const std::size_t hash = std::min(link.find('#'), link.size());
  const fs::path target = hash == 0 ? page.path : page.path.parent_path() / link.substr(0, hash);
  if (!fs::exists(target)) return false;
  return hash == link.size() ||
         anchors[target.lexically_normal().string()].contains(link.substr(hash + 1));
}

TEST(Docs, LinkToWhatExists) {
  const std::vector<Page> pages = AllPages();
  Anchors anchors;
  for (const Page& page : pages) {
    anchors[page.path.lexically_normal().string()] = {page.anchors.begin(), page.anchors.end()};
  }
  for (const Page& page : pages) {
    for (const std::string& link : page.links) {
      EXPECT_TRUE(Leads(page, link, anchors)) << page.path << " links to " << link;
    }
  }
}

/// The table of docs/error-model.md: `| code | status | error code | retryable |`.
TEST(Docs, TabulateTheErrorsAsTheyAre) {
  std::map<std::string, absl::StatusCode> left = {
      {"InvalidArgument", absl::StatusCode::kInvalidArgument},
      {"Unauthenticated", absl::StatusCode::kUnauthenticated},
      {"PermissionDenied", absl::StatusCode::kPermissionDenied},
      {"NotFound", absl::StatusCode::kNotFound},
      {"ResourceExhausted", absl::StatusCode::kResourceExhausted},
      {"Unavailable", absl::StatusCode::kUnavailable},
      {"DeadlineExceeded", absl::StatusCode::kDeadlineExceeded},
      {"Aborted", absl::StatusCode::kAborted},
      {"Internal", absl::StatusCode::kInternal},
  };
  std::istringstream page(ReadFile(Root() / "docs/error-model.md"));
  for (std::string line; std::getline(page, line);) {
    const auto cells = TableCells(line);
    const auto code = cells.size() == 4 ? left.find(cells[0]) : left.end();
    if (code == left.end()) continue;
    const ErrorDetail detail = GetErrorDetail(absl::Status(code->second, "x"));
    EXPECT_THAT(cells, ElementsAre(code->first, std::to_string(detail.http_status),
                                   '`' + detail.code + '`', detail.retryable ? "yes" : "no"));
    left.erase(code);
  }
  EXPECT_THAT(left, IsEmpty());
}

TEST(Docs, NameEveryPublicHeader) {
  const std::string page = ReadFile(Root() / "docs/public-api.md");
  const fs::path include = Root() / "include/omni";
  for (const auto& entry : fs::recursive_directory_iterator(include)) {
    if (entry.path().extension() != ".h") continue;
    ExpectMention(page, '`' + entry.path().lexically_relative(include).string() + '`');
  }
}

TEST(Docs, TellOfEveryAdaptersPathsSecretsAndAccounts) {
  const AdapterRegistry registry = AllAdapters();
  for (const AdapterInfo* info : registry.infos()) {
    const std::string page = ReadFile(Root() / "adapters" / info->name / "README.md");
    ExpectMention(page, '`' + info->name + '`');
    ExpectMention(page, info->account_option);
    for (const MountSpec& mount : info->mounts) ExpectMention(page, mount.path);
    for (const SecretSpec& secret : info->secrets) ExpectMention(page, '`' + secret.name + '`');
  }
}

TEST(Docs, ListEveryDecisionUnderTheNextNumber) {
  const std::string index = ReadFile(Root() / "docs/adr/README.md");
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(Root() / "docs/adr")) {
    names.insert(entry.path().filename().string());
  }
  names.erase("README.md");
  int number = 0;
  for (const std::string& name : names) {
    EXPECT_EQ(std::stoi(name.substr(0, 4)), ++number) << name;
    ExpectMention(index, "(" + name + ")");
  }
  EXPECT_GT(number, 5);
}

TEST(DocsCheck, FindsWhatIsThereAndNothingElse) {
  const std::string text = "int f() {\n  if (x) {\n    y();\n\n    z();\n  }\n}\n";
  EXPECT_TRUE(docs::Contains(text, {"if (x) {", "  y();", "", "  z();", "}"}));
  EXPECT_TRUE(docs::Contains(text, {"    y();"}));
  EXPECT_FALSE(docs::Contains(text, {"if (x) {", "  y();", "  z();", "}"}));
  EXPECT_FALSE(docs::Contains(text, {"if (x) {", "y();"}));
  EXPECT_FALSE(docs::Contains(text, {"w();"}));
  EXPECT_FALSE(docs::Contains(text, {}));
}

TEST(DocsCheck, ReadsBlocksLinksAndAnchors) {
  const Page page = ParsePage("p.md",
                              "# A `title`, of two-fold use\n\nSee [x](a.md#b).\n"
                              "<!-- from f.cc -->\n```cpp\nint x;  // [no](link)\n```\n");
  ASSERT_EQ(page.blocks.size(), 1U);
  EXPECT_EQ(page.blocks[0].language, "cpp");
  EXPECT_EQ(page.blocks[0].comment, "from f.cc");
  EXPECT_EQ(page.blocks[0].line_number, 5);
  EXPECT_THAT(page.blocks[0].lines, ElementsAre("int x;  // [no](link)"));
  EXPECT_THAT(page.links, ElementsAre("a.md#b"));
  EXPECT_THAT(page.anchors, ElementsAre("a-title-of-two-fold-use"));
}

TEST(DocsCheck, SplitsTableRows) {
  EXPECT_THAT(TableCells("| a | b c |"), ElementsAre("a", "b c"));
  EXPECT_THAT(TableCells("no row"), IsEmpty());
}

}  // namespace
}  // namespace omni::docs
