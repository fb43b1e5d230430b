/// \file
/// As much of Markdown as the checks of the documentation need.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace omni::docs {

/// A fenced block.
struct CodeBlock {
  std::string language = {};  ///< what follows the fence: `cpp`
  std::string comment = {};   ///< of `<!-- … -->` on the line before the fence
  std::vector<std::string> lines = {};
  int line_number = 0;  ///< of the fence
};

struct Page {
  std::filesystem::path path = {};
  std::vector<CodeBlock> blocks = {};
  std::vector<std::string> links = {};    ///< targets of `[…](…)`, outside of blocks
  std::vector<std::string> anchors = {};  ///< of its headings
};

[[nodiscard]] std::string ReadFile(const std::filesystem::path& path);
[[nodiscard]] Page ParsePage(const std::filesystem::path& path, std::string_view text);
/// Every page of the project.
[[nodiscard]] std::vector<Page> AllPages();

/// Whether `lines` stand in `text`, one after the other, indented by whatever is the same for all.
[[nodiscard]] bool Contains(std::string_view text, const std::vector<std::string>& lines);

/// The cells of a table's row, trimmed; nothing when the line is none.
[[nodiscard]] std::vector<std::string> TableCells(std::string_view line);

}  // namespace omni::docs
