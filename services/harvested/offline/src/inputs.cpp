#include "synergy/harvested_offline/inputs.hpp"

#include <charconv>
#include <string_view>

#include "synergy/base/duration_text.hpp"

namespace synergy::harvested_offline {
namespace {

constexpr Duration kShortestPeriod = std::chrono::milliseconds(1), kLongestPeriod = std::chrono::hours(24);

}  // namespace

Result<Inputs> parse_inputs(const std::string& text) {
  constexpr std::string_view kEvery = "every=";
  if (text == "always") return Inputs{};
  if (text.starts_with(kEvery)) {
    const auto period =
        parse_duration(std::string_view(text).substr(kEvery.size()), kShortestPeriod, kLongestPeriod);
    if (!period) return period.error();
    return Inputs{.every = *period};
  }
  Inputs inputs;
  const auto* const end = text.data() + text.size();
  const auto [rest, failure] = std::from_chars(text.data(), end, inputs.count);
  if (failure == std::errc{} && rest == end && inputs.count > 0 && inputs.count <= Inputs::kMost)
    return inputs;
  return Error{ErrorCode::kInvalid, "'" + text + "' is none of: always, a number from 1 to " +
                                        std::to_string(Inputs::kMost) + ", every=1s"};
}

}  // namespace synergy::harvested_offline
