// Any bytes as the JSON that the gateway is sent: read or refused, never a crash.
#include "synergy/base/check.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/decode.hpp"
#include "synergy/schemas/encode.hpp"
#include "synergy/schemas/plan_commands.hpp"

using namespace synergy;

namespace {

template <schemas::Described T>
void check_as(std::string_view text) {
  const auto value = schemas::from_json<T>(text);
  if (!value) {
    SYNERGY_CHECK(value.error().code == ErrorCode::kInvalid, "wrong JSON is called invalid");
    return;
  }
  const auto written = schemas::to_json(*value);
  const auto back = schemas::from_json<T>(written);
  SYNERGY_CHECK(back.has_value() && schemas::to_json(*back) == written, "what is written is read back");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_as<schemas::AppRequest>(text);
  check_as<schemas::AppStop>(text);
  check_as<schemas::PlanAgain>(text);
  return 0;
}
