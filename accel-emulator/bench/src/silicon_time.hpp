// How long chips take for a model, by the time model.
#pragma once

#include <optional>
#include <string>

#include "synergy/accel_model/program.hpp"
#include "synergy/schemas/device.hpp"

namespace synergy::accel_bench {

struct SiliconTime {
  std::string how;  ///< chip, and into how many chunks the model was cut
  double seconds = 0;
  bool runs = true;  ///< false where no chip accepts it and the cycles are all that is known
};

/// One inference on one chip that holds the whole model; nothing if it does not.
[[nodiscard]] std::optional<SiliconTime> whole_on(const accel_model::Program& program,
                                                  const schemas::DeviceProfile& profile);
/// The model cut, at clean cuts, into as few chunks as the chip accepts one by one: the sum of their
/// inferences, without what moves data between them. Nothing if even single pieces do not fit.
[[nodiscard]] std::optional<SiliconTime> chunks_on(const accel_model::Program& program,
                                                   const schemas::DeviceProfile& profile);
/// The layers' cycles alone, whatever the chip's rules.
[[nodiscard]] SiliconTime cycles_on(const accel_model::Program& program,
                                    const schemas::DeviceProfile& profile);

}  // namespace synergy::accel_bench
