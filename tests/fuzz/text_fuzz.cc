/// \file
/// Times, addresses and broken Unicode.

#include <string>
#include <vector>

#include "fuzz/fuzz_target.h"
#include "omni/codec.h"
#include "omni/json.h"
#include "omni/support/phone.h"
#include "omni/support/time_parse.h"
#include "omni/support/wtf8.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace omni;
  std::string_view input = fuzz::AsText(data, size);
  static_cast<void>(ParseUnixTime(input));
  static_cast<void>(ParseIsoTime(input));
  if (const auto time = ParseTime(input); time.ok()) {
    fuzz::Require(ParseTime(omni::FormatTime(*time)).ok(), "a time can be read back");
  }
  static_cast<void>(MakeAddress(input));
  static_cast<void>(FindKeyword(input));
  static_cast<void>(IsE164(input));
  fuzz::Require(IsValidUtf8(ToValidUtf8(input)), "repaired text is UTF-8");
  static_cast<void>(Wtf8FromJson(input));
  std::vector<std::string> parts;
  while (!input.empty()) parts.emplace_back(fuzz::TakeUntil(input, '\n'));
  fuzz::Require(IsValidUtf8(JoinWtf8(parts)), "joined text is UTF-8");
  return 0;
}
