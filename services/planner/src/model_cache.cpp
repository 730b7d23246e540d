#include "synergy/planner_service/model_cache.hpp"

#include <algorithm>
#include <filesystem>
#include <vector>

namespace synergy::planner_service {
namespace {

namespace fs = std::filesystem;

/// Names, sizes and times of the folder's files; empty where that can not be told.
std::string stamp_of(const fs::path& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator file(folder, error), end; !error && file != end; file.increment(error)) {
    const auto time = file->last_write_time(error);
    const auto size = !error && file->is_regular_file(error) ? file->file_size(error) : 0;
    if (error) return {};
    files.push_back(file->path().filename().string() + '/' + std::to_string(size) + '/' +
                    std::to_string(time.time_since_epoch().count()));
  }
  if (error) return {};
  std::sort(files.begin(), files.end());
  std::string stamp;
  for (const auto& file : files) stamp += file + '\n';
  return stamp;
}

}  // namespace

Result<planner::Model> ModelCache::read(const ModelId& id) {
  // Before the files are read: what changes meanwhile is read again next time.
  auto stamp = stamp_of(deploy_.model_folder(id));
  const auto found = known_.find(id);
  if (found != known_.end() && !stamp.empty() && found->second.stamp == stamp) return found->second.model;
  ++reads_;
  auto model = read_model(deploy_, id);
  if (model)
    known_.insert_or_assign(id, Entry{std::move(stamp), *model});
  else
    known_.erase(id);
  return model;
}

}  // namespace synergy::planner_service
