// Any bytes as the vendor tool's network description: read or refused. What is read is imported with made-up
// weights and without a checkpoint, and what comes out must survive being written and read, and be judged by
// the model without harm.
#include "synergy/accel_import/import_network.hpp"
#include "synergy/accel_model/rules.hpp"
#include "synergy/base/check.hpp"
#include "synergy/documents/yaml.hpp"
#include "synergy/documents/yaml_writer.hpp"

using namespace synergy;

namespace {

/// Weights with kernels as the layers ask for them; 2 channels in and out.
accel_import::Checkpoint checkpoint_for(const accel_import::NetworkYaml& network) {
  accel_import::Checkpoint made{"x.pth.tar", *network.arch, 1, {}};
  for (const auto& layer : network.layers) {
    const auto op = layer.op.value_or(accel_import::OperatorName{}).op;
    if (op == schemas::Operator::kPassthrough || layer.weight_source || layer.bypass.value_or(false))
      continue;
    std::vector<std::uint64_t> shape{2, layer.groups.value_or(1) == 1 ? 2u : 1u};
    const auto kernel = layer.kernel_size.value_or(accel_import::KernelSize{3, 3, false});
    if (op == schemas::Operator::kConv1d) shape.push_back(layer.kernel_size ? kernel.rows : 9);
    if (op == schemas::Operator::kConv2d || op == schemas::Operator::kConvTranspose2d)
      shape.insert(shape.end(), {kernel.rows, kernel.columns});
    std::uint64_t count = 1;
    for (const auto size : shape) count *= size;
    const auto values = [count]() -> Result<std::vector<double>> { return std::vector<double>(count, -1); };
    made.tensors.push_back({"c" + std::to_string(made.tensors.size() + 1) + ".weight", shape, values});
  }
  return made;
}

/// Without where it was read from, which is not written.
schemas::ModelDescription without_places(schemas::ModelDescription description) {
  description.place.clear();
  for (auto& layer : description.layers) layer.place.clear();
  return description;
}

void check_model(const Result<accel_import::ImportedModel>& model, schemas::AcceleratorKind kind) {
  if (!model) {
    SYNERGY_CHECK(model.error().message.starts_with("x.yaml"), "the message begins with the file");
    return;
  }
  const auto text = documents::to_yaml(model->description);
  const auto back = documents::read_yaml_text<schemas::ModelDescription>(text, "model.yaml");
  SYNERGY_CHECK(back.has_value() && without_places(*back) == without_places(model->description),
                "what is written is read back");
  const auto program = accel_model::build_program(*back);
  if (program) (void)accel_model::check_rules(*program, kind).has_value();
}

void check_import(const accel_import::NetworkYaml& network, schemas::AcceleratorKind kind) {
  accel_import::ImportOptions options;
  options.name = ModelId("x");
  options.device = kind;
  const auto sample = documents::npy_of(std::vector<std::int8_t>(128, 1), {2, 8, 8});
  check_model(accel_import::import_network(network, checkpoint_for(network), sample, options), kind);
  check_model(accel_import::import_description(network, 1, sample, options), kind);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto network = accel_import::parse_network_yaml(text, "x.yaml");
  if (!network) {
    SYNERGY_CHECK(network.error().code == ErrorCode::kInvalid, "a wrong file is called invalid");
    return 0;
  }
  check_import(*network, schemas::AcceleratorKind::kMax78000);
  check_import(*network, schemas::AcceleratorKind::kMax78002);
  return 0;
}
