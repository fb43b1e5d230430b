#include "twilio_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "omni/support/metadata_key.h"

namespace omni::inline v0_1 {
namespace twilio {
namespace {

using ::testing::Optional;

TEST(TwilioName, FindsEachOfThem) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    const std::optional<Name> name = Name::Find(kNames[i]);
    ASSERT_TRUE(name.has_value()) << kNames[i];
    EXPECT_EQ(name->index(), i);
    EXPECT_EQ(name->text(), kNames[i]);
  }
  EXPECT_THAT(Name::Find("MessageSid"), Optional(Name("MessageSid")));
}

TEST(TwilioName, FindsNothingElse) {
  EXPECT_EQ(Name::Find(""), std::nullopt);
  for (std::string_view known : kNames) {
    for (std::size_t i = 0; i < known.size(); ++i) {
      std::string other(known);
      other[i] = '_';
      EXPECT_EQ(Name::Find(other), std::nullopt) << other;
    }
    EXPECT_EQ(Name::Find(std::string(known) + '\0'), std::nullopt) << known;
  }
}

TEST(TwilioName, HasTheKeyThatItsTextMakes) {
  for (std::string_view text : kNames) {
    EXPECT_EQ(Name::Find(text)->metadata_key(), MetadataKey({}, text));
  }
}

}  // namespace
}  // namespace twilio
}  // namespace omni::inline v0_1
