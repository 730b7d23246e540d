// Any bytes as each kind of file that people write: read or refused, never a crash.
#include "synergy/base/check.hpp"
#include "synergy/documents/yaml.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/encode.hpp"
#include "synergy/schemas/model.hpp"
#include "synergy/schemas/placement.hpp"

using namespace synergy;

namespace {

template <schemas::Described T>
void check_as(const std::string& text) {
  const auto value = documents::read_yaml_text<T>(text, "x.yaml");
  if (!value) {
    SYNERGY_CHECK(value.error().code == ErrorCode::kInvalid, "a wrong file is called invalid");
    return;
  }
  const auto bytes = schemas::to_msgpack(*value);
  const auto back = schemas::from_msgpack<T>(bytes);
  SYNERGY_CHECK(back.has_value() && schemas::to_msgpack(*back) == bytes, "what a file says can travel");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_as<schemas::Body>(text);
  check_as<schemas::AppRequest>(text);
  check_as<schemas::ModelDescription>(text);
  check_as<schemas::LinkProfile>(text);
  check_as<schemas::Placement>(text);
  return 0;
}
