#include "synergy/accel_import/bind.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>

namespace synergy::accel_import {
namespace {

using schemas::Operator;

Error invalid(const std::string& what) { return {ErrorCode::kInvalid, what}; }

constexpr std::string_view kWrapper = "module.";
constexpr std::uint64_t kMaxChannels = 65536;

/// `a.b.op.weight` is parameter `weight` of operation `op` of layer `a.b`; `a.weight` has no operation.
struct TensorName {
  std::string layer, operation, parameter;

  explicit TensorName(std::string_view key) {
    const auto last = key.rfind('.');
    if (last == std::string_view::npos) return;
    parameter = key.substr(last + 1);
    const auto before = key.rfind('.', last - 1);
    layer = key.substr(0, last == 0 ? 0 : std::min(before, last));
    if (last != 0 && before != std::string_view::npos) operation = key.substr(before + 1, last - before - 1);
  }
};

std::vector<const CheckpointTensor*> weights_in_order(const Checkpoint& checkpoint) {
  std::vector<const CheckpointTensor*> found;
  std::set<std::string_view> seen;
  for (const auto& tensor : checkpoint.tensors) {
    std::string_view bare = tensor.key;
    if (bare.starts_with(kWrapper)) bare.remove_prefix(kWrapper.size());
    if (TensorName(tensor.key).parameter == "weight" && seen.insert(bare).second) found.push_back(&tensor);
  }
  return found;
}

bool is_whole(double value) { return std::isfinite(value) && value == std::floor(value); }

/// The one whole number of a tensor such as `output_shift`; nothing when there is no such tensor.
Result<std::optional<std::int32_t>> single_number(const Checkpoint& checkpoint, const std::string& key) {
  const auto* tensor = checkpoint.find(key);
  if (tensor == nullptr) return std::optional<std::int32_t>();
  const auto values = tensor->read();
  if (!values) return values.error().at(key);
  if (values->size() != 1 || !is_whole(values->front()) || std::abs(values->front()) > 1000)
    return invalid(key + " must be one whole number");
  return std::optional<std::int32_t>(std::int32_t(values->front()));
}

std::string text_of(const std::vector<std::uint64_t>& shape) {
  std::string text;
  for (const auto size : shape) text += (text.empty() ? "" : " x ") + std::to_string(size);
  return text.empty() ? "a single number" : text;
}

/// Binds one tensor to one layer.
class Binding {
 public:
  Binding(const Checkpoint& checkpoint, const CheckpointTensor& tensor, const WeightSlot& slot,
          bool binary_weights)
      : checkpoint_(checkpoint),
        tensor_(tensor),
        name_(tensor.key),
        slot_(slot),
        binary_weights_(binary_weights) {}

  Result<BoundWeights> bind() {
    bound_.key = tensor_.key;
    auto values = tensor_.read();
    if (!values) return values.error();
    values_ = *std::move(values);
    const auto bits = single_number(checkpoint_, name_.layer + ".weight_bits");
    if (!bits) return bits.error();
    // 0 bits are written where all weights are zero.
    checkpoint_bits_ = bits->value_or(8) == 0 ? 8 : bits->value_or(8);
    for (const auto step : {&Binding::bind_shape, &Binding::bind_width, &Binding::bind_values,
                            &Binding::bind_bias, &Binding::bind_shift})
      if (auto status = (this->*step)(); !status) return status.error();
    return std::move(bound_);
  }

 private:
  Status bind_shape() {
    const auto& shape = tensor_.shape;
    if (shape.size() == 1 && name_.operation == "bn")
      return invalid("is a batch normalisation; fold it into the layer before quantising");
    // Axes of length one may be missing: weights of a linear layer serve a 1x1 convolution.
    const std::uint64_t rows = shape.size() > 2 ? shape[2] : 1, columns = shape.size() > 3 ? shape[3] : 1;
    if (shape.size() < 2 || shape.size() > 4)
      return invalid("is " + text_of(shape) + ", which are no weights of a layer");
    if (rows != slot_.kernel_rows || columns != slot_.kernel_columns)
      return invalid("has a kernel of " + std::to_string(rows) + "x" + std::to_string(columns) +
                     "; kernel_size says " + std::to_string(slot_.kernel_rows) + "x" +
                     std::to_string(slot_.kernel_columns));
    if (values_.empty() || shape[0] > kMaxChannels || shape[1] > kMaxChannels)
      return invalid("is " + text_of(shape) + "; it must have 1 to " + std::to_string(kMaxChannels) +
                     " channels each way");
    const bool transposed = slot_.op == Operator::kConvTranspose2d;
    const std::uint64_t groups = slot_.groups;
    if (groups == 0 || groups > kMaxChannels)
      return invalid("can not have " + std::to_string(groups) + " groups");
    const auto grouped = shape[1] * groups;
    if (shape[0] % groups != 0 || grouped > kMaxChannels)
      return invalid("is " + text_of(shape) + ", which " + std::to_string(groups) + " groups do not divide");
    bound_.out_channels = std::uint32_t(transposed ? grouped : shape[0]);
    bound_.in_channels = std::uint32_t(transposed ? shape[0] : grouped);
    bound_.shape = {bound_.out_channels, bound_.in_channels / groups};
    if (slot_.op == Operator::kConv1d) bound_.shape.push_back(slot_.kernel_rows);
    if (slot_.op == Operator::kConv2d || transposed)
      bound_.shape.insert(bound_.shape.end(), {slot_.kernel_rows, slot_.kernel_columns});
    return {};
  }

