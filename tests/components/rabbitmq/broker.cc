#include "components/rabbitmq/broker.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <thread>

namespace omni::loopback {
namespace {

constexpr char kServer[] = "/usr/lib/rabbitmq/bin/rabbitmq-server";
constexpr char kControl[] = "/usr/lib/rabbitmq/bin/rabbitmqctl";

sockaddr_in Loopback(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// One that nobody listens at just now.
int FreePort() {
  const int socket_number = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof(address);
  bind(socket_number, reinterpret_cast<sockaddr*>(&address), size);
  getsockname(socket_number, reinterpret_cast<sockaddr*>(&address), &size);
  close(socket_number);
  return ntohs(address.sin_port);
}

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

/// Looks until the condition holds; a broker that takes longer ends the test program.
template <class Condition>
void AwaitOrAbort(std::chrono::minutes patience, const std::string& what, Condition condition) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) {
      std::cerr << "RabbitMQ " << what << '\n';
      std::abort();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));  // between two looks
  }
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

int Await(pid_t process) {
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

Broker::Broker()
    : port_(FreePort()),
      tls_port_(FreePort()),
      distribution_port_(FreePort()),
      epmd_port_(FreePort()) {
  std::string path = (std::filesystem::temp_directory_path() / "omni_rabbitmq_XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) std::abort();
  directory_ = path;
  for (const char* folder : {"mnesia", "log", "home"}) {
    std::filesystem::create_directory(directory_ / folder);
  }
  std::ofstream(ca_file()) << certificate_.Pem();
  std::ofstream(key_file()) << certificate_.KeyPem();
  WriteConfiguration();
  Start();
}

Broker::~Broker() {
  Kill();
  kill(epmd_, SIGKILL);
  Await(epmd_);
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

Broker& Broker::Shared() {
  static Broker* const broker = new Broker();
  static const int registered = std::atexit([] { delete broker; });
  if (registered != 0) std::abort();
  return *broker;
}

std::string Broker::Url(int port) { return "amqp://guest:guest@127.0.0.1:" + std::to_string(port); }

void Broker::WriteConfiguration() const {
  std::ofstream(directory_ / "enabled_plugins") << "[].\n";
  std::ofstream(directory_ / "rabbitmq.conf")
      << "listeners.tcp.default = 127.0.0.1:" << port_
      << "\nlisteners.ssl.default = 127.0.0.1:" << tls_port_
      << "\nssl_options.cacertfile = " << ca_file() << "\nssl_options.certfile = " << ca_file()
      << "\nssl_options.keyfile = " << key_file()
      << "\nssl_options.verify = verify_peer\nssl_options.fail_if_no_peer_cert = false"
      << "\nlog.console = false\nlog.file = " << (directory_ / "log" / "rabbit.log").string()
      << "\nvm_memory_high_watermark.absolute = 1GB\ndisk_free_limit.absolute = 16MB\n";
}

std::vector<std::string> Broker::Environment() const {
  const std::string path = directory_.string();
  const char* search = std::getenv("PATH");
  return {"PATH=" + std::string(search == nullptr ? "/usr/bin:/bin" : search),
          "LANG=C.UTF-8",
          "HOME=" + path + "/home",
          "RABBITMQ_NODENAME=omni" + std::to_string(port_) + "@localhost",
          "RABBITMQ_MNESIA_BASE=" + path + "/mnesia",
          "RABBITMQ_LOG_BASE=" + path + "/log",
          "RABBITMQ_CONFIG_FILE=" + path + "/rabbitmq.conf",
          "RABBITMQ_ENABLED_PLUGINS_FILE=" + path + "/enabled_plugins",
          "RABBITMQ_PID_FILE=" + path + "/pid",
          "RABBITMQ_DIST_PORT=" + std::to_string(distribution_port_),
          "ERL_EPMD_PORT=" + std::to_string(epmd_port_),
          "ERL_EPMD_ADDRESS=127.0.0.1",
          "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1} "
          "+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none"};
}

/// In a process group of its own.
pid_t Broker::Spawn(const std::vector<std::string>& command, const std::string& log) const {
  const std::vector<std::string> environment = Environment();
  const std::vector<char*> arguments = Pointers(command);
  const std::vector<char*> variables = Pointers(environment);
  const std::string log_path = (directory_ / "log" / log).string();
  const pid_t child = fork();
  if (child != 0) return child;
  setpgid(0, 0);
  const int nothing = open("/dev/null", O_RDWR);
  const int file = open(log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(nothing, 0);
  dup2(file, 1);
  dup2(file, 2);
  close_range(3, ~0U, 0);
  execve(arguments[0], arguments.data(), variables.data());
  _exit(127);
}

/// A process that outlives ours, to end what we have started.
void Broker::Guard() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
  guard_ = fork();
  if (guard_ == 0) {
    setpgid(0, 0);
    dup2(ends[0], 3);
    close_range(4, ~0U, 0);
    char byte = 0;
    if (read(3, &byte, 1) == 0) {  // not told that all is well
      kill(-group_, SIGKILL);
      kill(epmd_, SIGKILL);
    }
    _exit(0);
  }
  close(ends[0]);
  guard_pipe_ = ends[1];
}

void Broker::Start() {
  if (epmd_ < 0) {
    epmd_ = Spawn({"/usr/bin/epmd", "-port", std::to_string(epmd_port_), "-address", "127.0.0.1"},
                  "epmd");
  }
  group_ = Spawn({kServer}, "server");
  setpgid(group_, group_);  // whoever comes first
  Guard();
  AwaitOrAbort(std::chrono::minutes(5), "does not start; see " + directory_.string(),
               [this] { return AcceptsConnections(); });
}

bool Broker::AcceptsConnections() const {
  const int socket_number = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(tls_port_);  // the last that it opens
  const bool accepts =
      connect(socket_number, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  close(socket_number);
  return accepts;
}

void Broker::Kill() {
  if (group_ < 0) return;
  kill(-group_, SIGKILL);
  Await(group_);
  group_ = -1;
  const char well = 1;
  if (write(guard_pipe_, &well, 1) < 0) kill(guard_, SIGKILL);
  close(guard_pipe_);
  Await(guard_);
  AwaitOrAbort(std::chrono::minutes(1), "does not end", [this] { return !AcceptsConnections(); });
}

void Broker::AwaitOnDisk(const std::string& queue) const {
  const std::string node = "omni" + std::to_string(port_) + "@localhost";
  const std::filesystem::path file = directory_ / "mnesia" / node / "quorum" / node / "names.dets";
  // The queue's dead letters have a longer name.
  const auto has_queue = [&queue](const std::string& text) {
    for (std::size_t at = text.find(queue); at != text.npos; at = text.find(queue, at + 1)) {
      if (text.compare(at + queue.size(), 1, ":") != 0) return true;
    }
    return false;
  };
  AwaitOrAbort(std::chrono::minutes(1), "does not write down " + queue,
               [&] { return has_queue(ReadFile(file)); });
}

bool Broker::Control(const std::vector<std::string>& arguments) const {
  std::vector<std::string> command = {kControl};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return Await(Spawn(command, "control")) == 0;
}

}  // namespace omni::loopback
