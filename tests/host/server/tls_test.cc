// The same over TLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "host/server/harness.h"
#include "loopback/certificate.h"

namespace host {
namespace {

class TlsTest : public ::testing::Test {
 protected:
  TlsTest() {
    std::filesystem::create_directories(folder_);
    WriteCertificate("first");
  }
  ~TlsTest() override { std::filesystem::remove_all(folder_); }

  void WriteCertificate(const std::string& name) {
    const omni::loopback::Certificate certificate("IP:127.0.0.1", name);
    std::ofstream(options_.certificate_file) << certificate.Pem();
    std::ofstream(options_.key_file) << certificate.KeyPem();
  }

  [[nodiscard]] ServerOptions Options() const { return {.tls = options_}; }
  Client Connect(const Harness& harness) { return {harness.port(), client_context_.get()}; }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("omni_tls_test_" + std::to_string(::getpid()));
  const TlsOptions options_ = {.certificate_file = folder_ / "certificate.pem",
                               .key_file = folder_ / "key.pem"};
  const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> client_context_{
      SSL_CTX_new(TLS_client_method()), SSL_CTX_free};
};

TEST_F(TlsTest, RequestsAreServedAndKnownToBeTls) {
  Harness harness(Options());
  Client client = Connect(harness);
  client.Send(Post("/a", "secret") + Get("/b"));
  EXPECT_EQ(client.Read().body, "POST /a secret");
  EXPECT_EQ(client.Read().body, "GET /b ");
  EXPECT_TRUE(harness.requests().front().tls);
  EXPECT_EQ(client.CertificateName(), "first");
}

TEST_F(TlsTest, LargeBodiesGoBothWays) {
  Harness harness(Options());
  Client client = Connect(harness);
  const std::string body(3 << 20, 'b');
  client.Send(Post("/a", body));
  EXPECT_EQ(client.Read().body, "POST /a " + body);
  client.Send(Get("/big"));
  EXPECT_EQ(client.Read().body.size(), 8 << 20);
}

TEST_F(TlsTest, AReloadedCertificateIsForNewConnections) {
  Harness harness(Options());
  Client before = Connect(harness);
  before.Send(Get("/"));
  EXPECT_EQ(before.Read().status, 200);
  WriteCertificate("second");
  ASSERT_TRUE(harness.server().ReloadTls().ok());
  Client after = Connect(harness);
  EXPECT_EQ(after.CertificateName(), "second");
  before.Send(Get("/"));
  EXPECT_EQ(before.Read().status, 200);
}

TEST_F(TlsTest, ABadCertificateIsRefusedAndTheOldOneStays) {
  Harness harness(Options());
  std::ofstream(options_.certificate_file) << "nonsense";
  const absl::Status status = harness.server().ReloadTls();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("certificate.pem"));
  Client client = Connect(harness);
  EXPECT_EQ(client.CertificateName(), "first");
}

TEST_F(TlsTest, AKeyOfAnotherCertificateIsRefused) {
  Harness harness(Options());
  std::ofstream(options_.key_file) << omni::loopback::Certificate("IP:127.0.0.1", "other").KeyPem();
  EXPECT_EQ(harness.server().ReloadTls().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(TlsTest, AServerWithoutTlsHasNothingToReload) {
  Harness harness;
  EXPECT_EQ(harness.server().ReloadTls().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(TlsTest, OldVersionsAreRefused) {
  Harness harness(Options());
  SSL_CTX_set_security_level(client_context_.get(), 0);
  SSL_CTX_set_min_proto_version(client_context_.get(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(client_context_.get(), TLS1_1_VERSION);
  Client old = Connect(harness);
  EXPECT_EQ(old.CertificateName(), "");
  SSL_CTX_set_max_proto_version(client_context_.get(), TLS1_2_VERSION);
  Client fair = Connect(harness);
  fair.Send(Get("/"));
  EXPECT_EQ(fair.Read().status, 200);
}

TEST_F(TlsTest, AClientThatOnlySpeaksHttp2IsRefused) {
  Harness harness(Options());
  constexpr unsigned char kHttp2[] = {2, 'h', '2'};
  SSL_CTX_set_alpn_protos(client_context_.get(), kHttp2, sizeof(kHttp2));
  Client client = Connect(harness);
  EXPECT_EQ(SSL_is_init_finished(client.tls()), 0);
}

TEST_F(TlsTest, AHandshakeThatIsNotFinishedIsGivenUp) {
  ServerOptions options = Options();
  options.header_timeout = absl::Milliseconds(50);
  Harness harness(options);
  Client silent = harness.Connect();
  EXPECT_TRUE(silent.SeesEnd());
}

TEST_F(TlsTest, AHandshakeThatDripsIsTimedFromItsBeginning) {
  ServerOptions options = Options();
  options.header_timeout = absl::Milliseconds(200);
  Harness harness(options);
  Client client = harness.Connect();
  // A record of a handshake, of which little comes.
  client.Send(std::string_view("\x16\x03\x01\x10\x00\x01\x00\x0f\xfc", 9));
  const absl::Time begin = absl::Now();
  while (client.Send("x") && absl::Now() < begin + absl::Seconds(5)) {
    absl::SleepFor(absl::Milliseconds(10));
  }
  EXPECT_LT(absl::Now() - begin, absl::Seconds(2));
  EXPECT_TRUE(Eventually([&] { return harness.server().stats().connections == 0; }));
}

TEST_F(TlsTest, ARequestWithoutTlsIsNotAnswered) {
  Harness harness(Options());
  Client plain = harness.Connect();
  plain.Send(Get("/"));
  EXPECT_EQ(plain.Read().status, 0);
  EXPECT_TRUE(harness.requests().empty());
}

TEST_F(TlsTest, AClientThatVanishesRaisesNoSignal) {
  Harness harness(Options());
  {
    Client client = Connect(harness);
    client.Send(Get("/later"));
    ASSERT_TRUE(harness.WaitForRequests(1));
    client.Vanish();
  }
  harness.Answer("/later", std::string(1 << 20, 'x'));
  EXPECT_TRUE(Eventually([&] { return harness.server().stats().connections == 0; }));
}

TEST_F(TlsTest, ADrainEndsWithACloseNotify) {
  Harness harness(Options());
  Client client = Connect(harness);
  client.Send(Get("/a", "Connection: close\r\n"));
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_TRUE(client.SeesEnd());
  EXPECT_EQ(SSL_get_shutdown(client.tls()) & SSL_RECEIVED_SHUTDOWN, SSL_RECEIVED_SHUTDOWN);
  EXPECT_TRUE(harness.server().Drain(absl::Now() + absl::Seconds(10)).ok());
}

}  // namespace
}  // namespace host
