#include "synergy/gateway/result_pace.hpp"

#include <utility>

#include "synergy/schemas/encode.hpp"

namespace synergy::gateway {

std::string result_json(const schemas::RunResult& result, std::uint64_t skipped) {
  auto json = schemas::to_json(result);
  json.pop_back();  // the object goes on
  return json + ",\"skipped\":" + std::to_string(skipped) + "}";
}

std::optional<std::string> ResultPace::hear(const schemas::RunResult& result, MonotonicTime now) {
  const auto& app = result.run.key.app;
  if (apps_.size() >= kMaxPacedApps && !apps_.contains(app)) apps_.clear();
  const auto [entry, is_new] = apps_.try_emplace(app);
  auto& paced = entry->second;
  if (!is_new && now - paced.shown < kBetweenResults) {
    if (paced.waiting) ++paced.skipped;
    paced.waiting = result;
    return std::nullopt;
  }
  if (paced.waiting) ++paced.skipped;
  paced.waiting.reset();
  paced.shown = now;
  return result_json(result, std::exchange(paced.skipped, 0));
}

std::vector<std::string> ResultPace::due(MonotonicTime now) {
  std::vector<std::string> shown;
  for (auto& [app, paced] : apps_) {
    if (!paced.waiting || now - paced.shown < kBetweenResults) continue;
    shown.push_back(result_json(*paced.waiting, std::exchange(paced.skipped, 0)));
    paced.waiting.reset();
    paced.shown = now;
  }
  return shown;
}

}  // namespace synergy::gateway
