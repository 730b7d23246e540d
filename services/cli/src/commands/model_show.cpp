// model show: what a model is made of and what it takes, layer by layer.
#include <memory>

#include "flags.hpp"
#include "synergy/accel_model/cost.hpp"
#include "synergy/accel_model/cycles.hpp"
#include "synergy/accel_model/placement.hpp"
#include "synergy/accel_model/rules.hpp"
#include "synergy/cli/client.hpp"
#include "synergy/cli/model_argument.hpp"
#include "synergy/client/table.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::cli {
namespace {

struct ShowFlags {
  std::string model, device;
};

struct LayerView {
  std::uint64_t layer = 0;
  std::string name, op, input, output;
  std::uint64_t weight_bytes = 0, bias_bytes = 0;
  std::optional<std::uint64_t> first_column, columns, cycles;
  std::optional<double> energy_uj;
  std::uint64_t input_offset = 0, input_memory = 0, output_offset = 0, output_memory = 0;

  static void fields(auto& f) {
    using L = LayerView;
    f.required("layer", &L::layer, "number");
    f.required("name", &L::name, "name");
    f.required("operator", &L::op, "main operation");
    f.required("input", &L::input, "channels x rows x columns of one operand");
    f.required("output", &L::output, "channels x rows x columns");
    f.required("weight_bytes", &L::weight_bytes, "of its weights");
    f.required("bias_bytes", &L::bias_bytes, "of its biases");
    f.required("first_column", &L::first_column, "of weight memory; null: does not fit");
    f.required("columns", &L::columns, "of weight memory; null: does not fit");
    f.required("cycles", &L::cycles, "null: does not fit");
    f.required("energy_uj", &L::energy_uj,
               "of the accelerator, above idle; null: does not fit, or no profile");
    f.required("input_offset", &L::input_offset, "bytes, in each data memory instance");
    f.required("input_memory", &L::input_memory, "bytes from there on that it reads in each");
    f.required("output_offset", &L::output_offset, "bytes, in each data memory instance");
    f.required("output_memory", &L::output_memory, "bytes from there on that it writes in each");
  }
};

struct FitView {
  std::string device;
  bool fits = false;
  std::string why_not;

  static void fields(auto& f) {
    using F = FitView;
    f.required("device", &F::device, "kind");
    f.required("fits", &F::fits, "alone on it");
    f.required("why_not", &F::why_not, "empty if it fits");
  }
};

/// What one inference takes of the accelerator, as `run` shows it. Weights are loaded once, not for each.
struct EnergyView {
  double load_uj = 0, start_uj = 0, layers_uj = 0, unload_uj = 0, total_uj = 0, weight_load_uj = 0;

  static void fields(auto& f) {
    using E = EnergyView;
    f.required("load_uj", &E::load_uj, "the host writes the input");
    f.required("start_uj", &E::start_uj, "until the first layer begins");
    f.required("layers_uj", &E::layers_uj, "sum over the layers");
    f.required("unload_uj", &E::unload_uj, "the host reads the output");
    f.required("total_uj", &E::total_uj, "the four above: one inference");
    f.required("weight_load_uj", &E::weight_load_uj, "the host writes the weights; once, and not contained");
  }
};

struct ModelView {
  std::string model, device, input, result;
  std::vector<LayerView> layers;
  std::uint64_t weight_bytes = 0, bias_bytes = 0;
  std::optional<std::uint64_t> cycles, run_cycles;
  std::optional<EnergyView> energy;
  std::vector<std::uint32_t> clean_cuts;
  std::vector<FitView> devices;
  std::string warning;     ///< empty: none
  std::string no_profile;  ///< why energies are not known; empty: they are, or it does not fit

