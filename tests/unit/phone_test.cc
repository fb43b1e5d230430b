#include "omni/support/phone.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace omni {
namespace {

struct AddressCase {
  std::string_view text;
  std::string_view address;
};

constexpr AddressCase kPhoneNumbers[] = {
    {"+15185550142", "+15185550142"},          {"15185550142", "+15185550142"},
    {"whatsapp:+15185550142", "+15185550142"}, {"whatsapp:15185550142", "+15185550142"},
    {"WhatsApp:+15185550142", "+15185550142"}, {"rcs:+15185550142", "+15185550142"},
    {"sms:15185550142", "+15185550142"},       {"mms:+15185550142", "+15185550142"},
    {"tel:+15185550142", "+15185550142"},      {"12345678", "+12345678"},
    {"123456789012345", "+123456789012345"},
};

TEST(PhoneTest, WritesPhoneNumbersAsE164) {
  for (const AddressCase& test : kPhoneNumbers) {
    const Address address = MakeAddress(test.text);
    EXPECT_EQ(address.address, test.address) << test.text;
    EXPECT_EQ(address.carrier_id, test.text == test.address ? "" : test.text);
    EXPECT_EQ(address.name, "");
    EXPECT_TRUE(IsE164(address.address)) << test.text;
  }
}

constexpr AddressCase kOthers[] = {
    {"", ""},
    {"1234567", "1234567"},
    {"+1234567", "+1234567"},
    {"1234567890123456", "1234567890123456"},
    {"+1234567890123456", "+1234567890123456"},
    {"++15185550142", "++15185550142"},
    {"07911123456", "07911123456"},
    {"+07911123456", "+07911123456"},
    {"+1 518 555 0142", "+1 518 555 0142"},
    {"518-555-0142", "518-555-0142"},
    {"MyBrand", "MyBrand"},
    {"ada@example.com", "ada@example.com"},
    {"BR.7431905528864013", "BR.7431905528864013"},
    {"whatsapp:BR.7431905528864013", "BR.7431905528864013"},
    {"rcs:brand_agent", "brand_agent"},
    {"messenger:104412345678901", "104412345678901"},
    {"instagram:17841400000000000", "17841400000000000"},
    {"whatsapp:", ""},
    {"sip:15185550142", "sip:15185550142"},
    {"https://example.com", "https://example.com"},
    {"tel:+1-518-555-0142", "+1-518-555-0142"},
};

TEST(PhoneTest, LeavesEverythingElseAsItIs) {
  for (const AddressCase& test : kOthers) {
    const Address address = MakeAddress(test.text);
    EXPECT_EQ(address.address, test.address) << test.text;
    EXPECT_EQ(address.carrier_id, test.text == test.address ? "" : test.text);
    EXPECT_FALSE(IsE164(address.address)) << test.text;
  }
}

TEST(PhoneTest, ANormalizedAddressStaysAsItIs) {
  for (const AddressCase& test : kPhoneNumbers) {
    const Address once = MakeAddress(test.text);
    EXPECT_EQ(MakeAddress(once.address).address, once.address);
  }
}

TEST(PhoneTest, E164NeedsThePlusSign) {
  EXPECT_TRUE(IsE164("+15185550142"));
  EXPECT_FALSE(IsE164("15185550142"));
  EXPECT_FALSE(IsE164(""));
  EXPECT_FALSE(IsE164("+"));
  EXPECT_FALSE(IsE164("+1518555014a"));
}

TEST(PhoneTest, MasksLongRunsOfDigits) {
  EXPECT_EQ(MaskDigits("from +15185550142 to 14155550199."), "from +***0142 to ***0199.");
  EXPECT_EQ(MaskDigits("1234567"), "***4567");
  EXPECT_EQ(MaskDigits("123456"), "123456");
  EXPECT_EQ(MaskDigits("code 123456, id a1b2"), "code 123456, id a1b2");
  EXPECT_EQ(MaskDigits(""), "");
  EXPECT_EQ(MaskDigits("no digits"), "no digits");
}

}  // namespace
}  // namespace omni
