/// \file
/// Notices, and that nothing is dropped whatever its shape.

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "omni/codec.h"
#include "omni/event.h"
#include "whatsapp_test_requests.h"

namespace omni::inline v0_1 {
namespace whatsapp::testing {
namespace {

struct FieldCase {
  std::string_view field, value, type, subject;
};

class FieldTest : public ::testing::TestWithParam<FieldCase> {};

TEST_P(FieldTest, BecomesItsNotice) {
  const FieldCase& expected = GetParam();
  const Event event = OnlyEvent(OneChange(expected.field, expected.value));
  ASSERT_TRUE(event.notice.has_value());
  EXPECT_EQ(event.notice->type, expected.type);
  EXPECT_EQ(event.notice->subject, expected.subject);
  EXPECT_EQ(event.notice->detail.text, expected.value);
  EXPECT_EQ(event.metadata.Get("field"), expected.field);
  EXPECT_EQ(event.account, "884201937465120");
  EXPECT_EQ(event.direction, Direction::kInbound);
}

constexpr FieldCase kFields[] = {
    {"message_template_status_update", R"({"message_template_name":"t"})", "template", "t"},
    {"message_template_quality_update", R"({"message_template_name":"t"})", "template", "t"},
    {"message_template_components_update", R"({"message_template_name":"t"})", "template", "t"},
    {"template_category_update", R"({"message_template_name":"t"})", "template", "t"},
    {"template_correct_category_detection", R"({"message_template_id":7})", "template", ""},
    {"account_update", R"({"event":"ACCOUNT_DELETED"})", "account", "ACCOUNT_DELETED"},
    {"account_review_update", R"({"decision":"APPROVED"})", "account", "APPROVED"},
    {"account_alerts", R"({"entity_type":"BUSINESS"})", "account", "BUSINESS"},
    {"business_capability_update", R"({"max_phone_numbers_per_waba":2})", "account", ""},
    {"business_username_update", R"({"status":"approved"})", "account", "approved"},
    {"business_username_updates", R"({"status":"approved"})", "account", "approved"},
    {"business_usernames_update", R"({"status":"approved"})", "account", "approved"},
    {"partner_solutions", R"({"event":"SOLUTION_CREATED"})", "account", "SOLUTION_CREATED"},
    {"payment_configuration_update", R"({"status":"Active"})", "account", "Active"},
    {"phone_number_name_update", R"({"decision":"DEFERRED"})", "account", "DEFERRED"},
    {"security", R"({"event":"PIN_CHANGED"})", "account", "PIN_CHANGED"},
    {"phone_number_quality_update", R"({"event":"ONBOARDING"})", "quality", "ONBOARDING"},
    {"group_status_update", R"({"groups":[]})", "group", ""},
    {"calls", R"({"statuses":[{"type":"call"}]})", "call", ""},
    {"smb_app_state_sync", R"({"state_sync":{"action":"add"}})", "contactSync", ""},
    {"automatic_events", "{}", "automaticEvent", ""},
    {"flows", R"({"event":"FLOW_STATUS_CHANGE"})", "flow", "FLOW_STATUS_CHANGE"},
    {"messaging_handovers", R"({"type":"control_taken"})", "handover", "control_taken"},
};

INSTANTIATE_TEST_SUITE_P(Fields, FieldTest, ::testing::ValuesIn(kFields),
                         [](const auto& test) { return std::string(test.param.field); });

struct ListCase {
  std::string_view field, list, first, second, type, subject, other_subject;
};

class ListTest : public ::testing::TestWithParam<ListCase> {};

TEST_P(ListTest, EachElementIsItsNotice) {
  const ListCase& expected = GetParam();
  const auto result = Normalize(OneChange(
      expected.field, R"({"messaging_product":"whatsapp","metadata":{"phone_number_id":"73"},)"
                      R"("contacts":[{"wa_id":"1"}],")" +
                          std::string(expected.list) + "\":[" + std::string(expected.first) + "," +
                          std::string(expected.second) + "]}"));
  ASSERT_TRUE(result.ok());
  ASSERT_EQ(result->events.size(), 2U);
  const Event& first = *result->events[0].event;
  EXPECT_EQ(first.notice->type, expected.type);
  EXPECT_EQ(first.notice->subject, expected.subject);
  EXPECT_EQ(first.notice->detail.text, expected.first);
  EXPECT_EQ(omni::FormatTime(first.occurred_at), "2026-10-01T08:05:50.000Z");
  EXPECT_EQ(first.metadata.Get("contacts"), R"([{"wa_id":"1"}])");
  const Event& second = *result->events[1].event;
  EXPECT_EQ(second.notice->type, expected.type);
  EXPECT_EQ(second.notice->subject, expected.other_subject);
  EXPECT_EQ(second.notice->detail.text, expected.second);
  EXPECT_EQ(second.occurred_at, absl::InfinitePast());
  EXPECT_EQ(second.metadata.Get("phoneNumberId"), "73");
  EXPECT_EQ(second.metadata.Get("contacts"), "");
}

constexpr ListCase kLists[] = {
    {"group_lifecycle_update", "groups",
     R"({"group_id":"g","type":"group_create","timestamp":"1790841950"})",
     R"({"group_id":"g","type":"group_delete"})", "group", "group_create", "group_delete"},
    {"calls", "calls", R"({"id":"1","event":"connect","timestamp":"1790841950"})",
     R"({"id":"1","event":"terminate"})", "call", "connect", "terminate"},
    {"smb_app_state_sync", "state_sync",
     R"({"type":"contact","action":"add","metadata":{"timestamp":"1790841950"}})", "7",
     "contactSync", "add", ""},
    {"automatic_events", "automatic_events",
     R"({"id":"1","event_name":"LeadSubmitted","timestamp":1790841950})",
     R"({"id":"2","event_name":"Purchase"})", "automaticEvent", "LeadSubmitted", "Purchase"},
};

INSTANTIATE_TEST_SUITE_P(Lists, ListTest, ::testing::ValuesIn(kLists),
                         [](const auto& test) { return std::string(test.param.field); });

TEST(NoticeTest, AHandoverIsFromTheCustomerToTheNumber) {
  const Event event = OnlyEvent(
      OneChange("messaging_handovers",
                R"({"recipient":{"phone_number_id":"73","display_phone_number":"15550142277"},)"
                R"("sender":{"user_id":"GB.7"},"type":"control_taken","timestamp":"1790841990"})"));
  EXPECT_EQ(event.from->address, "GB.7");
  EXPECT_EQ(Part(event, "to"), R"([{"address":"+15550142277","carrierId":"73"}])");
  EXPECT_EQ(event.conversation, "whatsapp:+15550142277:GB.7");
  EXPECT_EQ(event.metadata.Get("phoneNumberId"), "73");
}

TEST(NoticeTest, EachPreferenceIsOneNoticeOfItsCustomer) {
  const auto result = Normalize(
      OneChange("user_preferences",
                R"({"metadata":{"display_phone_number":"15550142277"},"user_preferences":[)"
                R"({"user_id":"GB.7","value":"stop","timestamp":1790842000},)"
                R"({"wa_id":"447700900123","value":"resume"},"odd"]})"));
  ASSERT_TRUE(result.ok());
  ASSERT_EQ(result->events.size(), 3U);
  EXPECT_EQ(result->events[0].event->notice->subject, "stop");
  EXPECT_EQ(result->events[0].event->from->address, "GB.7");
  EXPECT_EQ(result->events[1].event->notice->subject, "resume");
  EXPECT_EQ(result->events[1].event->from->address, "+447700900123");
  EXPECT_EQ(result->events[2].event->notice->type, "unknown");
  EXPECT_EQ(result->events[2].event->notice->detail.text, "\"odd\"");
}

/// The body becomes one unknown notice with that subject and detail.
void ExpectUnknown(std::string body, std::string_view subject, std::string_view detail) {
  SCOPED_TRACE(body);
  const Event event = OnlyEvent(std::move(body));
  ASSERT_TRUE(event.notice.has_value());
  EXPECT_EQ(event.notice->type, "unknown");
  EXPECT_EQ(event.notice->subject, subject);
  EXPECT_EQ(event.notice->detail.text, detail);
}

TEST(UnknownTest, KeepsAnEnvelopeOfAnotherShape) {
  for (std::string_view body : {"{}", "[]", "[{}]", "7", "\"x\"", "null"}) {
    ExpectUnknown(std::string(body), "", body);
  }
  ExpectUnknown(R"({"object":"whatsapp_business_account","entry":{"id":"1"}})",
                "whatsapp_business_account",
                R"({"object":"whatsapp_business_account","entry":{"id":"1"}})");
  for (std::string_view entry : {"7", "null", "\"x\"", "[]", R"({"id":"1"})",
                                 R"({"id":"1","changes":[]})", R"({"changes":{"a":1}})"}) {
    ExpectUnknown(R"({"object":"whatsapp_business_account","entry":[)" + std::string(entry) + "]}",
                  "whatsapp_business_account", entry);
  }
}

TEST(UnknownTest, KeepsEachEntryOfAnotherObject) {
  const auto result = Normalize(R"({"object":"page","entry":[{"id":"1","time":1790842200,)"
                                R"("changes":[{"field":"messages"}]},{"id":"2"}]})");
  ASSERT_TRUE(result.ok());
  ASSERT_EQ(result->events.size(), 2U);
  const Event& first = *result->events[0].event;
  EXPECT_EQ(first.notice->subject, "page");
  EXPECT_EQ(first.account, "1");
  EXPECT_EQ(first.occurred_at, absl::FromUnixSeconds(1790842200));
  EXPECT_EQ(result->events[1].event->notice->detail.text, R"({"id":"2"})");
}

TEST(UnknownTest, KeepsAChangeThatHoldsNothing) {
  for (std::string_view field : {"messages", "standby", "history", "user_preferences"}) {
    for (std::string_view value :
         {"null", "7", "[]", "{}", R"({"metadata":{"phone_number_id":"7"}})",
          R"({"messages":[],"statuses":[],"errors":[]})", R"({"messages":null})"}) {
      ExpectUnknown(
          OneChange(field, value), field,
          "{\"field\":\"" + std::string(field) + "\",\"value\":" + std::string(value) + "}");
    }
  }
  ExpectUnknown(OneChange("", "{}"), "", R"({"field":"","value":{}})");
}

TEST(UnknownTest, KeepsMembersAndElementsOfAnotherShapeBesideTheRest) {
  const auto result = Normalize(MessagesChange(
      R"("messages":"cut","statuses":[7,{"id":"1","status":"sent"}],"errors":[null],"new":[1],)"
      R"("standby":{"standby":{},"messages":[{"type":"odd"}]},"history":[3])"));
  ASSERT_TRUE(result.ok());
  std::string told;
  for (const InboundEvent& inbound : result->events) {
    const Event& event = *inbound.event;
    told += event.notice ? event.notice->type + "/" + event.notice->subject + "/" +
                               event.notice->detail.text + "\n"
                         : "status\n";
  }
  EXPECT_EQ(told,
            "unknown/messages/\"cut\"\n"
            "unknown/messages/7\n"
            "status\n"
            "error//null\n"
            "unknown/new/[1]\n"
            "unknown/standby/{}\n"
            "unknown/odd/{\"type\":\"odd\"}\n"
            "history//3\n");
}

// Else a trouble that comes back within the week would not be told.
TEST(ErrorTest, WithoutATimeIsTheSameForAnHour) {
  const auto identity = [](std::string_view code, absl::Time received_at) {
    const auto result = Normalize(
        OneChange("messages", R"({"errors":[{"code":)" + std::string(code) + "}]}"), received_at);
    return result.ok() ? result->events.at(0).identity : "refused";
  };
  const absl::Time hour = absl::FromUnixSeconds(500'000 * std::int64_t{3600});
  const std::string first = identity("130429", hour);
  EXPECT_TRUE(first.starts_with("error:"));
  EXPECT_EQ(identity("130429", hour + absl::Minutes(59)), first);
  EXPECT_NE(identity("130429", hour + absl::Minutes(60)), first);
  EXPECT_NE(identity("131000", hour), first);
}

TEST(ErrorTest, OfAnotherNumberIsAnother) {
  const auto identity = [](std::string_view number) {
    const auto result = Normalize(OneChange("messages", R"({"metadata":{"phone_number_id":")" +
                                                            std::string(number) +
                                                            R"("},"errors":[{"code":130429}]})"));
    return result.ok() ? result->events.at(0).identity : "refused";
  };
  EXPECT_EQ(identity("73"), identity("73"));
  EXPECT_NE(identity("73"), identity("74"));
}

TEST(UnknownTest, KeepsAListOfHistoryOfAnotherShape) {
  const auto result =
      Normalize(OneChange("history", R"({"history":[{"threads":"cut","errors":{"code":1}}]})"));
  ASSERT_TRUE(result.ok());
  ASSERT_EQ(result->events.size(), 2U);
  EXPECT_EQ(result->events[0].event->notice->detail.text, R"({"code":1})");
  EXPECT_EQ(result->events[1].event->notice->detail.text, "\"cut\"");
}

}  // namespace
}  // namespace whatsapp::testing
}  // namespace omni::inline v0_1
