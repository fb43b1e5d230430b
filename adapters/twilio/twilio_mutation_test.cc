// Whatever is changed in a signed request is noticed, and whatever is not signed changes nothing.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "omni/support/form.h"
#include "omni/testing/status_matchers.h"
#include "twilio_test_gateway.h"

namespace omni::inline v0_1 {
namespace twilio {
namespace {

using ::omni::testing::IsOk;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kFixtures[] = {
    "sms_inbound_unicode.txt", "mms_inbound_two_media.txt", "whatsapp_interactive_button.txt",
    "status_undelivered_30003.txt", "conversations_onMessageAdded.txt"};

Presented Fixture(std::string_view name) {
  return FixtureRequest({name, Vectors().root()["fixture_signatures"][name]});
}

Presented JsonVector() {
  for (JsonValue vector : Vectors().root()["vectors"].elements()) {
    if (vector["id"].text() != "json_bodySHA256") continue;
    return {.url = std::string(vector["url"].text()),
            .body = std::string(vector["raw_body"].text()),
            .signature = std::string(vector["signature"].text()),
            .content_type = "application/json"};
  }
  ADD_FAILURE() << "no JSON vector";
  return {};
}

// Calls `check` with each text that differs from `text` in one bit.
template <class Check>
void ForEachFlippedBit(std::string text, Check check) {
  for (char& c : text) {
    const char original = c;
    for (int bit = 0; bit < 8; ++bit) {
      c = static_cast<char>(original ^ (1 << bit));
      check(text);
    }
    c = original;
  }
}

class TwilioMutation : public ::testing::Test {
 protected:
  [[nodiscard]] bool Accepts(const Presented& presented) const {
    return Verify(*adapter_, presented, keys_).ok();
  }

