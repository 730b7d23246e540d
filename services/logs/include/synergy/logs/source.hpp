// One process's log, read from its oldest file to the newest, and on as it grows.
//
// The files are followed by what they are, not by their names: supervisord turns a file that is full, and
// `deploy/mesh up` moves a whole folder of them, while this reads. A process that is killed and comes back
// writes on where it was. A line that was cut by turning is put together again.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "synergy/logs/entry.hpp"
#include "synergy/logs/files.hpp"

namespace synergy::logs {

/// Owns an open file. One thread.
class Source {
 public:
  /// `log`: as of logs_in(). From the beginning of this life, or of all that are kept.
  Source(std::filesystem::path run_folder, std::string log, Lives lives);
  ~Source();
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  [[nodiscard]] const std::string& log() const { return log_; }

  /// Takes some more of what is there; false when there is no more now.
  bool read(MonotonicTime now);
  /// What was read and has no line's end will get none.
  void end_line(MonotonicTime now) { reader_.end_line(now); }
  /// Lines that tell no time, and have none before them that does, count as of when the file was written
  /// last.
  void settle();

  [[nodiscard]] std::deque<Entry>& entries() { return reader_.entries(); }

 private:
  /// Opens the file that follows the open one, where there is one.
  bool open_next(MonotonicTime now);
  [[nodiscard]] bool is_newest() const;
  [[nodiscard]] bool is_open_one(const std::filesystem::path& file) const;
  [[nodiscard]] ssize_t read_some(MonotonicTime now);

  std::filesystem::path run_folder_;
  std::string log_;
  Lives lives_;
  EntryReader reader_;
  int fd_ = -1;
};

}  // namespace synergy::logs
