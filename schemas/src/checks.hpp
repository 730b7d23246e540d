// What the check() functions of several headers are made of. Each says nothing when all is well.
#pragma once

#include <cmath>
#include <iomanip>
#include <sstream>
#include <string>
#include <string_view>

#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"
#include "synergy/base/text.hpp"
#include "synergy/schemas/limits.hpp"

namespace synergy::schemas {

[[nodiscard]] inline Error wrong(std::string message) { return {ErrorCode::kInvalid, std::move(message)}; }

/// The first failure of several checks.
template <class... Statuses>
[[nodiscard]] Status first_of(Statuses... statuses) {
  Status first;
  ((first ? void(first = std::move(statuses)) : void()), ...);
  return first;
}

/// A name that stands in topics and in the names of files.
[[nodiscard]] inline Status check_name(std::string_view what, const std::string& name) {
  if (is_plain_name(name)) return {};
  return wrong(std::string(what) + " '" + name.substr(0, kMaxNameBytes) +
               "': " + std::string(kPlainNameRule));
}

/// Text that people read, of a sensible length.
[[nodiscard]] inline Status check_text(std::string_view what, const std::string& text, std::size_t most) {
  if (!text.empty() && text.size() <= most) return {};
  return wrong(std::string(what) + " has " + std::to_string(text.size()) + " bytes; 1 to " +
               std::to_string(most) + " are allowed");
}

[[nodiscard]] inline Status check_duration(std::string_view what, Duration time) {
  if (time >= Duration(0) && time <= kLongestDuration) return {};
  return wrong(std::string(what) + " of " + std::to_string(time.count()) +
               " ns is negative or longer than 240 hours");
}

[[nodiscard]] inline Status check_time(std::string_view what, ModelTime time) {
  if (time >= ModelTime{} && time <= kLastModelTime) return {};
  return wrong(std::string(what) + " is no model time: " + std::to_string(time.time_since_epoch().count()) +
               " ns");
}

[[nodiscard]] inline Status check_interval(ModelTime begin, ModelTime end) {
  if (end < begin) return wrong("it ends before it begins");
  return first_of(check_time("'begin_ns'", begin), check_time("'end_ns'", end));
}

/// As a person writes it: `5`, `0.25`, `1e+18`.
[[nodiscard]] inline std::string number_text(double number) {
  std::ostringstream text;
  text << std::setprecision(12) << number;
  return text.str();
}

/// A rate, an energy, a share: finite (decode sees to that), not negative, and not absurd.
[[nodiscard]] inline Status check_amount(std::string_view what, double amount, double most = 1e18) {
  if (amount >= 0 && amount <= most) return {};
  return wrong(std::string(what) + " must be from 0 to " + number_text(most) + "; it is " +
               number_text(amount));
}

[[nodiscard]] inline Status check_at_most(std::string_view what, std::uint64_t value, std::uint64_t most) {
  if (value <= most) return {};
  return wrong(std::string(what) + " is " + std::to_string(value) + ", at most " + std::to_string(most) +
               " is allowed");
}

}  // namespace synergy::schemas
