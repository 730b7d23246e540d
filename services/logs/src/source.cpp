#include "synergy/logs/source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace synergy::logs {

Source::Source(std::filesystem::path run_folder, std::string log, Lives lives)
    : run_folder_(std::move(run_folder)), log_(std::move(log)), lives_(lives), reader_(process_of(log_)) {}

Source::~Source() {
  if (fd_ >= 0) ::close(fd_);
}

bool Source::is_open_one(const std::filesystem::path& file) const {
  struct stat open {
  }, named{};
  return fd_ >= 0 && ::fstat(fd_, &open) == 0 && ::stat(file.c_str(), &named) == 0 &&
         open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

bool Source::is_newest() const { return is_open_one(newest_file(run_folder_, log_)); }

ssize_t Source::read_some(MonotonicTime now) {
  std::array<char, 64 * 1024> bytes;  // NOLINT: read() fills it
  struct stat status {};
  if (::fstat(fd_, &status) == 0 && status.st_size < ::lseek(fd_, 0, SEEK_CUR)) ::lseek(fd_, 0, SEEK_SET);
  ssize_t size = 0;
  do size = ::read(fd_, bytes.data(), bytes.size());
  while (size < 0 && errno == EINTR);
  if (size > 0) reader_.take({bytes.data(), std::size_t(size)}, now);
  return size;
}

bool Source::read(MonotonicTime now) {
  while (true) {
    if (fd_ >= 0 && read_some(now) > 0) return true;
    if (fd_ >= 0 && is_newest()) return false;
    if (!open_next(now)) return false;
  }
}

bool Source::open_next(MonotonicTime now) {
  const auto files = files_of(run_folder_, log_, fd_ < 0 ? lives_ : Lives::kAll);
  auto next =
      std::find_if(files.begin(), files.end(), [this](const auto& file) { return is_open_one(file); });
  bool same_life = false;
  if (next != files.end()) {
    const auto open = next++;
    same_life = next != files.end() && next->parent_path() == open->parent_path();
  } else {  // none is open; or it was deleted, and with it the life before this one
    const auto begin = fd_ < 0 ? files : files_of(run_folder_, log_, Lives::kThis);
    if (begin.empty()) return false;
    next = std::find(files.begin(), files.end(), begin.front());
  }
  if (next == files.end()) return false;
  const int fd = ::open(next->c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;  // turned in this moment: the next look finds it
  // What was written to the old one after it was read to its end, and before it was turned.
  if (fd_ >= 0 && read_some(now) > 0) {
    ::close(fd);
    return true;
  }
  if (!same_life) reader_.end_line(now);
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
  return true;
}

void Source::settle() {
  struct stat status {};
  if (fd_ >= 0 && ::fstat(fd_, &status) == 0)
    reader_.settle(UnixTime(std::chrono::seconds(status.st_mtim.tv_sec) +
                            std::chrono::nanoseconds(status.st_mtim.tv_nsec)));
}

}  // namespace synergy::logs
