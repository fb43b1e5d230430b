#include "explain/mac_search.h"

#include <cstddef>

#include "explain/key_variants.h"

namespace host {
namespace {

// How much is hashed at most, in all.
constexpr std::size_t kMaxBytes = std::size_t{1} << 29;
// What a text costs besides its length.
constexpr std::size_t kOverhead = 256;

/// One search. Thread safety: confined.
class Search {
 public:
  Search(const Suspect& suspect, const MacSearch& search, Findings& findings)
      : suspect_(suspect), search_(search), findings_(findings) {}

  bool Run();

 private:
  bool Try(const std::vector<CandidateKey>& keys, std::size_t min_changes, std::size_t max_changes);
  void Found(const CandidateKey& key, const Variant& text);

  const Suspect& suspect_;
  const MacSearch& search_;
  Findings& findings_;
  std::size_t bytes_ = 0;
};

bool Search::Run() {
  const std::vector<CandidateKey> own = OwnKeys(suspect_, search_.purpose);
  const std::vector<CandidateKey> altered = AlteredKeys(suspect_, search_.purpose);
  const std::vector<CandidateKey> foreign = ForeignKeys(suspect_, search_.purpose);
  constexpr std::size_t kAny = 99;
  if (Try(own, 0, 1) || Try(altered, 0, 0) || Try(foreign, 0, 0) || Try(own, 2, kAny) ||
      Try(foreign, 1, 1) || Try(altered, 1, 1)) {
    return true;
  }
  const std::string what(search_.what);
  findings_.ruled_out.push_back("the " + what + " in " + std::to_string(search_.texts.size() - 1) +
                                " other forms, under the channel's own keys");
  findings_.ruled_out.emplace_back(
      "the channel's keys with white space, quotes, or in another encoding");
  findings_.ruled_out.push_back("all " + std::to_string(foreign.size()) +
                                " other secrets of the configuration");
  return false;
}

bool Search::Try(const std::vector<CandidateKey>& keys, std::size_t min_changes,
                 std::size_t max_changes) {
  for (const Variant& text : search_.texts) {
    if (text.changes.size() < min_changes || text.changes.size() > max_changes) continue;
    for (const CandidateKey& key : keys) {
      bytes_ += text.text.size() + kOverhead;
      if (bytes_ > kMaxBytes) return false;
      if (!search_.holds(key.secret.Reveal(), text.text)) continue;
      Found(key, text);
      return true;
    }
  }
  return false;
}

void Search::Found(const CandidateKey& key, const Variant& text) {
  std::string evidence = "it holds under " + key.name;
  const std::string described = search_.describe ? search_.describe(text) : std::string();
  if (!described.empty()) evidence += "; " + described;
  AddChanges(key.changes, evidence, findings_);
  AddChanges(text.changes, evidence, findings_);
}

}  // namespace

bool FindMac(const Suspect& suspect, const MacSearch& search, Findings& findings) {
  return Search(suspect, search, findings).Run();
}

}  // namespace host
