// import: a network of the vendor's tool and its checkpoint as a model of our own.
#include <charconv>
#include <memory>
#include <optional>
#include <set>

#include "../import_arguments.hpp"
#include "flags.hpp"
#include "synergy/accel_import/model_folder.hpp"
#include "synergy/accel_model/pieces.hpp"
#include "synergy/accel_model/placement.hpp"
#include "synergy/accel_model/rules.hpp"
#include "synergy/base/text.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::cli {
namespace {

struct ImportFlags {
  std::string network, checkpoint, weights, sample, layout, output, name, device = "MAX78000", fifo, result;
  std::optional<std::uint32_t> stop_after;
  accel_import::ImportOptions options;
  bool force = false;
};

struct Imported {
  std::string model, folder, device;
  std::uint64_t layers = 0, weights = 0, biases = 0;
  schemas::InputDescription input;
  std::optional<std::uint64_t> weights_seed;
  std::optional<std::string> does_not_fit;
  std::vector<std::string> warnings;

  static void fields(auto& f) {
    using I = Imported;
    f.required("model", &I::model, "its name");
    f.required("folder", &I::folder, "where it was written");
    f.required("device", &I::device, "it was imported for");
    f.required("layers", &I::layers, "of the model");
    f.required("weights", &I::weights, "numbers of the layers' weights, shared ones once");
    f.required("biases", &I::biases, "numbers of the layers' biases, shared ones once");
    f.required("weights_seed", &I::weights_seed, "that weights are generated from; null: a checkpoint's");
    f.required("input", &I::input, "its shape");
    f.required("does_not_fit", &I::does_not_fit, "why one device does not hold all of it; null: it does");
    f.required("warnings", &I::warnings, "what of the checkpoint was left out");
  }
};

/// The enumerator with this name; the command line has checked that there is one.
template <schemas::NamedEnum E>
E named(std::string_view name) {
  for (const auto& [value, known] : schemas::kEnumNames<E>)
    if (known == name) return value;
  return {};
}
template <schemas::NamedEnum E>
std::vector<std::string> names_of() {
  std::vector<std::string> names;
  for (const auto& entry : schemas::kEnumNames<E>) names.emplace_back(entry.second);
  return names;
}

accel_import::ImportOptions options_of(const ImportFlags& flags) {
  auto options = flags.options;
  const std::filesystem::path folder(flags.output);
  const auto last = folder.has_filename() ? folder.filename() : folder.parent_path().filename();
  options.name = ModelId(flags.name.empty() ? last.string() : flags.name);
  options.device = named<schemas::AcceleratorKind>(flags.device);
  if (!flags.fifo.empty()) options.fifo = named<schemas::Fifo>(flags.fifo);
  if (!flags.result.empty()) options.result = named<schemas::ResultKind>(flags.result);
  options.stop_after = flags.stop_after;
  return options;
}

constexpr std::string_view kSeedPrefix = "seed:";

/// The N of `seed:N`.
std::optional<std::uint64_t> seed_of(std::string_view text) {
  if (!text.starts_with(kSeedPrefix)) return std::nullopt;
  text.remove_prefix(kSeedPrefix.size());
  std::uint64_t seed = 0;
  const auto [rest, problem] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (problem != std::errc() || rest != text.data() + text.size()) return std::nullopt;
  return seed;
}

std::string check_weights_option(const std::string& text) {
  if (seed_of(text)) return {};
  return "'" + text + "' is no seed:N with a whole number N, such as seed:1";
}

Result<accel_import::ImportedModel> read(const ImportFlags& flags) {
  if (auto status = check_import_files({flags.network, flags.checkpoint, flags.sample}); !status)
    return status.error();
  const auto network = accel_import::read_network_yaml(flags.network);
  if (!network) return network.error();
  std::optional<accel_import::Checkpoint> checkpoint;  // nothing: weights are generated
  const auto seed = seed_of(flags.weights);
  if (!seed) {
    auto read_one = accel_import::read_checkpoint(flags.checkpoint);
    if (!read_one) return read_one.error();
    checkpoint = *std::move(read_one);
  }
  const auto with = [&](const std::optional<documents::NpyArray>& sample) {
    return checkpoint ? accel_import::import_network(*network, *checkpoint, sample, options_of(flags))
                      : accel_import::import_description(*network, *seed, sample, options_of(flags));
  };
  const auto with_sample = [&](schemas::Layout layout) -> Result<accel_import::ImportedModel> {
    const auto sample = accel_import::read_sample(flags.sample, layout);
    if (!sample) return sample.error();
    return with(*sample);
  };
  if (flags.sample.empty()) return with(std::nullopt);
  const auto layout = layout_named(flags.layout);
  auto model = with_sample(layout);
  if (!model && layout == schemas::Layout::kChw && with_sample(schemas::Layout::kHwc))
    return Error{model.error().code, model.error().message +
                                         "; the sample's axes seem to be rows, columns, channels, which "
                                         "--layout hwc converts"};
  return model;
}

/// Weights and biases, of layers that share them once.
void count_numbers(const schemas::ModelDescription& model, Imported& done) {
  const auto program = accel_model::build_program(model);
  if (!program) return;  // judged before
  std::set<std::string> counted;
  for (const auto& layer : program->layers) {
    if (has_weights(layer) && counted.insert(layer.weights).second) done.weights += weight_count(layer);
    if (layer.has_bias && counted.insert(layer.bias).second) done.biases += layer.output.channels;
  }
}

Status check_on_one(const accel_model::Program& program, schemas::AcceleratorKind kind) {
  if (auto status = accel_model::check_rules(program, kind); !status) return status;
  const accel_model::Program* whole = &program;
  const auto placed = accel_model::place({&whole, 1}, kind);
  return placed ? Status() : Status(placed.error());
}

/// Fails when no number of chips of the kind runs the model. A model that is only too large for one may run
/// on several; why it is too large for one is the value.
Result<std::optional<std::string>> judge(const schemas::ModelDescription& model,
                                         schemas::AcceleratorKind kind) {
  const auto program = accel_model::build_program(model);
  if (!program) return program.error();
  const auto on_one = check_on_one(*program, kind);
  if (on_one) return std::optional<std::string>();
  if (on_one.error().code != ErrorCode::kNoFit) return on_one.error();
  const auto in_pieces = accel_model::check_pieces(*program, kind);
  if (in_pieces) return std::optional(on_one.error().message);
  constexpr auto kLarger = schemas::AcceleratorKind::kMax78002;
  const bool larger_holds_it = kind != kLarger && accel_model::check_pieces(*program, kLarger);
  return Error{ErrorCode::kInvalid, in_pieces.error().message + "; no number of " +
                                        std::string(name_of(kind)) + " holds it" +
                                        (larger_holds_it ? ", a MAX78002 does (--device MAX78002)" : "")};
}

Result<Imported> import(const ImportFlags& flags) {
  if (const auto name = options_of(flags).name.text(); !is_plain_name(name))
    return Error{ErrorCode::kInvalid, "'" + name +
                                          "' can not name a model, because apps could not name it: " +
                                          std::string(kPlainNameRule) + "; --name gives it another name"};
  const auto model = read(flags);
  if (!model) return model.error();
  auto does_not_fit = judge(model->description, named<schemas::AcceleratorKind>(flags.device));
  if (!does_not_fit) return does_not_fit.error();
  if (auto status = accel_import::write_model_folder(*model, flags.output, flags.force); !status)
    return status.error();
  Imported done;
  done.model = model->description.name.text();
  done.folder = flags.output;
  done.device = flags.device;
  done.layers = model->description.layers.size();
  count_numbers(model->description, done);
  done.weights_seed = model->description.weights_seed;
  done.input = model->description.input;
  done.does_not_fit = *std::move(does_not_fit);
  done.warnings = model->warnings;
  return done;
}

std::string to_text(const Imported& done) {
  std::string text = "model " + done.model + ": " + std::to_string(done.layers) + " layers, " +
                     std::to_string(done.weights) + " weights, " + std::to_string(done.biases) +
                     " biases; input " + std::to_string(done.input.channels) + " x " +
                     std::to_string(done.input.height) + " x " + std::to_string(done.input.width) + "\n";
  if (done.weights_seed)
    text +=
        "its weights are generated from seed " + std::to_string(*done.weights_seed) + ", without biases\n";
  for (const auto& warning : done.warnings) text += "warning: " + warning + "\n";
  if (done.does_not_fit)
    text += "one " + done.device + " does not hold it, several do: " + *done.does_not_fit + "\n";
  return text + "written to " + done.folder + "\n";
}

void add_tool_options(Command& command, ImportFlags& flags) {
  command.add_option("--fifo", flags.fifo, "the input comes through these FIFOs")
      ->one_of(names_of<schemas::Fifo>());
  command.add_flag("--avg-pool-rounding", flags.options.avg_pool_rounding,
                   "round averages half away from zero");
  command.add_flag("--overlap-data", flags.options.overlap_data, "outputs may overwrite input still needed");
  command.add_flag("--legacy-test", flags.options.legacy_operands,
                   "operands after the first layer are every n-th column");
  command.add_option("--weight-start", flags.options.weight_start, "first column of weight memory to use")
      ->between(0, 65535);
  command.add_option("--stop-after", flags.stop_after, "number of the last layer to keep");
  command.add_option("--no-bias", flags.options.no_bias, "numbers of layers whose bias is left out")
      ->delimiter(',');
}

}  // namespace

