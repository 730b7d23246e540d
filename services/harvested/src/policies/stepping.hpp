// Going through a model that the accelerator holds as a whole, from where a tensor lies now: which steps that
// takes, and what it takes to save the tensor. What `jit`, `urgent` and `adaptive` have in common.
#pragma once

#include <optional>

#include "policies.hpp"

namespace synergy::harvested {

/// Where the inference that is served stands: the oldest one that has begun, else the next input. Other
/// tensors in volatile memory are in FRAM as well.
struct Position {
  enum class Place { kFram, kSram, kData } place = Place::kFram;
  std::uint32_t boundary = 0;
  bool unsaved = false;   ///< it has come further than FRAM knows
  bool unloaded = false;  ///< of data memory: the same lies in SRAM
};
[[nodiscard]] Position position_of(const View& view);

class Stepping {
 public:
  Stepping(const Chain& chain, const DeviceFigures& device) : chain_(chain), device_(device) {}

  [[nodiscard]] Loaded whole() const { return {0, chain_.pieces()}; }

  /// From the position to boundary `to`, in data memory; a result is saved. What the domain holds already is
  /// left out; with none, nothing is held.
  [[nodiscard]] std::vector<Step> steps_to(std::uint32_t to, const Position& position,
                                           const PowerDomain* domain) const;
  /// Those, out of data memory into SRAM, and a save: nothing for a result.
  [[nodiscard]] std::vector<Step> unload_at(std::uint32_t boundary) const;
  [[nodiscard]] std::vector<Step> save_at(const Position& position) const;
  /// The charge for steps_to() and for saving what comes out of it.
  [[nodiscard]] double charge_for(std::uint32_t to, const Position& position,
                                  const PowerDomain* domain) const;
  /// The same for a device that sleeps with the tensor in SRAM (in data memory, where that is kept) now: it
  /// wakes, and writes registers again.
  [[nodiscard]] double charge_after_sleep(std::uint32_t to, Position position,
                                          const PowerDomain& domain) const;
  /// At which a sleeping device must wake to save.
  [[nodiscard]] double charge_to_save_after_sleep(const Position& position) const;
  [[nodiscard]] double charge_to_save(const Position& position) const;
  /// From a cold start, boot included.
  [[nodiscard]] double charge_cold(std::uint32_t from, std::uint32_t to) const;

  /// Fails with kNoFit where the accelerator does not hold the model as a whole, or a piece takes more than
  /// there is at `on_v`.
  Status check() const;

 private:
  [[nodiscard]] std::vector<Step> steps_to(std::uint32_t to, const Position& position,
                                           const PowerDomain* domain, bool selected) const;
  [[nodiscard]] double charge_for(const std::vector<Step>& steps, const std::vector<Cost>& before = {}) const;

  const Chain& chain_;
  const DeviceFigures& device_;
};

}  // namespace synergy::harvested
