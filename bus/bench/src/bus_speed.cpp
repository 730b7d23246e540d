#include "synergy/bus_bench/bus_speed.hpp"

#include <stdlib.h>

#include <array>
#include <filesystem>
#include <zmq.hpp>

#include "path.hpp"
#include "turn.hpp"

namespace synergy::bus_bench {
namespace {

constexpr std::size_t kPaths = 3, kBare = 1;
constexpr std::array<const char*, kPaths> kNames{"ours", "bare", "forwarder"};

/// Private to the user, and gone with its object. Its path is short, as those of ipc sockets must be.
class SocketFolder {
 public:
  SocketFolder() {
    std::error_code failure;
    const auto parent = std::filesystem::temp_directory_path(failure);
    std::string pattern = (parent / "synergy-bench-XXXXXX").string();
    if (!failure && ::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~SocketFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  SocketFolder(const SocketFolder&) = delete;
  SocketFolder& operator=(const SocketFolder&) = delete;

  /// Fails with kEnvironment when there is no folder, or none can be made in it.
  [[nodiscard]] Result<bus::Endpoints> endpoints(const char* name) const {
    std::error_code failure;
    if (path_.empty() || !std::filesystem::create_directory(path_ / name, failure))
      return Error{ErrorCode::kEnvironment,
                   "the folder for temporary files takes no folder of sockets; name another with TMPDIR"};
    return bus::Endpoints::in(path_ / name);
  }

 private:
  std::filesystem::path path_;
};

class BusBench {
 public:
  explicit BusBench(const BusSettings& settings) : settings_(settings) {}

  [[nodiscard]] Result<BusReport> run() {
    constexpr std::array make{make_our_path, make_bare_path, make_forwarder_path};
    for (std::size_t i = 0; i < kPaths; ++i) {
      const auto endpoints = folder_.endpoints(kNames[i]);
      if (!endpoints) return endpoints.error();
      auto path = make[i](*endpoints);
      if (!path) return path.error().at(kNames[i]);
      paths_[i] = std::move(*path);
      paths_[i]->resize(1);
      if (auto status = settle(*paths_[i]); !status) return status.error().at(kNames[i]);
    }
    BusReport report;
    report.pairs = settings_.pairs;
    for (const auto size : settings_.sizes) {
      auto speed = measure(plan_turn(settings_, size));
      if (!speed) return speed.error();
      report.messages += kPaths * settings_.pairs * (speed->hops + speed->burst);
      report.sizes.push_back(std::move(*speed));
    }
    return report;
  }

 private:
  [[nodiscard]] Result<SizeSpeed> measure(const TurnPlan& plan) {
    SizeSpeed speed{plan.payload_bytes, plan.hops, plan.burst, plan.window, {}};
    std::array<std::vector<Turn>, kPaths> turns;
    std::array<std::uint64_t, kPaths> frames{};
    for (std::size_t i = 0; i < kPaths; ++i) {  // the warm-up, which counts for nothing
      paths_[i]->resize(plan.payload_bytes);
      const auto before = paths_[i]->bytes_sent();
      if (auto turn = run_turn(*paths_[i], plan); !turn) return turn.error().at(kNames[i]);
      frames[i] = (paths_[i]->bytes_sent() - before) / (plan.hops + plan.burst);
    }
    for (std::uint32_t pair = 0; pair < settings_.pairs; ++pair) {
      settings_.progress(std::to_string(plan.payload_bytes) + " bytes, pair " + std::to_string(pair + 1) +
                         " of " + std::to_string(settings_.pairs));
      for (std::size_t i = 0; i < kPaths; ++i) {
        const auto turn = run_turn(*paths_[i], plan);
        if (!turn) return turn.error().at(kNames[i]);
        turns[i].push_back(*turn);
      }
    }
    for (std::size_t i = 0; i < kPaths; ++i) {
      speed.paths.push_back(summarize(kNames[i], turns[i], turns[kBare]));
      speed.paths.back().frame_bytes = frames[i];
    }
    return speed;
  }

  const BusSettings& settings_;
  SocketFolder folder_;
  std::array<std::unique_ptr<Path>, kPaths> paths_;
};

Status check(const BusSettings& settings) {
  if (settings.pairs < 1 || settings.pairs > kMostPairs)
    return Error{ErrorCode::kInvalid, "pairs must be 1 to " + std::to_string(kMostPairs)};
  if (settings.sizes.empty()) return Error{ErrorCode::kInvalid, "no sizes to measure"};
  for (const auto size : settings.sizes)
    if (size < 1 || size > kLargestPayload)
      return Error{ErrorCode::kInvalid, "a payload has 1 to " + std::to_string(kLargestPayload) +
                                            " bytes, not " + std::to_string(size)};
  if (settings.hops < 1 || settings.burst_messages < 1)
    return Error{ErrorCode::kInvalid, "a turn needs at least one hop and one message"};
  return {};
}

}  // namespace

Result<BusReport> measure_bus(const BusSettings& settings) {
  if (auto status = check(settings); !status) return status.error();
  try {
    return BusBench(settings).run();
  } catch (const zmq::error_t& error) {
    return Error{ErrorCode::kEnvironment, std::string("the sockets of the benchmark: ") + error.what()};
  }
}

}  // namespace synergy::bus_bench
