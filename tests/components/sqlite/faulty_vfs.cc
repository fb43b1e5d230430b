#include "components/sqlite/faulty_vfs.h"

#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <mutex>
#include <utility>

namespace omni::inline v0_1 {
namespace testing {
namespace {

struct World {
  std::mutex mutex;
  int operations = 0;
  int syncs = 0;
  int fail_from = 0;
  int fail_to = 0;  // behind the last
  std::function<void()> before_sync;
  bool remembers = false;
  std::map<std::string, std::string> durable;  // as it was at the last sync
  std::map<std::string, bool> open;
};

World& TheWorld() {
  static World& world = *new World();
  return world;
}

/// Our file: SQLite's handle first, then the real one right behind.
struct File {
  sqlite3_file base;
  const char* name;
  sqlite3_file* real;
};

File& Self(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
sqlite3_file* Real(sqlite3_file* file) { return Self(file).real; }

std::string ReadAll(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  std::string content(error ? 0 : size, '\0');
  std::ifstream(path, std::ios::binary)
      .read(content.data(), static_cast<std::streamsize>(content.size()));
  return content;
}

/// With the lock.
bool Fails(World& world) {
  const int operation = ++world.operations;
  return operation >= world.fail_from && operation < world.fail_to;
}

int Close(sqlite3_file* file) {
  const int code = Real(file)->pMethods->xClose(Real(file));
  std::lock_guard lock(TheWorld().mutex);
  if (Self(file).name != nullptr) TheWorld().open.erase(Self(file).name);
  return code;
}
int Read(sqlite3_file* f, void* data, int size, sqlite3_int64 at) {
  return Real(f)->pMethods->xRead(Real(f), data, size, at);
}
int Write(sqlite3_file* f, const void* data, int size, sqlite3_int64 at) {
  World& world = TheWorld();
  std::lock_guard lock(world.mutex);
  const bool fails = Fails(world);
  const int code = Real(f)->pMethods->xWrite(Real(f), data, fails ? size / 2 : size, at);
  return fails ? SQLITE_IOERR_WRITE : code;
}
int Truncate(sqlite3_file* f, sqlite3_int64 size) {
  std::lock_guard lock(TheWorld().mutex);
  return Real(f)->pMethods->xTruncate(Real(f), size);
}
int Sync(sqlite3_file* f, int flags) {
  World& world = TheWorld();
  std::function<void()> hook;
  {
    std::lock_guard lock(world.mutex);
    hook = world.before_sync;
  }
  if (hook) hook();
  std::lock_guard lock(world.mutex);
  ++world.syncs;
  if (Fails(world)) return SQLITE_IOERR_FSYNC;
  const int code = Real(f)->pMethods->xSync(Real(f), flags);
  if (world.remembers && Self(f).name != nullptr)
    world.durable[Self(f).name] = ReadAll(Self(f).name);
  return code;
}
int FileSize(sqlite3_file* f, sqlite3_int64* size) {
  return Real(f)->pMethods->xFileSize(Real(f), size);
}
int Lock(sqlite3_file* f, int level) { return Real(f)->pMethods->xLock(Real(f), level); }
int Unlock(sqlite3_file* f, int level) { return Real(f)->pMethods->xUnlock(Real(f), level); }
int CheckLock(sqlite3_file* f, int* result) {
  return Real(f)->pMethods->xCheckReservedLock(Real(f), result);
}
int Control(sqlite3_file* f, int op, void* argument) {
  return Real(f)->pMethods->xFileControl(Real(f), op, argument);
}
int SectorSize(sqlite3_file* f) { return Real(f)->pMethods->xSectorSize(Real(f)); }
// None: that a write is atomic or appends safely is not for this file system to promise.
int Characteristics(sqlite3_file*) { return 0; }
int ShmMap(sqlite3_file* f, int page, int size, int extend, void volatile** memory) {
  return Real(f)->pMethods->xShmMap(Real(f), page, size, extend, memory);
}
int ShmLock(sqlite3_file* f, int offset, int count, int flags) {
  return Real(f)->pMethods->xShmLock(Real(f), offset, count, flags);
}
void ShmBarrier(sqlite3_file* f) { Real(f)->pMethods->xShmBarrier(Real(f)); }
int ShmUnmap(sqlite3_file* f, int remove) { return Real(f)->pMethods->xShmUnmap(Real(f), remove); }

constexpr sqlite3_io_methods kMethods = {.iVersion = 2,
                                         .xClose = Close,
                                         .xRead = Read,
                                         .xWrite = Write,
                                         .xTruncate = Truncate,
                                         .xSync = Sync,
                                         .xFileSize = FileSize,
                                         .xLock = Lock,
                                         .xUnlock = Unlock,
                                         .xCheckReservedLock = CheckLock,
                                         .xFileControl = Control,
                                         .xSectorSize = SectorSize,
                                         .xDeviceCharacteristics = Characteristics,
                                         .xShmMap = ShmMap,
                                         .xShmLock = ShmLock,
                                         .xShmBarrier = ShmBarrier,
                                         .xShmUnmap = ShmUnmap,
                                         .xFetch = nullptr,
                                         .xUnfetch = nullptr};

int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto* real_vfs = static_cast<sqlite3_vfs*>(vfs->pAppData);
  File& self = Self(file);
  self.base.pMethods = nullptr;
  self.name = name;
  self.real = reinterpret_cast<sqlite3_file*>(&self + 1);
  const int code = real_vfs->xOpen(real_vfs, name, self.real, flags, out_flags);
  if (self.real->pMethods != nullptr) self.base.pMethods = &kMethods;
  std::lock_guard lock(TheWorld().mutex);
  if (name != nullptr) TheWorld().open[name] = true;
  return code;
}

}  // namespace

void FaultyVfs::Install() {
  static sqlite3_vfs& vfs = *[] {
    sqlite3_vfs* real = sqlite3_vfs_find(nullptr);
    auto* made = new sqlite3_vfs(*real);
    made->zName = kName;
    made->pAppData = real;
    made->szOsFile = static_cast<int>(sizeof(File)) + real->szOsFile;
    made->xOpen = Open;
    return made;
  }();
  sqlite3_vfs_register(&vfs, 0);
  World& world = TheWorld();
  std::lock_guard lock(world.mutex);
  world.operations = world.syncs = world.fail_from = world.fail_to = 0;
  world.before_sync = nullptr;
  world.remembers = false;
  world.durable.clear();
}

void FaultyVfs::FailAt(int nth, int count) {
  World& world = TheWorld();
  std::lock_guard lock(world.mutex);
  world.operations = world.syncs = 0;
  world.fail_from = nth;
  world.fail_to = nth + count;
}

int FaultyVfs::operations() {
  std::lock_guard lock(TheWorld().mutex);
  return TheWorld().operations;
}

int FaultyVfs::syncs() {
  std::lock_guard lock(TheWorld().mutex);
  return TheWorld().syncs;
}

void FaultyVfs::BeforeSync(std::function<void()> hook) {
  std::lock_guard lock(TheWorld().mutex);
  TheWorld().before_sync = std::move(hook);
}

void FaultyVfs::RememberSyncs() {
  std::lock_guard lock(TheWorld().mutex);
  TheWorld().remembers = true;
}

std::map<std::string, std::string> FaultyVfs::CutPower(bool lost) {
  World& world = TheWorld();
  std::lock_guard lock(world.mutex);
  if (lost) return world.durable;
  std::map<std::string, std::string> files;
  for (const auto& [name, open] : world.open) files[name] = ReadAll(name);
  return files;
}

}  // namespace testing
}  // namespace omni::inline v0_1
