// Networks, checkpoints and samples of the vendor's tool, imported and compared with its known answers: set
// SYNERGY_AI8X_DIR to the folder of the former and SYNERGY_KAT_DIR to that of the latter (MAX78000/ and
// MAX78002/ below it).
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "synergy/accel/evaluate.hpp"
#include "synergy/accel_import/import_network.hpp"
#include "synergy/accel_kat/known_answer.hpp"
#include "synergy/documents/digest.hpp"

namespace synergy::accel_import {
namespace {

namespace fs = std::filesystem;

struct Known {
  const char *yaml, *checkpoint, *sample, *answer;
  bool overlap_data = false;
};

void PrintTo(const Known& known, std::ostream* out) { *out << known.answer; }

/// The description without the names that each side chooses for itself.
schemas::ModelDescription without_names(schemas::ModelDescription d) {
  std::map<std::string, std::string> numbered;
  const auto rename = [](std::map<std::string, std::string>& names, std::string& name,
                         const std::string& kind) {
    if (!name.empty()) name = names.emplace(name, kind + std::to_string(names.size())).first->second;
  };
  std::map<std::string, std::string> layers{{"input", "input"}}, tensors;
  for (auto& layer : d.layers) {
    rename(layers, layer.name, "layer");
    for (auto& source : layer.in_sequences) rename(layers, source, "layer");
    rename(tensors, layer.weights, "tensor");
    rename(tensors, layer.bias, "tensor");
    if (layer.operands == 0) layer.operands = layer.eltwise == schemas::Eltwise::kNone ? 1 : 2;
    if (layer.op == schemas::Operator::kPassthrough) layer.output_shift.reset();
  }
  d.name = ModelId("model");
  d.about = d.source = "";
  d.result = schemas::ResultKind::kRaw;
  return d;
}

class KnownNetworks : public ::testing::TestWithParam<Known> {
 protected:
  void SetUp() override {
    const char* ai8x = std::getenv("SYNERGY_AI8X_DIR");
    const char* kat = std::getenv("SYNERGY_KAT_DIR");
    if (ai8x == nullptr || kat == nullptr)
      GTEST_SKIP()
          << "NOT COMPARED with the vendor tool's known answers: set SYNERGY_AI8X_DIR and SYNERGY_KAT_DIR";
    files_ = ai8x;
    auto answer = accel_kat::read_known_answer(fs::path(kat) / GetParam().answer);
    ASSERT_TRUE(answer) << answer.error().message;
    answer_ = std::make_unique<accel_kat::KnownAnswer>(*std::move(answer));
    auto model = import_it();
    ASSERT_TRUE(model) << model.error().message;
    model_ = std::make_unique<ImportedModel>(*std::move(model));
  }

  Result<ImportedModel> import_it() const {
    const auto network = read_network_yaml((files_ / GetParam().yaml).string() + ".yaml");
    if (!network) return network.error();
    const auto checkpoint = read_checkpoint((files_ / GetParam().checkpoint).string() + ".pth.tar");
    if (!checkpoint) return checkpoint.error();
    const auto sample = read_sample((files_ / GetParam().sample).string() + ".npy");
    if (!sample) return sample.error();
    ImportOptions options;
    options.name = ModelId("model");
    options.overlap_data = GetParam().overlap_data;
    if (answer_->device == schemas::AcceleratorKind::kMax78002)
      options.device = schemas::AcceleratorKind::kMax78002;
    return import_network(*network, *checkpoint, *sample, options);
  }

  [[nodiscard]] std::vector<std::int8_t> tensor(const std::string& name) const {
    if (name.empty()) return {};
    const auto values = model_->tensors.at(name).as_int8();
    return {values.begin(), values.end()};
  }

  fs::path files_;
  std::unique_ptr<accel_kat::KnownAnswer> answer_;
  std::unique_ptr<ImportedModel> model_;
};

TEST_P(KnownNetworks, AreDescribedAsTheirKnownAnswer) {
  const auto ours = without_names(model_->description), theirs = without_names(answer_->description);
  ASSERT_EQ(ours.layers.size(), theirs.layers.size());
  for (std::size_t k = 0; k < ours.layers.size(); ++k)
    EXPECT_EQ(schemas::to_json(ours.layers[k]), schemas::to_json(theirs.layers[k])) << "layer " << k;
  EXPECT_EQ(schemas::to_json(ours), schemas::to_json(theirs));
}

TEST_P(KnownNetworks, HaveTheSameWeightsBiasesAndInput) {
  for (std::size_t k = 0; k < model_->description.layers.size(); ++k) {
    EXPECT_EQ(tensor(model_->description.layers[k].weights), answer_->weights[k].weights) << "layer " << k;
    EXPECT_EQ(tensor(model_->description.layers[k].bias), answer_->weights[k].bias) << "layer " << k;
  }
  const auto input = model_->input->as_int8();
  EXPECT_EQ(std::vector<std::int8_t>(input.begin(), input.end()), answer_->input.values);
}

TEST_P(KnownNetworks, ComputeTheSameBytesInEveryLayer) {
  const auto program = accel_model::build_program(model_->description);
  ASSERT_TRUE(program) << program.error().message;
  accel::ModelWeights weights;
  for (const auto& layer : model_->description.layers)
    weights.push_back({tensor(layer.weights), tensor(layer.bias)});
  ASSERT_TRUE(accel::check_weights(*program, weights));
  const auto input = model_->input->as_int8();
  const auto outputs =
      accel::run_all_layers(*program, weights, {program->input(), {input.begin(), input.end()}});
  std::size_t compared = 0;
  for (std::size_t k = 0; k < outputs.size(); ++k) {
    if (!answer_->layers[k].output) continue;
    EXPECT_EQ(documents::sha256(accel::to_bytes(outputs[k])), answer_->layers[k].output->sha256)
        << "layer " << k;
    ++compared;
  }
  EXPECT_EQ(compared, outputs.size());
}

INSTANTIATE_TEST_SUITE_P(
    , KnownNetworks,
    ::testing::Values(Known{"mnist-chw-ai85", "ai85-mnist-qat8-q", "sample_mnist", "MAX78000/mnist"},
                      Known{"mnist-chw-extrasmall-ai85", "ai85-mnist-extrasmall-qat8-q", "sample_mnist",
                            "MAX78000/mnist-extrasmall"},
                      Known{"kws20-v3-hwc", "ai85-kws20_v3-qat8-q", "sample_kws_20", "MAX78000/kws20_v3"},
                      Known{"ai85-autoencoder", "ai85-autoencoder-samplemotordatalimerick-qat-q",
                            "sample_motordatalimerick_fortrain", "MAX78000/autoencoder"},
                      Known{"cats-dogs-hwc-no-fifo", "ai85-catsdogs-qat8-q", "sample_cats_vs_dogs",
                            "MAX78002/cats-dogs"},
                      Known{"svhn-tinierssd", "ai85-svhn-tinierssd-qat8-q", "sample_svhn_74",
                            "MAX78000/svhn_tinierssd", true},
                      Known{"camvid-unet-large", "ai85-camvid-unet-large-q", "sample_camvid_s352_c3_reduced",
                            "MAX78000/camvid_unet_nofakept", true}));

}  // namespace
}  // namespace synergy::accel_import
