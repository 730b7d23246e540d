#include "network_file.hpp"

#include <charconv>

#include "synergy/schemas/describe.hpp"

namespace synergy::accel_kat {

Status decode(schemas::Node node, HexNumber& out) {
  if (node.kind() == schemas::Kind::kInteger) return schemas::decode(node, out.value);
  if (node.kind() != schemas::Kind::kText) return node.expected("a hexadecimal number as text");
  const auto text = node.text();
  const auto digits = text.starts_with("0x") ? text.substr(2) : std::string_view();
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out.value, 16);
  if (digits.empty() || error != std::errc() || stop != digits.data() + digits.size())
    return node.wrong("'" + std::string(text) + "' is no hexadecimal number of up to 16 digits");
  return {};
}

Status decode(schemas::Node node, SourceName& out) {
  out.buffer = node.kind() == schemas::Kind::kText;
  if (out.buffer) return {};
  return schemas::decode(node, out.layer);
}

}  // namespace synergy::accel_kat

template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::accel_kat::NetworkFile>();
template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::accel_kat::ResourcesFile>();
template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::accel_kat::TimingFile>();
