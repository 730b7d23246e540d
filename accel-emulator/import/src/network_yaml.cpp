#include "synergy/accel_import/network_yaml.hpp"

#include <array>
#include <map>
#include <span>
#include <string_view>

#include "synergy/base/text.hpp"
#include "synergy/documents/yaml.hpp"
#include "yaml_values.hpp"

namespace synergy::accel_import {
namespace {

using schemas::Kind;
using schemas::Node;

/// One key of a mapping: several may mean the same, then `means` is equal and only one may stand there.
template <class Struct>
struct Key {
  std::string_view name, means;
  Status (*read)(Node, Struct&);
  bool names_itself = false;  ///< `read` already says in its errors which entry it was
};

template <class Struct, auto Member>
Status read_member(Node node, Struct& out) {
  return read_value(node, (out.*Member).emplace());
}

template <auto Member>
constexpr Key<LayerYaml> layer_key(std::string_view name, std::string_view means = {}) {
  return {name, means.empty() ? name : means, read_member<LayerYaml, Member>};
}
template <auto Member>
constexpr Key<MemoryYaml> memory_key(std::string_view name) {
  return {name, name, read_member<MemoryYaml, Member>};
}

using L = LayerYaml;
constexpr Key<LayerYaml> kLayerKeys[] = {
    layer_key<&L::activate>("activate"),
    layer_key<&L::activate>("activation", "activate"),
    layer_key<&L::avg_pool>("avg_pool"),
    layer_key<&L::bias_group>("bias_group"),
    layer_key<&L::bias_group>("bias_quadrant", "bias_group"),
    layer_key<&L::buffer_insert>("buffer_insert"),
    layer_key<&L::buffer_shift>("buffer_shift"),
    layer_key<&L::bypass>("bypass"),
    layer_key<&L::calcx4>("calcx4"),
    layer_key<&L::groups>("conv_groups", "groups"),
    layer_key<&L::op>("convolution", "op"),
    layer_key<&L::data_format>("data_format"),
    layer_key<&L::dilation>("dilation"),
    layer_key<&L::eltwise>("eltwise"),
    layer_key<&L::flatten>("flatten"),
    layer_key<&L::groups>("groups"),
    layer_key<&L::in_channel_skip>("in_channel_skip"),
    layer_key<&L::in_channels>("in_channels"),
    layer_key<&L::in_crop>("in_crop"),
    layer_key<&L::in_dim>("in_dim"),
    layer_key<&L::in_offset>("in_offset"),
    layer_key<&L::in_sequences>("in_sequences"),
    layer_key<&L::read_gap>("in_skip", "read_gap"),
    layer_key<&L::kernel_size>("kernel_size"),
    layer_key<&L::max_pool>("max_pool"),
    layer_key<&L::name>("name"),
    layer_key<&L::next_sequence>("next_sequence"),
    layer_key<&L::op>("op"),
    layer_key<&L::operands>("operands"),
    layer_key<&L::op>("operation", "op"),
    layer_key<&L::op>("operator", "op"),
    layer_key<&L::out_channels>("out_channels"),
    layer_key<&L::out_offset>("out_offset"),
    layer_key<&L::output>("output"),
    layer_key<&L::output_pad>("output_pad"),
    layer_key<&L::output_processors>("output_processors"),
    layer_key<&L::output_shift>("output_shift"),
    layer_key<&L::output_width>("output_width"),
    layer_key<&L::pad>("pad"),
    layer_key<&L::pool_dilation>("pool_dilation"),
    layer_key<&L::pool_first>("pool_first"),
    layer_key<&L::pool_stride>("pool_stride"),
    layer_key<&L::processors>("processors"),
    layer_key<&L::quantization>("quantization"),
    layer_key<&L::read_gap>("read_gap"),
    layer_key<&L::readahead>("readahead"),
    layer_key<&L::sequence>("sequence"),
    layer_key<&L::simulated_sequence>("simulated_sequence"),
    layer_key<&L::snoop_sequence>("snoop_sequence"),
    layer_key<&L::streaming>("streaming"),
    layer_key<&L::stride>("stride"),
    layer_key<&L::tcalc>("tcalc"),
    layer_key<&L::weight_source>("weight_source"),
    layer_key<&L::write_gap>("write_gap"),
};

using M = MemoryYaml;
constexpr Key<MemoryYaml> kMemoryKeys[] = {
    memory_key<&M::channels>("channels"),
    memory_key<&M::dim>("dim"),
    memory_key<&M::name>("name"),
    memory_key<&M::offset>("offset"),
    memory_key<&M::processors>("processors"),
    memory_key<&M::width>("width"),
    memory_key<&M::write_gap>("write_gap"),
};

template <class Struct>
Status read_keys(Node node, std::span<const Key<Struct>> keys, Struct& out) {
  if (node.kind() != Kind::kMap) return node.expected("a map");
  std::map<std::string_view, std::string_view> seen;  // what it means, and the key that said so
  for (std::size_t i = 0; i < node.size(); ++i) {
    const auto name = node.key(i);
    const Key<Struct>* found = nullptr;
    std::vector<std::string> known;
    for (const auto& key : keys) {
      if (key.name == name) found = &key;
      known.emplace_back(key.name);
    }
    if (found == nullptr) return node.value(i).wrong(unknown_name("key", name, known));
    const auto [before, is_new] = seen.emplace(found->means, name);
    if (!is_new && before->second == name)
      return node.value(i).wrong("'" + std::string(name) + "' is given twice");
    if (!is_new)
      return node.value(i).wrong("'" + std::string(name) + "' and '" + std::string(before->second) +
                                 "' are two names of one key; give one");
    if (auto status = found->read(node.value(i), out); !status)
      return found->names_itself ? status.error() : status.error().at(name);
  }
  return {};
}

/// in_dim and dim: a single number is a length, with one column.
void single_is_length(Node map, std::string_view key, std::optional<schemas::Extent>& extent) {
  for (std::size_t i = 0; i < map.size(); ++i)
    if (map.key(i) == key && map.value(i).kind() == Kind::kInteger) extent->columns = 1;
}

Status read_layers(Node node, NetworkYaml& out) {
  if (node.kind() != Kind::kList) return node.expected("a list of layers");
  if (node.size() > kMaxYamlLayers)
    return node.wrong("has " + std::to_string(node.size()) + " layers; at most " +
                      std::to_string(kMaxYamlLayers) + " are read");
  for (std::size_t i = 0; i < node.size(); ++i) {
    auto& layer = out.layers.emplace_back();
    layer.place = place_of(node.item(i));
    if (auto status = read_keys<LayerYaml>(node.item(i), kLayerKeys, layer); !status)
      return status.error().at("layers[" + std::to_string(i) + "]");
    single_is_length(node.item(i), "in_dim", layer.in_dim);
  }
  return {};
}

Status read_memory_entry(Node node, MemoryYaml& entry) {
  entry.place = place_of(node);
  if (auto status = read_keys<MemoryYaml>(node, kMemoryKeys, entry); !status) return status;
  single_is_length(node, "dim", entry.dim);
  if (!entry.processors || !entry.channels || !entry.dim || !entry.offset)
    return node.wrong("needs processors, channels, dim and offset");
  return {};
}

Status read_memory(Node node, std::string_view key, std::vector<MemoryYaml>& out) {
  if (node.kind() != Kind::kList) return node.expected("a list").at(key);
  if (node.size() > kMaxYamlLayers) return node.wrong("has too many entries").at(key);
  for (std::size_t i = 0; i < node.size(); ++i)
    if (auto status = read_memory_entry(node.item(i), out.emplace_back()); !status)
      return status.error().at(std::string(key) + "[" + std::to_string(i) + "]");
  return {};
}

constexpr Key<NetworkYaml> kNetworkKeys[] = {
    {"arch", "arch", read_member<NetworkYaml, &NetworkYaml::arch>},
    {"bias", "bias", [](Node, NetworkYaml&) { return Status(); }},  // files of test networks
    {"data_buffer", "data_buffer",
     [](Node n, NetworkYaml& out) { return read_memory(n, "data_buffer", out.data_buffer); }, true},
    {"dataset", "dataset", read_member<NetworkYaml, &NetworkYaml::dataset>},
    {"layers", "layers", read_layers, true},
    {"output_map", "output_map", read_member<NetworkYaml, &NetworkYaml::output_map>},
    {"snoop", "snoop",
     [](Node, NetworkYaml& out) {
       out.snoop = true;
       return Status();
     }},
    {"unload", "unload", [](Node n, NetworkYaml& out) { return read_memory(n, "unload", out.unload); }, true},
    {"weights", "weights", [](Node, NetworkYaml&) { return Status(); }},
};

Status read_network(Node root, NetworkYaml& out) {
  if (auto status = read_keys<NetworkYaml>(root, kNetworkKeys, out); !status) return status;
  if (!out.arch) return root.wrong("'arch' is missing (the network's name in the checkpoint)");
  if (!out.dataset) return root.wrong("'dataset' is missing");
  if (out.layers.empty()) return root.wrong("'layers' is missing or empty");
  return {};
}

}  // namespace

Result<NetworkYaml> parse_network_yaml(const std::string& text, const std::string& name) {
  NetworkYaml network;
  network.file = name;
  auto status = documents::with_yaml_text(
      text, name, [&](Node root) { return read_network(root, network); }, documents::YamlNumbers::kYaml11);
  if (!status) return status.error();
  return network;
}

Result<NetworkYaml> read_network_yaml(const std::string& path) {
  NetworkYaml network;
  network.file = path;
  auto status = documents::with_yaml_file(
      path, [&](Node root) { return read_network(root, network); }, documents::YamlNumbers::kYaml11);
  if (!status) return status.error();
  return network;
}

}  // namespace synergy::accel_import
