#include "components/secrets/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "absl/time/clock.h"
#include "components/secrets/rings.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

/// Longer than a file system's clock takes to go on. What was changed a moment ago may be changed
/// once more and keep its time.
constexpr std::int64_t kTickNanoseconds = 50'000'000;

/// Thread safety: confined.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }

 private:
  const int number_;
};

/// Bytes that are overwritten when they go. Thread safety: confined.
class WipedBuffer {
 public:
  explicit WipedBuffer(std::size_t size) : bytes_(size) {}
  ~WipedBuffer() {
    volatile char* at = bytes_.data();
    for (std::size_t i = 0; i < bytes_.size(); ++i) at[i] = '\0';
  }
  WipedBuffer(const WipedBuffer&) = delete;
  WipedBuffer& operator=(const WipedBuffer&) = delete;
  [[nodiscard]] std::vector<char>& bytes() { return bytes_; }

 private:
  std::vector<char> bytes_;
};

absl::Status ErrorOf(int error) {
  if (error == ENOENT || error == ENOTDIR || error == ENAMETOOLONG || error == ELOOP) {
    return absl::NotFoundError("no such file");
  }
  if (error == ENXIO) return absl::FailedPreconditionError("not a regular file");
  return absl::UnavailableError("the file cannot be read");
}

/// How much of the file there was: at most the whole buffer.
absl::StatusOr<std::size_t> Fill(int descriptor, std::vector<char>& bytes) {
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got = read(descriptor, bytes.data() + filled, bytes.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return ErrorOf(errno);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return filled;
}

FileFacts MakeFacts(const struct stat& facts) {
  const auto nanoseconds = [](const timespec& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
  };
  return {.device = facts.st_dev,
          .inode = facts.st_ino,
          .size = facts.st_size,
          .modified = nanoseconds(facts.st_mtim),
          .changed = nanoseconds(facts.st_ctim)};
}

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

}  // namespace

bool LeavesItsFolder(std::string_view path) {
  if (path.find('\0') != path.npos) return true;
  while (!path.empty()) {
    const std::size_t end = path.find('/');
    if (path.substr(0, end) == "..") return true;
    path.remove_prefix(end == path.npos ? path.size() : end + 1);
  }
  return false;
}

std::optional<FileFacts> FactsOf(const std::string& path) {
  struct stat facts = {};
  if (stat(path.c_str(), &facts) != 0) return std::nullopt;
  return MakeFacts(facts);
}

absl::StatusOr<SecretFile> ReadSecretFile(const std::string& path, std::size_t max_bytes,
                                          std::string_view name) {
  // Without O_NONBLOCK, opening a pipe would wait for its writer.
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (file.number() < 0) return ErrorOf(errno);
  struct stat facts = {};
  if (fstat(file.number(), &facts) != 0) return ErrorOf(errno);
  if (!S_ISREG(facts.st_mode)) return absl::FailedPreconditionError("not a regular file");
  if (facts.st_size > static_cast<off_t>(max_bytes)) {
    return absl::FailedPreconditionError("the file is too large");
  }
  // One more than it may hold, to see whether it has grown.
  WipedBuffer buffer(static_cast<std::size_t>(facts.st_size) + 1);
  const auto size = Fill(file.number(), buffer.bytes());
  if (!size.ok()) return size.status();
  if (*size > max_bytes) return absl::FailedPreconditionError("the file is too large");
  const auto lines = Lines(std::string_view(buffer.bytes().data(), *size));
  if (lines.empty()) return absl::NotFoundError("the file is empty");
  const FileFacts before = MakeFacts(facts);
  const bool may_look_the_same = absl::GetCurrentTimeNanos() - before.changed < kTickNanoseconds;
  return SecretFile{.ring = MakeRing(name, lines),
                    .facts = may_look_the_same ? FileFacts{} : before};
}

}  // namespace internal
}  // namespace omni::inline v0_1
