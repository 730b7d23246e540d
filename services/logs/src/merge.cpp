#include "synergy/logs/merge.hpp"

#include <algorithm>
#include <utility>

#include "synergy/base/places.hpp"
#include "synergy/base/text.hpp"

namespace synergy::logs {

bool is_meant(const std::string& name, const std::string& log) {
  const auto process = process_of(log);
  if (name == log || name == process) return true;
  const auto slash = process.find('/');
  return slash != std::string::npos &&
         (name == process.substr(0, slash) || name == process.substr(slash + 1));
}

Merge::Merge(std::filesystem::path run_folder, std::vector<std::string> names, Lives lives)
    : run_folder_(std::move(run_folder)), names_(std::move(names)) {
  add_new(lives);
}

void Merge::add_new(Lives lives) {
  for (const auto& log : logs_in(run_folder_, lives)) {
    if (!known_.insert(log).second) continue;
    const bool wanted = names_.empty() || std::any_of(names_.begin(), names_.end(),
                                                      [&](const auto& name) { return is_meant(name, log); });
    if (wanted) sources_.push_back(std::make_unique<Source>(run_folder_, log, lives));
  }
}

Status Merge::check() const {
  if (known_.empty())
    return Error{ErrorCode::kNotFound, "no mesh has run in " + run_folder_.string() +
                                           "; start one with: " + Places::here().script + " up"};
  for (const auto& name : names_) {
    if (std::any_of(known_.begin(), known_.end(), [&](const auto& log) { return is_meant(name, log); }))
      continue;
    std::vector<std::string> processes;
    for (const auto& log : known_) processes.push_back(process_of(log));
    return Error{ErrorCode::kNotFound, unknown_name("process", name, processes) + " (--service)"};
  }
  return {};
}

Source* Merge::earliest() {
  Source* first = nullptr;
  for (const auto& source : sources_)
    if (!source->entries().empty() &&
        (first == nullptr || source->entries().front().time < first->entries().front().time))
      first = source.get();
  return first;
}

Entry Merge::take(Source& source) {
  auto entry = std::move(source.entries().front());
  source.entries().pop_front();
  return entry;
}

std::optional<Entry> Merge::next(const Clock& clock) {
  for (const auto& source : sources_) {
    while (source->entries().empty() && source->read(clock.monotonic())) {
    }
    if (!source->entries().empty()) continue;
    source->end_line(clock.monotonic());
    source->settle();
  }
  auto* const source = earliest();
  return source == nullptr ? std::nullopt : std::optional(take(*source));
}

void Merge::look(const Clock& clock) {
  add_new(Lives::kThis);
  for (const auto& source : sources_) {
    while (source->read(clock.monotonic())) {
    }
    source->settle();
  }
}

std::optional<Entry> Merge::next_settled(const Clock& clock) {
  auto* const source = earliest();
  if (source == nullptr) return std::nullopt;
  const auto& entry = source->entries().front();
  const bool settled = entry.time + kHold <= clock.unix() || entry.read + kHold <= clock.monotonic();
  return settled ? std::optional(take(*source)) : std::nullopt;
}

}  // namespace synergy::logs
