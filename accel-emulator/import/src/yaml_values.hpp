// Values of the vendor tool's network description, where its rules differ from those of our own files.
#pragma once

#include <string>
#include <vector>

#include "synergy/accel_import/network_yaml.hpp"
#include "synergy/schemas/decode.hpp"

namespace synergy::accel_import {

/// `file:line` of a node.
[[nodiscard]] std::string place_of(schemas::Node node);

Status read_value(schemas::Node node, bool& out);
Status read_value(schemas::Node node, std::int32_t& out);
Status read_value(schemas::Node node, std::int64_t& out);
Status read_value(schemas::Node node, std::uint32_t& out);
Status read_value(schemas::Node node, std::string& out);
Status read_value(schemas::Node node, schemas::Extent& out);
Status read_value(schemas::Node node, PoolSize& out);
Status read_value(schemas::Node node, schemas::Eltwise& out);
Status read_value(schemas::Node node, schemas::Activation& out);
Status read_value(schemas::Node node, schemas::DataFormat& out);
Status read_value(schemas::Node node, ProcessorMask& out);
Status read_value(schemas::Node node, LayerReference& out);
Status read_value(schemas::Node node, OperatorName& out);
Status read_value(schemas::Node node, KernelSize& out);
Status read_value(schemas::Node node, WeightWidth& out);
Status read_value(schemas::Node node, std::vector<std::uint32_t>& out);

template <class T>
Status read_value(schemas::Node node, OneOrMore<T>& out) {
  if (node.kind() != schemas::Kind::kList) return read_value(node, out.items.emplace_back());
  for (std::size_t i = 0; i < node.size(); ++i)
    if (auto status = read_value(node.item(i), out.items.emplace_back()); !status) return status;
  return {};
}

}  // namespace synergy::accel_import
