#include "docs/markdown.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <set>

#include "paths/source_path.h"

namespace omni::docs {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> Lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string Trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(' ') - begin + 1));
}

/// The anchor that GitHub gives a heading.
std::string Anchor(std::string_view heading) {
  std::string anchor;
  for (const char c : heading) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == ' ' || c == '-') {
      anchor += '-';
    } else if (std::isalnum(byte) != 0 || c == '_' || byte >= 0x80) {
      anchor += static_cast<char>(std::tolower(byte));
    }
  }
  return anchor;
}

void CollectLinks(std::string_view line, std::vector<std::string>& links) {
  for (std::size_t at = line.find("]("); at != std::string_view::npos; at = line.find("](")) {
    line.remove_prefix(at + 2);
    links.emplace_back(line.substr(0, line.find(')')));
  }
}

/// The text of a line that is nothing but a comment.
std::string CommentOf(std::string_view line) {
  constexpr std::string_view kOpen = "<!--";
  constexpr std::string_view kClose = "-->";
  if (line.substr(0, kOpen.size()) != kOpen || line.size() < kOpen.size() + kClose.size())
    return {};
  line.remove_prefix(kOpen.size());
  line.remove_suffix(kClose.size());
  return Trim(line);
}

}  // namespace

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Page ParsePage(const fs::path& path, std::string_view text) {
  constexpr std::string_view kFence = "```";
  Page page{.path = path};
  bool inside = false;
  std::string before;
  int number = 0;
  for (std::string& line : Lines(text)) {
    ++number;
    const bool fence = line.compare(0, kFence.size(), kFence) == 0;
    if (fence) {
      inside = !inside;
      if (inside) {
        page.blocks.push_back({.language = line.substr(kFence.size()),
                               .comment = CommentOf(before),
                               .line_number = number});
      }
    } else if (inside) {
      page.blocks.back().lines.push_back(line);
    } else {
      if (line[0] == '#') page.anchors.push_back(Anchor(Trim(line.substr(line.find(' ')))));
      CollectLinks(line, page.links);
    }
    before = std::move(line);
  }
  return page;
}

std::vector<Page> AllPages() {
  std::vector<Page> pages;
  const fs::path root(SourcePath({}));
  const std::set<std::string> not_ours = {"build", "node_modules", "testdata"};
  for (fs::recursive_directory_iterator it(root), end; it != end; ++it) {
    const std::string name = it->path().filename().string();
    if (it->is_directory() && (not_ours.contains(name) || name[0] == '.')) {
      it.disable_recursion_pending();
    } else if (it->path().extension() == ".md") {
      pages.push_back(ParsePage(it->path(), ReadFile(it->path())));
    }
  }
  return pages;
}

bool Contains(std::string_view text, const std::vector<std::string>& lines) {
  const std::vector<std::string> all = Lines(text);
  const auto same = [](std::size_t indent, const std::string& here, const std::string& wanted) {
    return wanted.empty() ? Trim(here).empty()
                          : here.size() >= indent && here.substr(indent) == wanted &&
                                here.find_first_not_of(' ') >= indent;
  };
  for (std::size_t start = 0; start + lines.size() <= all.size(); ++start) {
    if (lines.empty() || all[start].size() < lines[0].size()) continue;
    const std::size_t indent = all[start].size() - lines[0].size();
    std::size_t i = 0;
    while (i < lines.size() && same(indent, all[start + i], lines[i])) ++i;
    if (i == lines.size()) return true;
  }
  return false;
}

std::vector<std::string> TableCells(std::string_view line) {
  std::vector<std::string> cells;
  if (line.empty() || line[0] != '|') return cells;
  line.remove_prefix(1);
  for (std::size_t end = line.find('|'); end != std::string_view::npos; end = line.find('|')) {
    cells.push_back(Trim(line.substr(0, end)));
    line.remove_prefix(end + 1);
  }
  return cells;
}

}  // namespace omni::docs
