// One accelerator as a state machine: programs resident in weight memory, one selected, data in and out.
//
// It knows no time: what an operation costs is `accel_model/cost.hpp`, and who waits for it is the caller.
// Equal calls give equal answers and equal traces on every machine. Selecting a program, dropping the
// selected one, and losing power all lose what lay in data memory: unload a result before.
//
//        load_weights      select        load_input        start         unload
//   empty ---------> resident ----> selected ----> loaded ----> done ----> done (may be read again)
//                                      ^____________ load_input ________________|
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "synergy/accel/inference.hpp"
#include "synergy/accel/weights.hpp"
#include "synergy/accel_model/placement.hpp"
#include "synergy/base/result.hpp"
#include "synergy/schemas/accelerator.hpp"
#include "synergy/schemas/device.hpp"

namespace synergy::accel {

using schemas::ChunkKey;

/// A change that happened; refused calls are none.
struct TraceEvent {
  enum class Change {
    kWeightsLoaded,
    kWeightsDropped,
    kSelected,
    kInputLoaded,
    kStarted,
    kUnloaded,
    kPoweredOff,
    kPoweredOn
  };

  Change change = Change::kPoweredOff;
  ChunkKey chunk;            ///< empty where power is switched
  std::uint64_t words = 0;   ///< 32-bit words that the host moved for it
  std::uint64_t cycles = 0;  ///< of kStarted, by the cycle formula
  bool operator==(const TraceEvent&) const = default;
};
using TraceObserver = std::function<void(const TraceEvent&)>;

/// What the accelerator did since it was made; power cycles do not reset them.
struct Counters {
  std::uint64_t power_cycles = 0, weight_loads = 0, selections = 0, inferences = 0;
  std::uint64_t weight_words = 0, setting_words = 0, input_words = 0,
                output_words = 0;  ///< moved by the host
  std::uint64_t cycles = 0;        ///< of inferences
  bool operator==(const Counters&) const = default;
};

/// One thread at a time. The observer is called within each call that changes something, after the change,
/// and must not call back.
class Accelerator {
 public:
  explicit Accelerator(schemas::AcceleratorKind kind, TraceObserver observer = {});

  /// Makes a chunk resident beside those already there. `weights` are those of the chunk's own layers.
  /// Loading the same chunk again changes nothing. Fails with kInvalid or kNoFit (rules, memory), or
  /// kConflict when `key` is resident with other content; nothing is changed then.
  Status load_weights(const ChunkKey& key, const accel_model::Program& program, const ModelWeights& weights);
  /// Gives the chunk's weight memory free. Fails with kNotFound. Other chunks stay selected.
  Status drop(const ChunkKey& key);
  /// Writes the chunk's registers and biases; also for the one already selected. Fails with kNotFound.
  Status select(const ChunkKey& key);
  /// The selected chunk's input, channels x rows x columns as signed bytes. Fails with kConflict when none is
  /// selected, kInvalid when the number of bytes is wrong. A later load replaces an earlier one.
  Status load_input(std::span<const std::uint8_t> bytes);
  /// Computes. Fails with kConflict unless an input was loaded since the last start.
  Status start();
  /// The result as `to_bytes` writes it. Fails with kConflict before a start.
  [[nodiscard]] Result<std::vector<std::uint8_t>> unload();
  /// All that the accelerator held is gone, and until `power_on` every call above fails with kConflict.
  /// Off when off changes nothing.
  void power_off();
  void power_on();

  [[nodiscard]] schemas::AcceleratorKind kind() const { return kind_; }
  [[nodiscard]] const Counters& counters() const { return counters_; }
  [[nodiscard]] std::vector<ChunkKey> resident() const;
  [[nodiscard]] const std::optional<ChunkKey>& selected() const { return selected_; }
  /// Where a resident chunk lies, or nullptr.
  [[nodiscard]] const accel_model::ProgramPlacement* placement_of(const ChunkKey& key) const;

 private:
  struct Resident {
    accel_model::Program program;
    ModelWeights weights;
    accel_model::ProgramPlacement placement;
    Inference inference;
  };

  [[nodiscard]] Resident& current() { return resident_.at(*selected_); }
  [[nodiscard]] Status require_power() const;
  void clear_data();
  void record(TraceEvent::Change change, const ChunkKey& key, std::uint64_t words, std::uint64_t cycles = 0);

  schemas::AcceleratorKind kind_;
  TraceObserver observer_;
  bool powered_ = true;
  Counters counters_;
  std::map<ChunkKey, Resident> resident_;
  std::optional<ChunkKey> selected_;
  std::optional<std::vector<std::int8_t>> input_;
  std::optional<std::vector<std::uint8_t>> output_;
};

}  // namespace synergy::accel
