// ind-e2e against every source, target, ordered choice of devices and cut. Nothing of the search or its cost
// model is used: times are formed from the profile's figures, chunks judged by the rules of the chips.
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "planner_fixtures.hpp"
#include "synergy/accel_model/cost.hpp"
#include "synergy/accel_model/rules.hpp"

namespace synergy::planner_test {
namespace {

using planner::OutcomeStatus;
using planner::Problem;
using schemas::Device;

std::int64_t ns(double value) { return std::llround(value); }

/// Tries everything for pipeline 0.
class Enumeration {
 public:
  explicit Enumeration(const Problem& problem)
      : problem_(problem), program_(problem.pipelines[0].model.program) {}

  /// The least latency, or nothing where no plan exists.
  std::optional<std::int64_t> best() {
    for (const auto& device : problem_.body.devices)
      if (!problem_.body.is_absent(device.id)) present_.push_back(&device);
    extend(0);
    return best_;
  }

 private:
  struct Placed {
    const Device* device;
    std::uint32_t first, last;
  };

  void extend(std::uint32_t first) {
    if (first == program_.layers.size()) return judge();
    for (const auto* device : present_) {
      if (std::any_of(placed_.begin(), placed_.end(), [&](const Placed& p) { return p.device == device; }))
        continue;
      for (auto last = first; last < program_.layers.size(); ++last) {
        placed_.push_back({device, first, last});
        extend(last + 1);
        placed_.pop_back();
      }
    }
  }

  void judge() {
    const auto& app = problem_.pipelines[0].app;
    if (placed_.size() < app.at_least_devices) return;
    std::int64_t middle = 0;
    for (std::size_t i = 0; i < placed_.size(); ++i) {
      const auto time = chunk_time(placed_[i]);
      if (!time) return;
      middle += *time;
      if (i > 0) middle += transfer(program_.layers[placed_[i].first].input.bytes());
    }
    const auto& last = program_.layers.back();
    const std::uint64_t pixels = last.output.values() / last.output.channels;  // no labels: one a channel
    const std::uint64_t result = !argmax()     ? last.output.values() * last.output_width / 8
                                 : pixels == 1 ? 16
                                               : pixels;
    const auto& body = problem_.body;
    for (const auto* source : present_) {
      if (!app.sensing.on.empty() && app.sensing.on != source->id) continue;
      if (std::none_of(source->sensors.begin(), source->sensors.end(),
                       [&](const auto& sensor) { return sensor.capability == app.sensing.needs; }))
        continue;
      const auto bytes = program_.input().values();
      const auto& sensor = body.sensor_profiles.at(app.sensing.needs);
      auto begin = ns(sensor.fixed_us.value * 1000 + sensor.ns_per_byte.value * double(bytes)) +
                   ns(double(bytes) * body.profile_of(*source).prepare_ns_per_byte.value);
      if (source != placed_.front().device) begin += transfer(bytes);
      for (const auto* target : present_) {
        if (!app.interaction.on.empty() && app.interaction.on != target->id) continue;
        if (std::find(target->actuators.begin(), target->actuators.end(), app.interaction.needs) ==
            target->actuators.end())
          continue;
        const auto& actuator = body.actuator_profiles.at(app.interaction.needs);
        auto end = ns(1000 * (argmax() && pixels == 1 ? actuator.label_us.value : actuator.map_us.value));
        if (target != placed_.back().device) end += transfer(result);
        const auto latency = begin + middle + end;
        best_ = std::min(best_.value_or(latency), latency);
      }
    }
  }

  [[nodiscard]] bool argmax() const { return program_.result == schemas::ResultKind::kArgmax; }

  [[nodiscard]] std::int64_t transfer(std::uint64_t bytes) const {
    const auto& link = problem_.body.link;
    const double rate = link.bytes_per_second.value;
    return ns(link.message_overhead_us.value * 1000 + (rate > 0 ? double(bytes) * 1e9 / rate : 0));
  }

  std::optional<std::int64_t> chunk_time(const Placed& placed) {
    const auto key = std::tuple(placed.device->profile, placed.first, placed.last);
    if (const auto found = times_.find(key); found != times_.end()) return found->second;
    return times_[key] = compute_chunk_time(placed);
  }

  [[nodiscard]] std::optional<std::int64_t> compute_chunk_time(const Placed& placed) const {
    const auto& profile = problem_.body.profile_of(*placed.device);
    const auto chunk = accel_model::chunk_of(program_, placed.first, placed.last);
    if (!accel_model::check_rules(chunk, profile.accelerator)) return std::nullopt;
    const accel_model::Program* alone[] = {&chunk};
    const auto placement = accel_model::place(alone, profile.accelerator);
    if (!placement) return std::nullopt;
    const double sram = profile.sram_for_tensors_bytes.value;
    if (double(chunk.input_bytes()) > sram || double(chunk.output_bytes()) > sram) return std::nullopt;
    const auto cost = accel_model::chunk_cost(chunk, profile, placement->programs[0]);
    const bool reduces = argmax() && placed.last + 1 == program_.layers.size();
    const double per_byte =
        profile.unpack_ns_per_byte.value + (reduces ? profile.argmax_ns_per_byte.value : 0);
    return cost.load.count() + cost.infer.count() + cost.unload.count() +
           ns(double(chunk.output_bytes()) * per_byte);
  }

  const Problem& problem_;
  const accel_model::Program& program_;
  std::vector<const Device*> present_;
  std::vector<Placed> placed_;
  std::map<std::tuple<std::string, std::uint32_t, std::uint32_t>, std::optional<std::int64_t>> times_;
  std::optional<std::int64_t> best_;
};

TEST(LeastLatency, EqualsTheBestOfAllPlansOnSmallRandomProblems) {
  int solved = 0, infeasible = 0, spread = 0;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto problem = random_problem(seed, 1);
    const auto best = Enumeration(problem).best();
    const auto outcome = planner::solve(problem, "ind-e2e");
    if (!best) {
      ++infeasible;
      EXPECT_EQ(outcome.status, OutcomeStatus::kInfeasible);
      EXPECT_FALSE(outcome.reason.empty());
      continue;
    }
    if (outcome.status == OutcomeStatus::kOutOfResource) continue;  // counted out below: SRAM for two buffers
    ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
    EXPECT_EQ(outcome.plan.pipelines[0].executions[0].latency, Duration(*best));
    ++solved;
    spread += outcome.plan.pipelines[0].executions[0].chunks.size() > 1;
  }
  // The problems must be worth something: enough that can be solved, need spreading, or can not be solved.
  EXPECT_GE(solved, 300);
  EXPECT_GE(spread, 30);
  EXPECT_GE(infeasible, 30);
}

TEST(FewestDevices, NeverUsesMoreDevicesThanTheLeastLatencyPlan) {
  int compared = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto problem = random_problem(seed, 1);
    const auto quick = planner::solve(problem, "ind-e2e"), few = planner::solve(problem, "min-dev");
    EXPECT_EQ(quick.has_plan(), few.has_plan());
    if (!quick.has_plan() || !few.has_plan()) continue;
    ++compared;
    const auto& a = few.plan.pipelines[0].executions[0];
    const auto& b = quick.plan.pipelines[0].executions[0];
    EXPECT_LE(a.chunks.size(), b.chunks.size());
    EXPECT_GE(a.latency, b.latency);
  }
  EXPECT_GE(compared, 100);
}

}  // namespace
}  // namespace synergy::planner_test
