// One emulated accelerator with its time: does what it is told, and says when the hardware would be done.
//
// Model time comes in with each operation and goes out with its answer; the caller delays the answer until
// the host's clock has come that far. An operation asked for while the unit is busy begins when it is free.
//
// Weights come from the device's weight store: the models folder, where every standard model is provisioned.
#pragma once

#include <map>
#include <string>

#include "synergy/accel/accelerator.hpp"
#include "synergy/accel/model_files.hpp"
#include "synergy/accel_model/cost.hpp"
#include "synergy/documents/load.hpp"
#include "synergy/schemas/accelerator.hpp"

namespace synergy::accel_service {

class Emulator {
 public:
  Emulator(documents::DeployFolder deploy, schemas::DeviceProfile profile);

  /// Fails with kNotFound when the chunk is not resident (all memory is lost at a restart), kNoFit or
  /// kInvalid when the chip would refuse it, kConflict when the order of operations is wrong or the model's
  /// content is another than the plan's. A failed operation takes no time and changes nothing.
  [[nodiscard]] Result<schemas::AcceleratorDone> on(const schemas::AcceleratorDo& operation);

  /// From now on operations take the time and energy of this profile, which must be of the same accelerator.
  void follow(const schemas::DeviceProfile& profile);

  /// `inferences`, `cycles`, `busy_us`, `resident`, by name.
  [[nodiscard]] std::map<std::string, std::uint64_t> counters() const;

 private:
  struct Outcome {
    Duration time{0};
    double energy_uj = 0;
    std::uint64_t cycles = 0;
    schemas::Bytes data;
  };
  [[nodiscard]] Result<Outcome> perform(const schemas::AcceleratorDo& operation);
  [[nodiscard]] Result<Outcome> load_weights(const schemas::ChunkKey& key);
  /// Nothing is changed where the model can not be read.
  [[nodiscard]] Result<Outcome> reload(const schemas::ChunkKey& key);
  void empty();
  /// The model of that name and content, read once.
  [[nodiscard]] Result<const accel::LoadedModel*> model(const schemas::ChunkKey& key);
  [[nodiscard]] Status require_selected(const schemas::ChunkKey& key) const;

  documents::DeployFolder deploy_;
  schemas::DeviceProfile profile_;
  accel::Accelerator accelerator_;
  std::map<std::string, accel::LoadedModel> models_;  ///< by digest
  std::map<schemas::ChunkKey, accel_model::ChunkCost> costs_;
  ModelTime free_since_{};
  std::uint64_t cycles_ = 0;
  Duration busy_{0};
};

}  // namespace synergy::accel_service
