#include "synergy/schemas/model.hpp"

#include "checks.hpp"
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
  Findings findings(node);
  findings.note(decode(node.item(0), out.rows), "[0]");
  if (findings.go_on()) findings.note(decode(node.item(1), out.columns), "[1]");
  return findings.status();
}

void encode(Encoder& out, const Extent& value) {
  if (value.rows == value.columns) return encode(out, value.rows);
  out.begin_list(2);
  encode(out, value.rows);
  encode(out, value.columns);
  out.end_list();
}

Status InputDescription::check() const {
  if (picture && sound)
    return wrong(
        "an input is a 'picture' or a 'sound', not both: leave out the one that the model was not "
        "trained on");
  if (!picture) return {};
  const auto status = picture->check_input({channels, height, width});
  return status ? status : Status(status.error().at("'picture' and 'channels'"));
}

template const StructInfo& describe<InputDescription>();
template const StructInfo& describe<LayerDescription>();
template const StructInfo& describe<DataBufferDescription>();
template const StructInfo& describe<ModelDescription>();

}  // namespace synergy::schemas
