#include "synergy/accel/inference.hpp"

#include <algorithm>

#include "fast/plan.hpp"
#include "synergy/base/check.hpp"

namespace synergy::accel {
namespace {

const fast::Kernels& kernels_named(std::string_view name) {
  const auto all = fast::available_kernels();
  if (name.empty()) return all.front();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const fast::Kernels& kernels) { return kernels.name == name; });
  SYNERGY_CHECK(found != all.end(), "an instruction set that this machine has");
  return *found;
}

}  // namespace

std::vector<std::string_view> instruction_sets() {
  std::vector<std::string_view> names;
  for (const auto& kernels : fast::available_kernels()) names.push_back(kernels.name);
  return names;
}

std::string_view instruction_set() { return fast::available_kernels().front().name; }

/// Program and weights are kept to plan again when outputs are to be kept.
struct Inference::State {
  State(const accel_model::Program& p, const ModelWeights& w, const fast::Kernels& k)
      : program(p), weights(w), kernels(k), plan(std::make_unique<fast::Plan>(p, w, k, false)) {}

  accel_model::Program program;
  ModelWeights weights;
  const fast::Kernels& kernels;
  std::unique_ptr<fast::Plan> plan;
};

Inference::Inference(const accel_model::Program& program, const ModelWeights& weights,
                     std::string_view instruction_set) {
  const auto checked = check_weights(program, weights);
  SYNERGY_CHECK(checked, "weights that match the program");
  state_ = std::make_unique<State>(program, weights, kernels_named(instruction_set));
}

Inference::Inference(Inference&&) noexcept = default;
Inference& Inference::operator=(Inference&&) noexcept = default;
Inference::~Inference() = default;

std::span<const std::uint8_t> Inference::run(std::span<const std::int8_t> input) {
  return state_->plan->run(input);
}

void Inference::keep_all_outputs(bool keep) {
  state_->plan = std::make_unique<fast::Plan>(state_->program, state_->weights, state_->kernels, keep);
}

std::vector<std::uint8_t> Inference::output_of(std::size_t layer) const {
  return state_->plan->output_of(layer);
}

std::vector<std::string_view> Inference::paths() const {
  const auto& paths = state_->plan->paths();
  return {paths.begin(), paths.end()};
}

std::size_t Inference::working_memory() const { return state_->plan->memory(); }

}  // namespace synergy::accel
