#include "components/aws/node_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <utility>

#include "paths/source_path.h"

namespace omni::aws_test {
namespace {

constexpr int kPatienceMs = 30'000;

}  // namespace

NodeProcess::NodeProcess(const std::string& script, const std::vector<std::string>& arguments) {
  int in[2];
  int out[2];
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) std::abort();
  const std::string path = SourcePath("tests/oracle/" + script);
  std::vector<const char*> argv = {"node", "--no-warnings", path.c_str()};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  argv.push_back(nullptr);
  pid_ = fork();
  if (pid_ == 0) {
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    execvp("node", const_cast<char* const*>(argv.data()));
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  input_ = in[1];
  output_ = out[0];
}

NodeProcess::~NodeProcess() {
  close(input_);
  close(output_);
  waitpid(pid_, nullptr, 0);
}

void NodeProcess::WriteLine(std::string_view line) const {
  const std::string text = std::string(line) + "\n";
  EXPECT_EQ(write(input_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
}

std::string NodeProcess::ReadLine() {
  std::array<char, 65536> buffer;
  while (unread_.find('\n') == std::string::npos) {
    pollfd ready = {.fd = output_, .events = POLLIN, .revents = 0};
    if (poll(&ready, 1, kPatienceMs) != 1) return "";
    const ssize_t count = read(output_, buffer.data(), buffer.size());
    if (count <= 0) return "";
    unread_.append(buffer.data(), static_cast<std::size_t>(count));
  }
  const std::size_t end = unread_.find('\n');
  std::string line = unread_.substr(0, end);
  unread_.erase(0, end + 1);
  return line;
}

JsonDocument Sdk::Run(const std::string& command, const std::string& input) {
  process_.WriteLine("{\"command\":\"" + command + "\",\"input\":" + input + "}");
  auto document = JsonDocument::Parse(process_.ReadLine());
  EXPECT_TRUE(document.ok()) << command;
  return document.ok() ? *std::move(document) : *JsonDocument::Parse("{}");
}

}  // namespace omni::aws_test
