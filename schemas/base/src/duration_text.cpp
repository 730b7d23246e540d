#include "synergy/base/duration_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <utility>

namespace synergy {

Result<Duration> parse_duration(std::string_view text, Duration least, Duration most) {
  constexpr std::array<std::pair<std::string_view, double>, 7> kUnits{
      {{"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"min", 60e9}, {"m", 60e9}, {"h", 3600e9}, {"d", 86400e9}}};
  double value = 0;
  const auto* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
  const auto unit = std::string_view(rest, std::size_t(end - rest));
  for (const auto& [name, ns] : kUnits) {
    if (error != std::errc{} || unit != name) continue;
    const double length = std::round(value * ns);
    if (length >= double(least.count()) && length <= double(most.count()))
      return Duration(std::int64_t(length));
    return Error{ErrorCode::kInvalid, "'" + std::string(text) + "' is not from " +
                                          std::to_string(least / std::chrono::milliseconds(1)) + " ms to " +
                                          std::to_string(most / std::chrono::seconds(1)) + " s"};
  }
  return Error{ErrorCode::kInvalid,
               "'" + std::string(text) + "' is no length of time; write for example 2s or 500ms"};
}

}  // namespace synergy
