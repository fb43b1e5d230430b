#include "components/redis/redis_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <thread>

namespace omni::inline v0_1 {
namespace testing {
namespace {

int FreePort() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  int port = 0;
  if (bind(listener, generic, size) == 0 && getsockname(listener, generic, &size) == 0) {
    port = ntohs(address.sin_port);
  }
  close(listener);
  return port;
}

std::string TextOf(const redisReply& reply) {
  if (reply.type == REDIS_REPLY_INTEGER) return std::to_string(reply.integer);
  if (reply.type == REDIS_REPLY_ARRAY) {
    std::string text;
    for (std::size_t i = 0; i < reply.elements; ++i) {
      text += (i > 0 ? " " : "") + TextOf(*reply.element[i]);
    }
    return text;
  }
  return reply.str == nullptr ? "" : std::string(reply.str, reply.len);
}

}  // namespace

RedisServer::RedisServer(std::vector<std::string> more)
    : port_(FreePort()), more_(std::move(more)) {
  std::string path = std::filesystem::temp_directory_path() / "omni_redis_XXXXXX";
  if (mkdtemp(path.data()) == nullptr) std::abort();
  folder_ = path;
  if (!Start()) std::abort();
}

RedisServer::~RedisServer() {
  Kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

bool RedisServer::Start() {
  std::vector<std::string> arguments = {"redis-server",
                                        "--port",
                                        std::to_string(port_),
                                        "--bind",
                                        "127.0.0.1",
                                        "--dir",
                                        folder_,
                                        "--unixsocket",
                                        socket(),
                                        "--save",
                                        "",
                                        "--appendonly",
                                        "yes",
                                        "--appendfsync",
                                        "always"};
  arguments.insert(arguments.end(), more_.begin(), more_.end());
  std::vector<char*> words;
  for (std::string& argument : arguments) words.push_back(argument.data());
  words.push_back(nullptr);
  pid_ = fork();
  if (pid_ == 0) {
    const int nothing = open("/dev/null", O_RDWR);
    for (const int descriptor : {0, 1, 2}) dup2(nothing, descriptor);
    execvp(words[0], words.data());
    _exit(127);
  }
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (std::chrono::steady_clock::now() < end) {
    const std::string answer = Ask({"PING"});
    if (answer == "PONG" || answer.rfind("NOAUTH", 0) == 0) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

void RedisServer::Kill() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

std::string RedisServer::Ask(const std::vector<std::string>& words) const {
  const std::unique_ptr<redisContext, decltype(&redisFree)> context(
      redisConnect("127.0.0.1", port_), &redisFree);
  if (context == nullptr || context->err != 0) return "-";
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const std::string& word : words) {
    texts.push_back(word.data());
    sizes.push_back(word.size());
  }
  void* raw =
      redisCommandArgv(context.get(), static_cast<int>(words.size()), texts.data(), sizes.data());
  if (raw == nullptr) return "-";
  const std::unique_ptr<void, decltype(&freeReplyObject)> reply(raw, &freeReplyObject);
  return TextOf(*static_cast<const redisReply*>(raw));
}

}  // namespace testing
}  // namespace omni::inline v0_1
