#include "synergy/schemas/model.hpp"

#include "synergy/schemas/describe.hpp"

namespace synergy::schemas {

Status decode(Node node, Extent& out) {
  if (node.kind() != Kind::kList) {
    std::uint32_t both = 0;
    if (node.kind() != Kind::kInteger) return node.expected("a number, or [rows, columns]");
    if (auto status = decode(node, both); !status) return status;
    out = {both, both};
    return {};
  }
  if (node.size() != 2) return node.expected("a number, or [rows, columns]");
  if (auto status = decode(node.item(0), out.rows); !status) return status.error().at("[0]");
  if (auto status = decode(node.item(1), out.columns); !status) return status.error().at("[1]");
  return {};
}

void encode(Encoder& out, const Extent& value) {
  if (value.rows == value.columns) return encode(out, value.rows);
  out.begin_list(2);
  encode(out, value.rows);
  encode(out, value.columns);
  out.end_list();
}

template const StructInfo& describe<InputDescription>();
template const StructInfo& describe<LayerDescription>();
template const StructInfo& describe<DataBufferDescription>();
template const StructInfo& describe<ModelDescription>();

}  // namespace synergy::schemas
