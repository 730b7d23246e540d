#include "synergy/harvested/power_domain.hpp"

#include <algorithm>
#include <utility>

namespace synergy::harvested {
namespace {

void overwrite_bytes(Bytes& bytes) { std::fill(bytes.begin(), bytes.end(), PowerDomain::kLost); }

}  // namespace

PowerDomain::PowerDomain(std::uint32_t pieces, Network* network, bool retention_keeps_data)
    : pieces_(pieces), network_(network), keeps_data_(retention_keeps_data), held_(pieces, false) {
  if (network_ != nullptr) memory_ = network_->weights();
  lose_power();
}

bool PowerDomain::holds(const Loaded& loaded, const Segment& pieces) const {
  return loaded_ == loaded &&
         std::all_of(held_.begin() + pieces.from, held_.begin() + pieces.to, [](bool held) { return held; });
}

void PowerDomain::overwrite(accel::LayerWeights& layer, bool weights, bool biases) const {
  if (weights) std::fill(layer.weights.begin(), layer.weights.end(), std::int8_t(kLost));
  if (biases) std::fill(layer.bias.begin(), layer.bias.end(), std::int8_t(kLost));
}

void PowerDomain::forget_weights() {
  for (auto& layer : memory_) overwrite(layer, true, false);
  loaded_.reset();
  std::fill(held_.begin(), held_.end(), false);
}

void PowerDomain::forget_registers() {
  for (auto& layer : memory_) overwrite(layer, false, true);
  selected_.reset();
}

void PowerDomain::forget_data() {
  overwrite_bytes(data_.bytes);
  has_data_ = false;
}

void PowerDomain::lose_power() {
  forget_weights();
  forget_registers();
  forget_data();
  overwrite_bytes(sram_.bytes);
  has_sram_ = false;
}

void PowerDomain::retain() {
  forget_registers();
  if (!keeps_data_) forget_data();
}

void PowerDomain::load_weights(const Loaded& loaded, const Segment& pieces) {
  if (loaded_ != loaded) {
    forget_weights();
    forget_registers();
    loaded_ = loaded;
  }
  std::fill(held_.begin() + pieces.from, held_.begin() + pieces.to, true);
  if (network_ == nullptr) return;
  const auto [first, end] = network_->layers_of(pieces);
  for (auto k = first; k < end; ++k) memory_[k].weights = network_->weights()[k].weights;
}

void PowerDomain::write_registers(const Segment& range) {
  selected_ = range;
  if (network_ == nullptr) return;
  const auto [first, end] = network_->layers_of(range);
  for (std::size_t k = 0; k < memory_.size(); ++k) {
    if (k >= first && k < end)
      memory_[k].bias = network_->weights()[k].bias;
    else
      overwrite(memory_[k], false, true);
  }
}

void PowerDomain::restore(Tensor tensor) {
  sram_ = std::move(tensor);
  has_sram_ = true;
}

void PowerDomain::load() {
  data_ = sram_;
  has_data_ = has_sram_;
}

bool PowerDomain::can_compute(const Segment& part) const {
  if (!selected_ || selected_->from > part.from || selected_->to < part.to) return false;
  if (data_.bytes.size() != network_->bytes_at(part.from)) return false;
  const auto [first, end] = network_->layers_of(part);
  return std::equal(memory_.begin() + std::ptrdiff_t(first), memory_.begin() + std::ptrdiff_t(end),
                    network_->weights().begin() + std::ptrdiff_t(first));
}

void PowerDomain::compute(const Segment& part) {
  if (network_ != nullptr) {
    if (can_compute(part))
      data_.bytes = network_->run(part, data_.bytes);
    else
      data_.bytes.assign(network_->bytes_at(part.to), kLost);
  }
  data_.boundary = part.to;
}

void PowerDomain::unload() {
  sram_ = data_;
  has_sram_ = has_data_;
}

void PowerDomain::saved() {
  sram_.origin = sram_.boundary;
  // Data memory holds the same tensor, or an older one that nobody goes on from.
  forget_data();
  if (sram_.boundary == pieces_) has_sram_ = false;
}

}  // namespace synergy::harvested