  static void fields(auto& f) {
    using M = ModelView;
    f.required("model", &M::model, "name");
    f.required("device", &M::device, "that columns, cycles and energies are for");
    f.required("input", &M::input, "channels x rows x columns");
    f.required("result", &M::result, "argmax, softmax or raw");
    f.required("layers", &M::layers, "in the order they run");
    f.required("weight_bytes", &M::weight_bytes, "shared tensors once");
    f.required("bias_bytes", &M::bias_bytes, "of all layers");
    f.required("cycles", &M::cycles, "by the formula, of all layers and the start; null: does not fit");
    f.required("run_cycles", &M::run_cycles,
               "of a run, with what the pipeline of a MAX78002 adds; null: does not fit, or no profile");
    f.required("energy", &M::energy, "of one inference; null: does not fit, or no profile");
    f.required("clean_cuts", &M::clean_cuts, "layers before which it can be split");
    f.required("devices", &M::devices, "whether it fits each kind alone");
    f.required("warning", &M::warning, "a layer that does not read what it seems to");
    f.required("no_profile", &M::no_profile, "why energies are not known; empty: nothing is wrong");
  }
};

/// Bytes of a data memory instance from the first to the last word that the layer reads, gaps included.
std::uint64_t input_memory(const accel_model::Layer& layer) {
  constexpr std::uint64_t kPixelsPerWord = 4;  // of one channel, in CHW order
  if (layer.data_format == schemas::DataFormat::kChw)
    return 4 * ((layer.input.pixels() + kPixelsPerWord - 1) / kPixelsPerWord);
  return 4 * layer.input.pixels() * layer.input_passes * layer.operands * (layer.read_gap + 1);
}

LayerView view_of(const accel_model::Layer& layer, std::uint64_t number) {
  LayerView view;
  view.layer = number;
  view.name = layer.name;
  view.op = name_of(layer.op);
  if (layer.operands > 1) view.op += " of " + std::to_string(layer.operands);
  view.input = to_string(layer.input);
  view.output = to_string(layer.output);
  view.weight_bytes = (weight_count(layer) * layer.weight_bits + 7) / 8;
  view.bias_bytes = layer.has_bias ? layer.output.channels : 0;
  view.input_offset = layer.in_offset;
  view.output_offset = layer.out_offset;
  view.input_memory = input_memory(layer);
  view.output_memory =
      4 * layer.output.pixels() * layer.output_passes * (layer.output_width / 8) * (layer.write_gap + 1);
  return view;
}

void add_energy(const accel_model::Program& program, const Result<schemas::DeviceProfile>& profile,
                const accel_model::ProgramPlacement& placement, ModelView& view) {
  if (!profile) {
    view.no_profile = profile.error().message;
    return;
  }
  const auto cost = chunk_cost(program, *profile, placement);
  view.run_cycles = cost.cycles;
  const auto parts = infer_energy(program, *profile, placement);
  EnergyView energy{cost.load_uj, parts.start_uj, 0, cost.unload_uj, 0, cost.weight_load_uj};
  for (std::size_t k = 0; k < program.layers.size(); ++k) {
    view.layers[k].energy_uj = parts.layers_uj[k];
    energy.layers_uj += parts.layers_uj[k];
  }
  energy.total_uj = energy.load_uj + energy.start_uj + energy.layers_uj + energy.unload_uj;
  view.energy = energy;
}

ModelView show(const accel_model::Program& program, const std::string& device,
               const std::filesystem::path& deploy) {
  ModelView view;
  const auto kind = kind_for(device, {&program, 1});
  view.model = program.model.text();
  view.device = name_of(kind);
  view.input = to_string(program.input());
  view.result = name_of(program.result);
  view.weight_bytes = weight_bytes(program);
  view.bias_bytes = bias_bytes(program);
  view.clean_cuts = clean_cuts(program);
  for (std::size_t k = 0; k < program.layers.size(); ++k)
    view.layers.push_back(view_of(program.layers[k], k));
  for (const auto& [each, name] : schemas::kEnumNames<schemas::AcceleratorKind>) {
    const auto status = fits(program, each);
    view.devices.push_back({std::string(name), status.has_value(), status ? "" : status.error().message});
  }
  if (const auto reads = accel_model::check_reads(program); !reads) view.warning = reads.error().message;
  const accel_model::Program* programs[] = {&program};
  const auto placed = accel_model::place(programs, kind);
  if (!placed) return view;
  const auto& placement = placed->programs.front();
  for (std::size_t k = 0; k < program.layers.size(); ++k) {
    view.layers[k].first_column = placement.layers[k].start;
    view.layers[k].columns = placement.layers[k].length;
    view.layers[k].cycles = layer_cycles(program.layers[k], kind, placement.layers[k].start);
  }
  view.cycles = program_cycles(program, kind, placement);
  add_energy(program, profile_of(deploy, kind), placement, view);
  return view;
}

std::string text_of(const std::optional<std::uint64_t>& number) {
  return number ? std::to_string(*number) : "-";
}

/// The accelerator's, above idle, as everywhere.
std::string energy_text(const ModelView& view) {
  if (!view.no_profile.empty()) return "energy is not known: " + view.no_profile + "\n";
  if (!view.energy) return "";
  const auto& energy = *view.energy;
  return "energy of one inference: " + fixed(energy.total_uj, 2) + " uJ (layers " +
         fixed(energy.layers_uj, 2) + ", start " + fixed(energy.start_uj, 2) + ", input " +
         fixed(energy.load_uj, 2) + ", output " + fixed(energy.unload_uj, 2) +
         "); loading the weights once: " + fixed(energy.weight_load_uj, 2) + " uJ\n";
}

std::string to_text(const ModelView& view) {
  Table table({"layer", "name", "operator", "input", "output", "weights", "bias", "columns", "data read",
               "data written", "cycles", "energy uJ"});
  for (const auto& layer : view.layers)
    table.add(
        {std::to_string(layer.layer), layer.name, layer.op, layer.input, layer.output,
         std::to_string(layer.weight_bytes), std::to_string(layer.bias_bytes),
         layer.columns ? std::to_string(*layer.first_column) + "+" + std::to_string(*layer.columns) : "-",
         std::to_string(layer.input_offset) + "+" + std::to_string(layer.input_memory),
         std::to_string(layer.output_offset) + "+" + std::to_string(layer.output_memory),
         text_of(layer.cycles), layer.energy_uj ? fixed(*layer.energy_uj, 2) : "-"});
  std::string text =
      view.model + ": input " + view.input + ", result " + view.result +
      "; columns, cycles and energies of a " + view.device + "\n" + table.text() +
      std::to_string(view.weight_bytes) + " bytes of weights, " + std::to_string(view.bias_bytes) +
      " of biases, " + text_of(view.cycles) + " cycles" +
      (view.run_cycles && view.run_cycles != view.cycles
           ? " by the formula, " + std::to_string(*view.run_cycles) + " in a run, with the pipeline's"
           : "") +
      "\n" + energy_text(view) + "clean cuts before layers:";
  for (const auto cut : view.clean_cuts) text += " " + std::to_string(cut);
  text += view.clean_cuts.empty() ? " none\n" : "\n";
  for (const auto& fit : view.devices)
    text += fit.device + ": " + (fit.fits ? "fits" : "does not fit: " + fit.why_not) + "\n";
  if (!view.warning.empty()) text += "warning: " + view.warning + "\n";
  return text;
}

}  // namespace

void add_model_show_command(const NewCommand& made) {
  auto& shared = made.shared;
  auto flags = std::make_shared<ShowFlags>();
  auto* command = add_command(made, [&shared, flags]() -> Status {
    const auto model = load_model_argument(shared.deploy_folder, flags->model);
    if (!model) return model.error();
    print<ModelView>(shared, show(model->program, flags->device, shared.deploy_folder), to_text);
    return {};
  });
  command->add_option("MODEL", flags->model, "a model's folder, or its name below deploy/models")->required();
  add_device_option(*command, flags->device);
  add_deploy_option(*command, shared, "models and devices");
}

}  // namespace synergy::cli