void add_import_command(const NewCommand& made) {
  auto& shared = made.shared;
  auto flags = std::make_shared<ImportFlags>();
  auto* command = add_command(made, [&shared, flags]() -> Status {
    const auto done = import(*flags);
    if (!done) return done.error();
    print<Imported>(shared, *done, to_text);
    return {};
  });
  command->add_option("--network", flags->network, "network description (.yaml)")->required();
  auto* checkpoint =
      command->add_option("--checkpoint", flags->checkpoint, "quantised checkpoint (-q.pth.tar)");
  auto* weights = command->add_option(
      "--weights", flags->weights, "seed:N checks the description without a checkpoint: generated weights");
  weights->check(check_weights_option);
  command->require_one_of({checkpoint, weights}, "Weights");
  command->add_option("--sample", flags->sample, "sample input (.npy): gives the input's shape");
  add_layout_option(*command, flags->layout, "the sample");
  command->add_option("--device", flags->device, "chip it is for")
      ->one_of(names_of<schemas::AcceleratorKind>())
      ->show_default();
  command->add_option("-o,--output", flags->output, "folder to make")->required();
  command->add_flag("--force", flags->force, "replace a model that is there");
  command->add_option("--name", flags->name, "the model's name (default: the folder's)");
  command->add_option("--result", flags->result, "what apps get: argmax, softmax or raw")
      ->one_of(names_of<schemas::ResultKind>());
  add_tool_options(*command, *flags);
}

}  // namespace synergy::cli
