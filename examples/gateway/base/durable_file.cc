#include "base/durable_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

namespace host {
namespace {

/// Closes it when it goes. Thread safety: confined.
class Descriptor {
 public:
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  ~Descriptor() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return descriptor_; }
  [[nodiscard]] bool ok() const { return descriptor_ >= 0; }

 private:
  const int descriptor_;
};

absl::Status ErrnoError(const std::string& path) {
  const std::string message = path + ": " + std::generic_category().message(errno);
  return errno == ENOENT ? absl::NotFoundError(message) : absl::UnavailableError(message);
}

bool WriteAll(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

absl::Status SyncFolderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const Descriptor descriptor(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return descriptor.ok() && fsync(descriptor.get()) == 0 ? absl::OkStatus() : ErrnoError(folder);
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  const Descriptor descriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!descriptor.ok()) return ErrnoError(path);
  std::string content;
  std::array<char, 16 * 1024> piece;
  while (true) {
    const ssize_t count = read(descriptor.get(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return ErrnoError(path);
    if (count == 0) return content;
    content.append(piece.data(), static_cast<std::size_t>(count));
  }
}

absl::Status ReplaceFile(const std::string& path, std::string_view content) {
  const std::string next = path + ".new";
  {
    const Descriptor descriptor(
        open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    const bool is_written = descriptor.ok() && fchmod(descriptor.get(), 0600) == 0 &&
                            WriteAll(descriptor.get(), content) && fsync(descriptor.get()) == 0;
    if (!is_written) return ErrnoError(next);
  }
  if (std::rename(next.c_str(), path.c_str()) != 0) return ErrnoError(path);
  return SyncFolderOf(path);
}

}  // namespace host
