// The page's files: what a folder holds, and nothing else.
//
// A path of a request is looked up among the files that were found in the folder; it never becomes a path of
// the system. So there is nothing to escape from: `..`, links and odd encodings are names that no file has.
// Any thread.
#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>

#include "synergy/base/clock.hpp"
#include "synergy/gateway/request.hpp"

namespace synergy::gateway {

/// Files of the page at most, and the size of one.
inline constexpr std::size_t kMaxPageFiles = 1000, kMaxPageFileBytes = 8u << 20;
/// The folder is looked through again at most so often: a page may be built while the gateway runs.
inline constexpr Duration kLookAgain = std::chrono::seconds(1);

class Page {
 public:
  /// The folder may come, change and go. Borrows the clock.
  Page(std::filesystem::path folder, const Clock& clock) : folder_(std::move(folder)), clock_(clock) {}

  /// `/` is index.html; where there is none, a short page that says how to get one.
  [[nodiscard]] Answer answer(const Request& request);

 private:
  [[nodiscard]] std::filesystem::path find(const std::string& path);
  void look();

  std::filesystem::path folder_;
  const Clock& clock_;
  std::mutex mutex_;  ///< of what follows
  std::map<std::string, std::filesystem::path> files_;
  std::optional<MonotonicTime> looked_;
};

}  // namespace synergy::gateway
