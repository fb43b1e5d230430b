// The verdict on every vector and fixture is the one that it expects.

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "messagebird_test_util.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

struct Group {
  std::string_view name;
  std::size_t size;
};

Presented FromVector(JsonValue vector) {
  Presented presented = FromJson(vector);
  const JsonValue key = vector["signing_key"].exists() ? vector["signing_key"] : vector["secret"];
  presented.keys = {std::string(key.text())};
  presented.now = absl::FromUnixSeconds(*vector["now"].AsInt64());
  return presented;
}

TEST(MessageBirdVectors, JudgesEveryVectorAsItExpects) {
  constexpr Group kGroups[] = {{"jwt", 6},
                               {"jwt_extra", 9},
                               {"jwt_policy", 3},
                               {"legacy_hmac", 3},
                               {"legacy_hmac_extra", 2},
                               {"bird_hmac", 3},
                               {"standard_webhooks", 2}};
  for (const Group& group : kGroups) {
    EXPECT_EQ(Vectors().root()[group.name].size(), group.size) << group.name;
    for (JsonValue vector : Vectors().root()[group.name].elements()) {
      SCOPED_TRACE(vector["name"].text());
      const auto result = Verify(FromVector(vector));
      EXPECT_EQ(result.ok(), vector["expect"].text() != "reject") << result.status();
    }
  }
}

TEST(MessageBirdVectors, GivesTheReasonForEachVectorThatIsRefused) {
  struct Case {
    std::string_view group;
    std::string_view name;
    std::string_view reason;
  };
  constexpr Case kCases[] = {
      {"jwt", "jwt-03-wrong-key", "signature_mismatch"},
      {"jwt", "jwt-04-tampered-body", "body_hash_mismatch"},
      {"jwt", "jwt-05-tampered-url", "url_hash_mismatch"},
      {"jwt", "jwt-06-expired", "jwt_expired"},
      {"jwt_extra", "jwt-x2-alg-none", "jwt_algorithm_not_allowed"},
      {"jwt_extra", "jwt-x3-payload-removed", "body_hash_mismatch"},
      {"jwt_extra", "jwt-x4-payload-added", "body_hash_missing"},
      {"jwt_extra", "jwt-x6-query-reordered", "url_hash_mismatch"},
      {"jwt_extra", "jwt-x7-issuer-case", "jwt_issuer"},
      {"jwt_extra", "jwt-x8-nbf-future", "jwt_not_yet_valid"},
      {"jwt_policy", "jwt-s1-no-exp", "jwt_expired"},
      {"jwt_policy", "jwt-s2-no-jti", "jwt_id_missing"},
      {"legacy_hmac", "legacy-03-tampered-query", "signature_mismatch"},
      {"bird_hmac", "bird-03-wrong-path", "signature_mismatch"},
      {"standard_webhooks", "sw-02-stale", "timestamp_out_of_window"},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.name);
    int found = 0;
    for (JsonValue vector : Vectors().root()[c.group].elements()) {
      if (vector["name"].text() != c.name) continue;
      EXPECT_EQ(ReasonOf(Verify(FromVector(vector))), c.reason);
      ++found;
    }
    EXPECT_EQ(found, 1);
  }
}

TEST(MessageBirdVectors, AcceptsEveryFixtureThatIsSigned) {
  for (std::string_view name : kFixtures) {
    SCOPED_TRACE(name);
    const JsonValue fixture = ReadJson(std::string(name) + ".json").root();
    const bool is_signed = fixture["expect"]["auth"].text() != "missing";
    EXPECT_EQ(ReasonOf(Verify(FromFixture(fixture))), is_signed ? "ok" : "signature_missing");
  }
}

}  // namespace
}  // namespace messagebird
}  // namespace omni::inline v0_1
