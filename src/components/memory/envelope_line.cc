#include "components/memory/envelope_line.h"

#include <algorithm>
#include <cstring>

namespace omni::inline v0_1 {
namespace internal {
namespace {

void PutNumber(std::uint64_t number, std::string& out) {
  out.append(reinterpret_cast<const char*>(&number), sizeof(number));
}

void PutText(std::string_view text, std::string& out) {
  PutNumber(text.size(), out);
  out.append(text);
}

std::size_t SizeOf(const Envelope& envelope) {
  // The number, the count of headers, and the length of each text.
  std::size_t size = sizeof(std::uint64_t) * (6 + 2 * envelope.headers.size());
  size += envelope.group.size() + envelope.dedupe_key.size() + envelope.event_id.size() +
          envelope.body.size();
  for (const auto& [name, value] : envelope.headers) size += name.size() + value.size();
  return size;
}

/// Reads what was put, in its order.
class Reader {
 public:
  Reader(std::string_view bytes, std::size_t& read) : bytes_(bytes), read_(read) {}

  std::uint64_t Number() {
    std::uint64_t number = 0;
    std::memcpy(&number, bytes_.data() + read_, sizeof(number));
    read_ += sizeof(number);
    return number;
  }
  std::string Text() {
    const std::size_t size = Number();
    std::string text(bytes_.substr(read_, size));
    read_ += size;
    return text;
  }

 private:
  const std::string_view bytes_;
  std::size_t& read_;
};

}  // namespace

std::string& EnvelopeLine::Room(std::size_t size) {
  if (!blocks_.empty()) {
    std::string& last = blocks_.back().bytes;
    if (last.capacity() - last.size() >= size) return last;
  }
  const std::size_t usual =
      blocks_.empty() ? 0 : std::min(2 * blocks_.back().bytes.capacity(), kLargestBlock);
  std::string& made = blocks_.emplace_back().bytes;
  made.reserve(std::max(size, usual));
  return made;
}

void EnvelopeLine::Push(std::uint64_t number, const Envelope& envelope) {
  std::string& out = Room(SizeOf(envelope));
  PutNumber(number, out);
  PutText(envelope.group, out);
  PutText(envelope.dedupe_key, out);
  PutText(envelope.event_id, out);
  PutText(envelope.body, out);
  PutNumber(envelope.headers.size(), out);
  for (const auto& [name, value] : envelope.headers) {
    PutText(name, out);
    PutText(value, out);
  }
}

EnvelopeLine::Entry EnvelopeLine::Pop() {
  Block& block = blocks_.front();
  Reader reader(block.bytes, block.read);
  Entry entry;
  entry.number = reader.Number();
  entry.envelope.group = reader.Text();
  entry.envelope.dedupe_key = reader.Text();
  entry.envelope.event_id = reader.Text();
  entry.envelope.body = reader.Text();
  entry.envelope.headers.resize(reader.Number());
  for (auto& [name, value] : entry.envelope.headers) {
    name = reader.Text();
    value = reader.Text();
  }
  if (block.read == block.bytes.size()) blocks_.pop_front();
  return entry;
}

}  // namespace internal
}  // namespace omni::inline v0_1
