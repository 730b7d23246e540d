#include "layer_order.hpp"

#include <algorithm>
#include <cctype>
#include <map>

#include "synergy/base/text.hpp"

namespace synergy::accel_import {
namespace {

constexpr std::string_view kInputName = "input", kStopName = "stop";

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

class Ordering {
 public:
  Ordering(const NetworkYaml& network, const ImportOptions& options) : network_(network), options_(options) {}

  Result<LayerOrder> order() {
    if (network_.snoop)
      return Error{ErrorCode::kInvalid, network_.file + ": conditional execution (snoop) is not emulated"};
    for (const auto step : {&Ordering::number_layers, &Ordering::name_layers, &Ordering::follow_successors,
                            &Ordering::resolve_sources})
      if (auto status = (this->*step)(); !status) return status.error();
    return std::move(order_);
  }

 private:
  static Error wrong(const OrderedLayer& layer, const std::string& what) {
    return {ErrorCode::kInvalid, layer.label + ": " + what};
  }

  Status number_layers() {
    const std::size_t limit = options_.device == schemas::AcceleratorKind::kMax78000 ? 32 : 128;
    std::map<std::int64_t, const LayerYaml*> numbered;
    std::int64_t next = 0;
    for (const auto& yaml : network_.layers) {
      const auto number = yaml.sequence.value_or(next);
      const Error problem{ErrorCode::kInvalid, yaml.place + ": layer number " + std::to_string(number)};
      if (number < 0 || number >= std::int64_t(limit))
        return Error{problem.code,
                     problem.message + ": the device has layers 0 to " + std::to_string(limit - 1)};
      if (!numbered.emplace(number, &yaml).second)
        return Error{problem.code, problem.message + " is given twice"};
      next = number + 1;
    }
    for (const auto& [number, yaml] : numbered) {
      if (number != std::int64_t(order_.layers.size()))
        return Error{ErrorCode::kInvalid, yaml->place + ": layer numbers must run from 0 without gaps; " +
                                              std::to_string(order_.layers.size()) + " is missing"};
      order_.layers.emplace_back().yaml = yaml;
    }
    return {};
  }

  Status name_layers() {
    for (std::size_t k = 0; k < order_.layers.size(); ++k) {
      auto& layer = order_.layers[k];
      layer.label = layer.yaml->place + ": layer " + std::to_string(k);
      if (!layer.yaml->name) continue;
      layer.name = *layer.yaml->name;
      layer.label += " '" + layer.name + "'";
      const auto lower = lower_case(layer.name);
      if (lower.empty() || lower == kStopName || lower == kInputName)
        return wrong(layer, "the name '" + layer.name + "' is reserved");
      if (!by_name_.emplace(lower, k).second) return wrong(layer, "the name is given twice, ignoring case");
    }
    for (std::size_t k = 0; k < order_.layers.size(); ++k) {
      auto& layer = order_.layers[k];
      if (!layer.name.empty()) continue;
      layer.name = "layer_" + std::to_string(k);
      while (!by_name_.emplace(lower_case(layer.name), k).second) layer.name += '_';
    }
    if (!network_.data_buffer.empty()) {
      buffer_name_ = lower_case(network_.data_buffer.front().name.value_or(""));
      if (buffer_name_.empty() || by_name_.count(buffer_name_) != 0 || buffer_name_ == kInputName)
        return Error{ErrorCode::kInvalid,
                     network_.data_buffer.front().place + ": the data buffer needs a name of its own"};
    }
    return {};
  }

  /// The number of the layer that is meant, if there is one.
  Result<std::size_t> find(const OrderedLayer& layer, std::string_view key,
                           const LayerReference& reference) const {
    if (reference.number) {
      if (*reference.number >= 0 && *reference.number < std::int64_t(order_.layers.size()))
        return std::size_t(*reference.number);
      return wrong(layer, std::string(key) + " " + std::to_string(*reference.number) +
                              ": the layers are 0 to " + std::to_string(order_.layers.size() - 1));
    }
    const auto found = by_name_.find(lower_case(reference.name));
    if (found != by_name_.end()) return found->second;
    std::vector<std::string> known;
    for (const auto& [name, number] : by_name_) known.push_back(name);
    return wrong(layer, std::string(key) + ": " + unknown_name("layer", reference.name, known));
  }

  /// Only runs in the order of the numbers: beyond them even the vendor tool finds the wrong sources.
  Status follow_successors() {
    order_.last = order_.layers.size() - 1;
    for (std::size_t k = 0; k <= order_.last; ++k) {
      const auto& layer = order_.layers[k];
      if (layer.yaml->snoop_sequence)
        return wrong(layer, "conditional execution (snoop_sequence) is not emulated");
      if (options_.stop_after == k) order_.last = k;
      const auto& next = layer.yaml->next_sequence;
      if (!next) continue;
      if (next->number == -1 || (!next->number && lower_case(next->name) == kStopName)) {
        order_.last = k;
        continue;
      }
      if (next->number == std::int64_t(order_.layers.size())) continue;  // behind the last one: stop
      const auto successor = find(layer, "next_sequence", *next);
      if (!successor) return successor.error();
      if (*successor != k + 1)
        return wrong(layer, "next_sequence must be the next layer or stop; other orders are not imported");
    }
    if (options_.stop_after && *options_.stop_after > order_.last)
      return Error{ErrorCode::kInvalid, network_.file + ": there is no layer " +
                                            std::to_string(*options_.stop_after) + " to stop after"};
    return {};
  }

  Result<LayerSource> resolve_source(std::size_t k, const LayerReference& reference) const {
    const auto name = lower_case(reference.name);
    if (reference.number == -1 || (!reference.number && name == kInputName)) return LayerSource{};
    if (!reference.number && !buffer_name_.empty() && name == buffer_name_)
      return LayerSource{LayerSource::Kind::kBuffer, 0};
    const auto found = find(order_.layers[k], "in_sequences", reference);
    if (!found) return found.error();
    if (*found >= k)
      return wrong(order_.layers[k], "in_sequences names layer " + std::to_string(*found) +
                                         ", which does not run before this one");
    return LayerSource{LayerSource::Kind::kLayer, *found};
  }

  Status resolve_sources() {
    for (std::size_t k = 0; k < order_.layers.size(); ++k) {
      auto& layer = order_.layers[k];
      if (const auto& given = layer.yaml->weight_source) {
        const auto found = find(layer, "weight_source", *given);
        if (!found) return found.error();
        layer.weight_source = *found;
      }
      if (layer.yaml->in_sequences) {
        layer.sources_given = true;
        for (const auto& reference : layer.yaml->in_sequences->items) {
          const auto source = resolve_source(k, reference);
          if (!source) return source.error();
          layer.sources.push_back(*source);
        }
        if (layer.sources.empty()) return wrong(layer, "in_sequences is empty");
      } else {
        layer.sources.push_back(k == 0 ? LayerSource{} : LayerSource{LayerSource::Kind::kLayer, k - 1});
      }
    }
    return {};
  }

  const NetworkYaml& network_;
  const ImportOptions& options_;
  LayerOrder order_;
  std::map<std::string, std::size_t> by_name_;  ///< lower case
  std::string buffer_name_;                     ///< lower case; empty without a data buffer
};

}  // namespace

Result<LayerOrder> order_layers(const NetworkYaml& network, const ImportOptions& options) {
  return Ordering(network, options).order();
}

}  // namespace synergy::accel_import
