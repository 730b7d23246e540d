#include "subjects.hpp"

#include <algorithm>
#include <utility>

#include "synergy/accel_model/harvest_families.hpp"
#include "synergy/base/check.hpp"

namespace synergy::harvested_bench {
namespace {

/// Those of `settings`, or two of each family.
Result<std::vector<schemas::HarvestRecording>> harvests_of(const BenchSettings& settings) {
  std::vector<schemas::HarvestRecording> harvests;
  for (const auto& name : settings.traces) {
    auto harvest = settings.deploy.harvest(name);
    if (!harvest) return harvest.error();
    if (harvest->name.empty()) harvest->name = name;
    harvests.push_back(*std::move(harvest));
  }
  if (!harvests.empty()) return harvests;
  for (const auto& family : accel_model::harvest_families())
    for (const std::uint64_t seed : {1, 2}) {
      auto harvest = accel_model::generate_harvest(family, seed);
      if (!harvest) return harvest.error();
      harvests.push_back(*std::move(harvest));
    }
  return harvests;
}

Result<std::vector<Recording>> read_recordings(const BenchSettings& settings) {
  auto harvests = harvests_of(settings);
  if (!harvests) return harvests.error();
  std::vector<Recording> recordings;
  for (auto& harvest : *harvests) {
    const auto trace = accel_model::HarvestTrace::of(harvest);
    if (!trace) return trace.error().at(harvest.name);
    const auto same = std::any_of(recordings.begin(), recordings.end(),
                                  [&](const Recording& one) { return one.harvest.name == harvest.name; });
    if (same)
      return Error{ErrorCode::kInvalid, "two harvests are named '" + harvest.name +
                                            "'; give one of them another name (`# name:` in its file)"};
    recordings.push_back({std::move(harvest), std::min(trace->duration(), settings.longest)});
  }
  return recordings;
}

Status check_settings(const BenchSettings& settings) {
  for (const char table : settings.tables)
    if (kTables.find(table) == std::string_view::npos)
      return Error{ErrorCode::kInvalid,
                   std::string("no table '") + table + "'; there are A, B, D, E, F, I, J"};
  for (const auto microfarads : settings.capacitors_uf)
    if (!(microfarads > 0) || microfarads > intermittent::kMostMicrofarads)
      return Error{ErrorCode::kInvalid, "a capacitor has more than 0 and at most 1 000 000 uF"};
  if (settings.longest <= Duration::zero() || settings.longest > harvested_offline::kLongestRun)
    return Error{ErrorCode::kInvalid, "a run is longer than 0 and at most a day"};
  if (settings.models.empty() || settings.capacitors_uf.empty())
    return Error{ErrorCode::kInvalid, "a benchmark needs at least one model and one capacitor"};
  return {};
}

}  // namespace

harvested_offline::Case Subject::at(double microfarads, const Recording& recording) const {
  auto there = planned;
  there.device.store->capacitance_uf.value = microfarads;
  there.harvest = recording.harvest;
  auto made = harvested_offline::run_case(std::move(there));
  SYNERGY_CHECK(made.has_value(), "a recording without a fault is a trace");
  return *std::move(made);
}

Result<Subjects> read_subjects(const BenchSettings& settings) {
  if (auto status = check_settings(settings); !status) return status.error();
  auto recordings = read_recordings(settings);
  if (!recordings) return recordings.error();
  Subjects subjects{*std::move(recordings), {}, settings.capacitors_uf};
  for (const auto& figures : kFigures)
    for (const auto& model : settings.models) {
      intermittent_offline::Question question;
      question.model = model;
      question.device = settings.device;
      question.retained_mw = figures.retained_mw;
      question.boot_ms = figures.boot_ms;
      auto planned = read_case(settings.deploy, question);
      if (!planned) return planned.error();
      subjects.all.push_back({std::string(figures.name), *std::move(planned)});
    }
  return subjects;
}

Result<std::optional<harvested_offline::Outcome>> run_at(const harvested_offline::Case& place,
                                                         harvested_offline::RunAsked asked,
                                                         std::string& reason) {
  asked.volts = place.figures.store.thresholds.off_v;
  auto outcome = virtual_run(place, asked);
  if (outcome) return std::optional(*std::move(outcome));
  if (outcome.error().code != ErrorCode::kNoFit) return outcome.error();
  reason = outcome.error().message;
  return std::optional<harvested_offline::Outcome>();
}

}  // namespace synergy::harvested_bench