  Status bind_width() {
    if (slot_.width) {
      bound_.width = *slot_.width;
    } else if (binary_weights_ &&
               std::all_of(values_.begin(), values_.end(), [](double v) { return std::abs(v) == 1; })) {
      bound_.width = {1, true};
    } else if (std::all_of(values_.begin(), values_.end(), [](double v) { return v == 0; })) {
      bound_.width = {1, false};
    } else {
      const auto bits = checkpoint_bits_;
      if (bits != 1 && bits != 2 && bits != 4 && bits != 8)
        return invalid("has weight_bits " + std::to_string(bits) + "; the device has 1, 2, 4 and 8");
      bound_.width = {std::uint32_t(bits), false};
    }
    return {};
  }

  /// Fails unless `value` is a number that the layer's width holds.
  Status check_value(double value) const {
    if (!is_whole(value))
      return invalid("holds " + std::to_string(value) + ", no whole number; is the checkpoint quantised?");
    const double limit = double(1u << (bound_.width.bits - 1));
    if (bound_.width.binary ? std::abs(value) == 1 : value >= -limit && value <= limit - 1) return {};
    return invalid(
        "holds " + std::to_string(std::int64_t(std::clamp(value, -1e9, 1e9))) + ", which does not fit " +
        (bound_.width.binary ? "+1/-1 weights" : std::to_string(bound_.width.bits) + "-bit weights"));
  }

  Status bind_values() {
    for (const auto value : values_)
      if (auto status = check_value(value); !status) return status;
    const bool transposed = slot_.op == Operator::kConvTranspose2d;
    if (transposed) {
      turn_kernels();
      return {};
    }
    for (const auto value : values_) bound_.values.push_back(std::int8_t(value));
    return {};
  }

  /// From (in, out per group, rows, columns) to (out, in per group, rows, columns), both kernel axes
  /// reversed.
  void turn_kernels() {
    const std::size_t taps = std::size_t(slot_.kernel_rows) * slot_.kernel_columns;
    const std::size_t outputs = tensor_.shape[1], inputs = tensor_.shape[0] / slot_.groups;
    bound_.values.resize(values_.size());
    for (std::size_t from = 0; from < values_.size(); ++from) {
      const std::size_t tap = from % taps, out = from / taps % outputs, in = from / taps / outputs;
      const std::size_t group = in / inputs;
      const std::size_t row = (group * outputs + out) * inputs + in % inputs;
      bound_.values[row * taps + taps - 1 - tap] = std::int8_t(values_[from]);
    }
  }

  Status bind_bias() {
    const auto* bias =
        checkpoint_.find(tensor_.key.substr(0, tensor_.key.size() - name_.parameter.size()) + "bias");
    if (bias == nullptr || !slot_.use_bias) return {};
    const auto values = bias->read();
    if (!values) return values.error().at(bias->key);
    if (bias->shape.size() != 1 || values->size() != bound_.out_channels)
      return invalid("has " + std::to_string(bound_.out_channels) + " output channels; " + bias->key +
                     " is " + text_of(bias->shape));
    if (checkpoint_bits_ < 1 || checkpoint_bits_ > 8)
      return invalid("has weight_bits " + std::to_string(checkpoint_bits_) + ", so the scale of " +
                     bias->key + " is not known");
    for (const auto value : *values) {
      const double scaled = std::floor(value / double(1u << (checkpoint_bits_ - 1)));
      if (!(scaled >= -128 && scaled <= 127))
        return invalid(bias->key + " holds " + std::to_string(value) + ", beyond the device's 8-bit bias");
      bound_.bias.push_back(std::int8_t(scaled));
    }
    if (std::all_of(bound_.bias.begin(), bound_.bias.end(), [](std::int8_t b) { return b == 0; }))
      bound_.bias.clear();
    return {};
  }

  Status bind_shift() {
    const auto shift = single_number(checkpoint_, name_.layer + ".output_shift");
    if (!shift) return shift.error();
    bound_.shift = slot_.shift.value_or(shift->value_or(0));
    return {};
  }

  const Checkpoint& checkpoint_;
  const CheckpointTensor& tensor_;
  std::vector<double> values_;
  TensorName name_;
  const WeightSlot& slot_;
  bool binary_weights_;
  std::int32_t checkpoint_bits_ = 8;
  BoundWeights bound_;
};

}  // namespace

Result<BoundNetwork> bind_weights(const Checkpoint& checkpoint, std::span<const WeightSlot> slots,
                                  bool binary_weights) {
  const auto tensors = weights_in_order(checkpoint);
  BoundNetwork bound;
  for (std::size_t i = 0; i < std::min(tensors.size(), slots.size()); ++i) {
    auto made = Binding(checkpoint, *tensors[i], slots[i], binary_weights).bind();
    if (!made) return made.error().at(slots[i].label + ": " + checkpoint.name + ": " + tensors[i]->key);
    bound.layers.push_back(*std::move(made));
  }
  if (tensors.size() < slots.size())
    return invalid("the network description has " + std::to_string(slots.size()) + " layers with weights, " +
                   checkpoint.name + " has weights of " + std::to_string(tensors.size()));
  for (std::size_t i = slots.size(); i < tensors.size(); ++i) bound.spare.push_back(tensors[i]->key);
  return bound;
}

}  // namespace synergy::accel_import
