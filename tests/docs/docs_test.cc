/// \file
/// The documentation is held to the code: what it shows is compiled, what it links to exists, what
/// it tabulates is so.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
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

namespace omni::docs {
namespace {

namespace fs = std::filesystem;
using ::omni::testing::IsOk;
using ::testing::Contains;
using ::testing::HasSubstr;

const fs::path kRoot(OMNI_SOURCE_DIR);

std::string Where(const Page& page, const CodeBlock& block) {
  return page.path.lexically_relative(kRoot).string() + ":" + std::to_string(block.line_number);
}

std::string Joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
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

/// Each C++ block stands below a comment `<!-- from FILE -->` and in that file, word for word. The
/// file is compiled: by this test, or as an example that is tested by itself.
TEST(Docs, ShowOnlyCodeThatIsCompiled) {
  int blocks = 0;
  for (const Page& page : AllPages()) {
    for (const CodeBlock& block : page.blocks) {
      if (block.language != "cpp") continue;
      ++blocks;
      std::istringstream comment(block.comment);
      std::string from;
      std::string file;
      comment >> from >> file;
      ASSERT_EQ(from, "from") << Where(page, block) << " does not say which file it is from";
      ASSERT_TRUE(fs::exists(kRoot / file)) << Where(page, block) << ": " << file;
      EXPECT_TRUE(docs::Contains(ReadFile(kRoot / file), block.lines))
          << Where(page, block) << " differs from " << file;
    }
  }
  EXPECT_GT(blocks, 5);
}

TEST(Docs, ShowOnlyValidJson) {
  for (const Page& page : AllPages()) {
    for (const CodeBlock& block : page.blocks) {
      if (block.language != "json") continue;
      EXPECT_THAT(JsonDocument::Parse(Joined(block.lines)), IsOk()) << Where(page, block);
    }
  }
}

/// A block below `<!-- event -->` is an event as the library writes it, but for white space.
TEST(Docs, ShowOnlyEventsAsTheyAreWritten) {
  int events = 0;
  for (const Page& page : AllPages()) {
    for (const CodeBlock& block : page.blocks) {
      if (block.comment != "event") continue;
      ++events;
      const auto event = EventFromJson(Joined(block.lines));
      ASSERT_THAT(event, IsOk()) << Where(page, block);
      const auto document = JsonDocument::Parse(Joined(block.lines));
      ASSERT_THAT(document, IsOk()) << Where(page, block);
      EXPECT_EQ(ToJson(*event), CompactJson(document->root())) << Where(page, block);
    }
  }
  EXPECT_GT(events, 0);
}

/// A block below `<!-- channel -->` is a channel that a gateway accepts; one below
/// `<!-- wrong channel: TEXT -->` is refused with that text.
TEST(Docs, ShowOnlyChannelsThatDoAsTheyAreSaidTo) {
  constexpr std::string_view kWrong = "wrong channel: ";
  const AdapterRegistry registry = AllAdapters();
  int channels = 0;
  for (const Page& page : AllPages()) {
    for (const CodeBlock& block : page.blocks) {
      const bool wrong = block.comment.compare(0, kWrong.size(), kWrong) == 0;
      if (block.comment != "channel" && !wrong) continue;
      ++channels;
      Gateway::Builder builder;
      builder.SetSink(std::make_shared<MemoryQueue>())
          .SetIdempotencyStore(MakeMemoryIdempotencyStore({}))
          .AddChannelJson(Joined(block.lines));
      const auto gateway = std::move(builder).Build(registry);
      if (wrong) {
        EXPECT_THAT(gateway.status().ToString(), HasSubstr(block.comment.substr(kWrong.size())))
            << Where(page, block);
      } else {
        EXPECT_THAT(gateway, IsOk()) << Where(page, block);
      }
    }
  }
  EXPECT_GT(channels, 3);
}

TEST(Docs, LinkToWhatExists) {
  std::map<std::string, Page> by_path;
  for (const Page& page : AllPages()) by_path[page.path.lexically_normal().string()] = page;
  for (const auto& [path, page] : by_path) {
    for (const std::string& link : page.links) {
      if (link.find("://") != std::string::npos) continue;
      const std::size_t hash = link.find('#');
      const fs::path target =
          (hash == 0 ? page.path : page.path.parent_path() / link.substr(0, hash))
              .lexically_normal();
      EXPECT_TRUE(fs::exists(target)) << path << " links to " << link;
      if (hash == std::string::npos) continue;
      EXPECT_THAT(by_path[target.string()].anchors, Contains(link.substr(hash + 1)))
          << path << " links to " << link;
    }
  }
}

/// The table of docs/error-model.md: `| code | status | error code | retryable |`.
TEST(Docs, TabulateTheErrorsAsTheyAre) {
  const std::map<std::string, absl::StatusCode> codes = {
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
  std::set<std::string> seen;
  std::istringstream page(ReadFile(kRoot / "docs/error-model.md"));
  for (std::string line; std::getline(page, line);) {
    const auto cells = TableCells(line);
    if (cells.size() != 4 || codes.count(cells[0]) == 0) continue;
    seen.insert(cells[0]);
    const ErrorDetail detail = GetErrorDetail(absl::Status(codes.at(cells[0]), "x"));
    EXPECT_EQ(cells[1], std::to_string(detail.http_status)) << line;
    EXPECT_EQ(cells[2], '`' + detail.code + '`') << line;
    EXPECT_EQ(cells[3], detail.retryable ? "yes" : "no") << line;
  }
  EXPECT_EQ(seen.size(), codes.size());
}

TEST(Docs, NameEveryPublicHeader) {
  const std::string page = ReadFile(kRoot / "docs/public-api.md");
  const fs::path include = kRoot / "include/omni";
  for (const auto& entry : fs::recursive_directory_iterator(include)) {
    if (entry.path().extension() != ".h") continue;
    ExpectMention(page, '`' + entry.path().lexically_relative(include).string() + '`');
  }
}

TEST(Docs, TellOfEveryAdaptersPathsSecretsAndAccounts) {
  const AdapterRegistry registry = AllAdapters();
  for (const AdapterInfo* info : registry.infos()) {
    const std::string page = ReadFile(kRoot / "adapters" / info->name / "README.md");
    ExpectMention(page, '`' + info->name + '`');
    ExpectMention(page, info->account_option);
    for (const MountSpec& mount : info->mounts) ExpectMention(page, mount.path);
    for (const SecretSpec& secret : info->secrets) ExpectMention(page, '`' + secret.name + '`');
  }
}

TEST(Docs, ListEveryDecisionUnderTheNextNumber) {
  const std::string index = ReadFile(kRoot / "docs/adr/README.md");
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(kRoot / "docs/adr")) {
    const std::string name = entry.path().filename().string();
    if (name != "README.md") names.insert(name);
  }
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
  const Page page =
      ParsePage("p.md",
                "# A `title`, of two-fold use\n\nSee [x](a.md#b).\n<!-- from f.cc -->\n"
                "```cpp\nint x;  // [no](link)\n```\n");
  ASSERT_EQ(page.blocks.size(), 1u);
  EXPECT_EQ(page.blocks[0].language, "cpp");
  EXPECT_EQ(page.blocks[0].comment, "from f.cc");
  EXPECT_THAT(page.blocks[0].lines, ::testing::ElementsAre("int x;  // [no](link)"));
  EXPECT_THAT(page.links, ::testing::ElementsAre("a.md#b"));
  EXPECT_THAT(page.anchors, ::testing::ElementsAre("a-title-of-two-fold-use"));
}

TEST(DocsCheck, SplitsTableRows) {
  EXPECT_THAT(TableCells("| a | b c |"), ::testing::ElementsAre("a", "b c"));
  EXPECT_THAT(TableCells("no row"), ::testing::IsEmpty());
}

}  // namespace
}  // namespace omni::docs
