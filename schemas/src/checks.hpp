// What the check() functions of several headers are made of. Each says nothing when all is well. What one
// field is held to by itself stands in the field lists (limits.hpp).
#pragma once

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

/// All that a check() finds, a line each.
class Complaints {
 public:
  void add(const std::string& line) { text_ += (text_.empty() ? "" : "\n") + line; }
  [[nodiscard]] Status status() const { return text_.empty() ? Status() : Status(wrong(text_)); }

 private:
  std::string text_;
};

/// As a person writes it: `5`, `0.25`, `1e+18`.
[[nodiscard]] inline std::string number_text(double number) {
  std::ostringstream text;
  text << std::setprecision(12) << number;
  return text.str();
}

/// A name that stands in topics and in the names of files.
[[nodiscard]] inline Status check_name(std::string_view what, const std::string& name) {
  if (is_plain_name(name)) return {};
  return wrong(std::string(what) + " '" + name.substr(0, kMaxNameBytes) +
               "': " + std::string(kPlainNameRule));
}

[[nodiscard]] inline Status check_interval(ModelTime begin, ModelTime end) {
  return end < begin ? Status(wrong("it ends before it begins")) : Status();
}

}  // namespace synergy::schemas
