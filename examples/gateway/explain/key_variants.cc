#include "explain/key_variants.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "omni/support/encoding.h"
#include "omni/support/phone.h"

namespace host {
namespace {

constexpr std::size_t kMaxForeignKeys = 5'000;

std::string NameOf(const omni::Key& key, const CarrierChannel& channel) {
  return omni::MaskDigits(key.id()) + " of channel " + channel.id;
}

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
}

// Adds what is another secret than the one that stands there.
void Add(std::optional<std::string> secret, const omni::Key& key, const CarrierChannel& channel,
         const Change& change, std::vector<CandidateKey>& keys) {
  if (!secret || secret->empty() || *secret == key.secret().Reveal()) return;
  keys.push_back(
      {.secret = omni::Secret(*secret), .name = NameOf(key, channel), .changes = {change}});
}

void AddAltered(const omni::Key& key, const CarrierChannel& channel,
                std::vector<CandidateKey>& keys) {
  const std::string text(key.secret().Reveal());
  const Change space_here = {
      "key_whitespace", "The configured secret has white space around it.",
      "Take it out of the file or variable: printf '%s' instead of echo writes no line break."};
  Add(std::string(Trimmed(text)), key, channel, space_here, keys);
  const Change space_there = {
      "key_whitespace", "The carrier signs with white space around the secret.",
      "Enter the secret at the carrier once more, without a space or line break behind it."};
  for (const char* end : {"\n", "\r\n", " "}) Add(text + end, key, channel, space_there, keys);
  Add(" " + text, key, channel, space_there, keys);

  const Change quotes = {"key_quotes",
                         "The configured secret stands in quotes that are part of it.",
                         "Take the quotes away: an environment file may keep them."};
  if (text.size() > 2 && (text.front() == '"' || text.front() == '\'') &&
      text.back() == text.front()) {
    Add(text.substr(1, text.size() - 2), key, channel, quotes, keys);
  }
  const Change decoded = {
      "key_encoding", "The signature was made with the secret decoded from hexadecimal or base64.",
      "The carrier uses the secret as text. Whoever signs here has to do so too."};
  Add(omni::HexDecode(text), key, channel, decoded, keys);
  Add(omni::Base64Decode(text), key, channel, decoded, keys);
  Add(omni::Base64UrlDecode(text), key, channel, decoded, keys);
  const Change encoded = {
      "key_encoding", "The configured secret is an encoding of the one that was used.",
      "Configure the secret as the carrier shows it, not as hexadecimal or base64 of it."};
  Add(omni::Base64Encode(text), key, channel, encoded, keys);
  Add(omni::HexEncode(text), key, channel, encoded, keys);

  const Change letters = {
      "key_case", "The configured secret differs from the right one in upper and lower case.",
      "Copy the secret once more from the carrier's page."};
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  Add(lower, key, channel, letters, keys);
  std::string upper = text;
  std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  Add(upper, key, channel, letters, keys);
}

Change ForeignChange(const omni::Key& key, const CarrierChannel& channel, const Suspect& suspect,
                     std::string_view purpose, std::string_view own) {
  const std::string name = NameOf(key, channel);
  if (&channel == &suspect.channel) {
    return {"other_secret",
            "It was made with the channel's " + std::string(purpose) + ", not with its " +
                std::string(own) + ".",
            "Give each secret its own name in the configuration, and use the right one at the "
            "carrier."};
  }
  return {"other_channels_key", "It was made with a key of another channel: " + name + ".",
          "Let the carrier call the other channel's path, or add the account and its key to this "
          "channel."};
}

}  // namespace

std::vector<CandidateKey> OwnKeys(const Suspect& suspect, std::string_view purpose) {
  std::vector<CandidateKey> keys;
  for (const auto& key : suspect.channel.AllKeys(purpose)) {
    keys.push_back({.secret = key->secret().Clone(), .name = NameOf(*key, suspect.channel)});
  }
  return keys;
}

std::vector<CandidateKey> AlteredKeys(const Suspect& suspect, std::string_view purpose) {
  std::vector<CandidateKey> keys;
  for (const auto& key : suspect.channel.AllKeys(purpose)) AddAltered(*key, suspect.channel, keys);
  return keys;
}

std::vector<CandidateKey> ForeignKeys(const Suspect& suspect, std::string_view purpose) {
  std::vector<CandidateKey> keys;
  for (const CarrierChannel& channel : suspect.all) {
    for (const std::string& other : channel.purposes) {
      if (&channel == &suspect.channel && other == purpose) continue;
      for (const auto& key : channel.AllKeys(other)) {
        if (keys.size() == kMaxForeignKeys) return keys;
        keys.push_back({.secret = key->secret().Clone(),
                        .name = NameOf(*key, channel),
                        .changes = {ForeignChange(*key, channel, suspect, other, purpose)}});
      }
    }
  }
  return keys;
}

}  // namespace host
