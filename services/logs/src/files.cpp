#include "synergy/logs/files.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "synergy/schemas/roster.hpp"

namespace synergy::logs {
namespace {

constexpr std::string_view kEnding = ".log";

/// Oldest first.
std::vector<std::filesystem::path> folders(const std::filesystem::path& run_folder, Lives lives) {
  if (lives == Lives::kThis) return {run_folder / "logs"};
  return {run_folder / "logs.2", run_folder / "logs.1", run_folder / "logs"};
}

/// What stands in a folder. None where it is not there, or can not be read.
std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  std::error_code failure;
  for (std::filesystem::directory_iterator at(folder, failure), end; !failure && at != end;
       at.increment(failure))
    names.push_back(at->path().filename().string());
  return names;
}

/// 2 of `.2`: how many times the file was turned. Nothing where that is no number.
std::optional<int> turns_of(std::string_view text) {
  int turns = 0;
  if (text.empty()) return 0;
  const auto* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + 1, end, turns);
  if (text.front() != '.' || read.ec != std::errc() || read.ptr != end || turns < 1) return std::nullopt;
  return turns;
}

}  // namespace

std::string process_of(const std::string& log) {
  for (const auto& kind : schemas::roster()) {
    const auto word = std::string(schemas::process::word_of(kind.name)) + "-";
    if (kind.is_of_device() && log.starts_with(word) && log.size() > word.size())
      return schemas::process::of_device(kind.name, DeviceId(log.substr(word.size())));
  }
  return log;
}

std::vector<std::string> logs_in(const std::filesystem::path& run_folder, Lives lives) {
  std::set<std::string> logs;
  for (const auto& folder : folders(run_folder, lives))
    for (const auto& name : names_in(folder))
      if (name.ends_with(kEnding) && name.size() > kEnding.size())
        logs.insert(name.substr(0, name.size() - kEnding.size()));
  return {logs.begin(), logs.end()};
}

std::vector<std::filesystem::path> files_of(const std::filesystem::path& run_folder, const std::string& log,
                                            Lives lives) {
  std::vector<std::filesystem::path> files;
  const auto newest = log + std::string(kEnding);
  for (const auto& folder : folders(run_folder, lives)) {
    std::map<int, std::filesystem::path, std::greater<>> turned;
    for (const auto& name : names_in(folder))
      if (name.starts_with(newest))
        if (const auto turns = turns_of(std::string_view(name).substr(newest.size())))
          turned.emplace(*turns, folder / name);
    for (const auto& [turns, file] : turned) files.push_back(file);
  }
  return files;
}

std::filesystem::path newest_file(const std::filesystem::path& run_folder, const std::string& log) {
  return run_folder / "logs" / (log + std::string(kEnding));
}

}  // namespace synergy::logs