  std::unique_ptr<const ChannelAdapter> adapter_ = NewAdapter();
  KeySet keys_ = KeysOf({kToken});
};

TEST_F(TwilioMutation, NoFlippedBitOfAFormIsAccepted) {
  int respelled = 0;
  for (std::string_view name : kFixtures) {
    SCOPED_TRACE(name);
    Presented presented = Fixture(name);
    ASSERT_TRUE(Accepts(presented));
    OMNI_ASSERT_OK_AND_ASSIGN(const Form original, Form::Parse(presented.body));
    ForEachFlippedBit(presented.body, [&](const std::string& mutant) {
      presented.body = mutant;
      if (!Accepts(presented)) return;
      // `%2b` for `%2B`: other bytes, the same parameters.
      const absl::StatusOr<Form> form = Form::Parse(mutant);
      ASSERT_THAT(form, IsOk());
      EXPECT_EQ(form->fields(), original.fields()) << mutant;
      ++respelled;
    });
  }
  EXPECT_GT(respelled, 0);
}

TEST_F(TwilioMutation, NoFlippedBitOfAJsonBodyIsAccepted) {
  Presented presented = JsonVector();
  ASSERT_TRUE(Accepts(presented));
  ForEachFlippedBit(presented.body, [&](const std::string& mutant) {
    presented.body = mutant;
    EXPECT_FALSE(Accepts(presented)) << mutant;
  });
}

TEST_F(TwilioMutation, NoFlippedBitOfAUrlIsAccepted) {
  std::vector<Presented> requests = {JsonVector(), Fixture("status_delivered.txt")};
  for (Presented presented : requests) {
    ASSERT_TRUE(Accepts(presented));
    const std::string original = presented.url;
    ForEachFlippedBit(original, [&](const std::string& mutant) {
      presented.url = mutant;
      if (!Accepts(presented)) return;
      // Scheme and host may be in either case, which names the same.
      const std::size_t path = original.find('/', sizeof("https://"));
      EXPECT_TRUE(EqualsIgnoreCase(mutant, original)) << mutant;
      EXPECT_EQ(mutant.substr(path), original.substr(path));
    });
  }
}

TEST_F(TwilioMutation, NoFlippedBitOfASignatureIsAccepted) {
  for (std::string_view name : kFixtures) {
    Presented presented = Fixture(name);
    ForEachFlippedBit(presented.signature, [&](const std::string& mutant) {
      presented.signature = mutant;
      EXPECT_FALSE(Accepts(presented)) << mutant;
    });
  }
}

TEST_F(TwilioMutation, NothingMayBeCutOffOrAdded) {
  for (std::string_view name : kFixtures) {
    const Presented original = Fixture(name);
    for (std::size_t size = 0; size < original.body.size(); ++size) {
      Presented cut = original;
      cut.body.resize(size);
      OMNI_ASSERT_OK_AND_ASSIGN(const Form form, Form::Parse(original.body));
      OMNI_ASSERT_OK_AND_ASSIGN(const Form left, Form::Parse(cut.body));
      // A field without its `=` is still the same field.
      EXPECT_EQ(Accepts(cut), left.fields() == form.fields()) << cut.body;
    }
    Presented longer = original;
    longer.body += "&x=";
    EXPECT_FALSE(Accepts(longer));
  }
}

TEST_F(TwilioMutation, WhatIsNotSignedChangesNeitherRouteNorKey) {
  const Presented original = Fixture("sms_inbound_unicode.txt");
  TestGateway reference;
  ASSERT_EQ(reference.Handle(original).status, 200);
  ASSERT_THAT(reference.accepted(), SizeIs(1));
  const Envelope expected = reference.accepted().front();

  const auto check = [&](WebhookRequest request) {
    TestGateway gateway;
    const HttpResponse response = gateway.Handle(std::move(request));
    if (response.status != 200) return;  // refused is as good as unchanged
    ASSERT_THAT(gateway.accepted(), SizeIs(1));
    const Envelope envelope = gateway.accepted().front();
    EXPECT_EQ(envelope.queue, expected.queue);
    EXPECT_EQ(envelope.group, expected.group);
    EXPECT_EQ(envelope.dedupe_key, expected.dedupe_key);
  };
  const WebhookRequest request = MakeRequest(original);
  for (const auto& [name, value] : request.headers) {
    ForEachFlippedBit(std::string(value), [&, &field = name](const std::string& mutant) {
      WebhookRequest changed = request;
      changed.headers.Set(field, mutant);
      check(std::move(changed));
    });
  }
  for (std::string_view name :
       {"Host", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-For", "Forwarded",
        "I-Twilio-Idempotency-Token", "X-Home-Region", "User-Agent", "Authorization"}) {
    WebhookRequest changed = request;
    changed.headers.Add(std::string(name), "evil.example");
    check(std::move(changed));
  }
}

TEST_F(TwilioMutation, TheOrderOfParametersAndRepeatedValuesChangeNothing) {
  const std::string signature = Sign(std::string(kSmsUrl) + "AccountSid" + std::string(kAccount) +
                                     "From+15185550142MessageSidSM1MessageSidSM2Tag1Tag2"
                                     "To+14155550199");
  std::vector<std::string> bodies;
  for (std::string_view body :
       {"MessageSid=SM1&MessageSid=SM2&Tag=1&Tag=2&From=%2B15185550142&To=%2B14155550199",
        "To=%2B14155550199&Tag=2&MessageSid=SM2&Tag=1&From=%2B15185550142&MessageSid=SM1",
        "Tag=2&MessageSid=SM2&MessageSid=SM2&Tag=1&From=%2B15185550142&MessageSid=SM1"
        "&To=%2B14155550199"}) {
    TestGateway gateway;
    const HttpResponse response =
        gateway.Handle({.body = "AccountSid=" + std::string(kAccount) + "&" + std::string(body),
                        .signature = signature});
    ASSERT_EQ(response.status, 200) << response.body;
    ASSERT_THAT(gateway.accepted(), SizeIs(1));
    bodies.push_back(gateway.accepted().front().body);
  }
  EXPECT_EQ(bodies[1], bodies[0]);
  EXPECT_EQ(bodies[2], bodies[0]);
}

TEST_F(TwilioMutation, AnIdThatSwallowedItsNeighbourIsRefused) {
  // The signed text is the same: names and values stand in it without anything between them.
  Presented presented = Fixture("sms_inbound.txt");
  const auto move = [&presented](std::string_view from, std::string_view to) {
    const std::size_t at = presented.body.find(from);
    ASSERT_NE(at, std::string::npos);
    presented.body.replace(at, from.size(), to);
  };
  move("&NumMedia=0", "");
  move("&MessageSid=SM9289941f8a4200fd6c05f11fab6bc867",
       "&MessageSid=SM9289941f8a4200fd6c05f11fab6bc867NumMedia0");
  ASSERT_TRUE(Accepts(presented));
  TestGateway gateway;
  EXPECT_EQ(gateway.Handle(presented).status, 400);
  EXPECT_THAT(gateway.accepted(), IsEmpty());
}

TEST_F(TwilioMutation, AFormerIdThatSwallowedItsNeighbourIsRefused) {
  const std::string sid = "SM" + std::string(32, 'a');
  EXPECT_EQ(EventOf("SmsSid=" + sid + "&AccountSid=AC1&SmsStatus=sent").carrier_message_id, sid);
  EXPECT_FALSE(NormalizeBody("SmsSid=" + sid + "Tag1&AccountSid=AC1&SmsStatus=sent").ok());
}

TEST_F(TwilioMutation, AFragmentThatIsNotSignedIsNotRead) {
  const std::string url = std::string(kSmsUrl) +
                          "?MessageSid=SM1&AccountSid=" + std::string(kAccount) +
                          "&From=%2B15185550142&To=%2B14155550199&NumMedia=0";
  const auto event = [](const std::string& presented) {
    const absl::StatusOr<InboundResult> result =
        Normalize({.presented = {.url = presented, .method = HttpMethod::kGet}});
    return result.ok() ? *result->events.front().event : Event();
  };
  EXPECT_EQ(event(url + "#&Body=evil").message->text, "");
  EXPECT_EQ(event(url + "#bodySHA256").carrier_message_id, "SM1");
}

}  // namespace
}  // namespace twilio
}  // namespace omni::inline v0_1
