// The driver boundary: what an executor asks of its accelerator, emulated or real.
//
// Each operation is a command to `cmd/accelerator/DEVICE`, answered when the hardware would be done. The
// executor says when an operation begins in model time; the answer says when it ended.
#pragma once

#include <string>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"
#include "synergy/base/strong_id.hpp"
#include "synergy/schemas/fields.hpp"

namespace synergy::schemas {

enum class AcceleratorAction {
  kPowerCycle,
  kLoadWeights,  ///< beside what is resident
  kSwitch,       ///< to a resident chunk
  kReload,       ///< loads the chunk's weights in place of all that is resident, and switches to it
  kLoad,
  kInfer,
  kUnload
};
template <>
inline constexpr std::array<std::pair<AcceleratorAction, std::string_view>, 7> kEnumNames<AcceleratorAction>{{
    {AcceleratorAction::kPowerCycle, "power_cycle"},
    {AcceleratorAction::kLoadWeights, "load_weights"},
    {AcceleratorAction::kSwitch, "switch"},
    {AcceleratorAction::kReload, "reload"},
    {AcceleratorAction::kLoad, "load"},
    {AcceleratorAction::kInfer, "infer"},
    {AcceleratorAction::kUnload, "unload"},
}};

/// A chunk as the accelerator knows it.
struct ChunkKey {
  ModelId model;
  std::string model_digest;
  std::uint32_t first_layer = 0, last_layer = 0;

  static void fields(auto& f) {
    using C = ChunkKey;
    f.required("model", &C::model, "the model");
    f.required("model_digest", &C::model_digest, "SHA-256 of its files");
    f.required("first_layer", &C::first_layer, "first layer");
    f.required("last_layer", &C::last_layer, "last layer, included");
  }
  auto operator<=>(const ChunkKey&) const = default;
};

struct AcceleratorDone {
  ModelTime begin{}, end{};
  double energy_uj = 0;
  std::uint64_t cycles = 0;
  Bytes data;
  static constexpr MessageName kMessage{"accelerator.done"};
  static void fields(auto& f) {
    using D = AcceleratorDone;
    f.required("begin_ns", &D::begin, "model time", kIsModelTime);
    f.required("end_ns", &D::end, "model time", kIsModelTime);
    f.required("energy_uj", &D::energy_uj, "of the operation", amount());
    f.optional("cycles", &D::cycles, "of an inference");
    f.optional("data", &D::data, "of an unload");
  }
  [[nodiscard]] Status check() const;
};

struct AcceleratorDo {
  AcceleratorAction action = AcceleratorAction::kInfer;
  ChunkKey chunk;
  ModelTime begin{};  ///< not before; the accelerator begins later when it is busy
  Bytes data;         ///< of a load
  /// Of a load or unload: the words go as the radio brings or takes them, in the time of the transfer, which
  /// the executor keeps. The operation itself takes none.
  bool streamed = false;
  static constexpr MessageName kMessage{"accelerator.do", 1, 1, "cmd/accelerator/DEVICE"};
  using Reply = AcceleratorDone;
  static void fields(auto& f) {
    using D = AcceleratorDo;
    f.required("action", &D::action, "what to do");
    f.required("chunk", &D::chunk, "with which chunk");
    f.required("begin_ns", &D::begin, "earliest model time", kIsModelTime);
    f.optional("data", &D::data, "input of a load: channels x rows x columns, packed");
    f.optional("streamed", &D::streamed, "in the time of a transfer: takes none itself");
  }
  [[nodiscard]] Status check() const;
};

// The field lists are instantiated once, in src/.
extern template const StructInfo& describe<ChunkKey>();
extern template const StructInfo& describe<AcceleratorDone>();
extern template const StructInfo& describe<AcceleratorDo>();

}  // namespace synergy::schemas
