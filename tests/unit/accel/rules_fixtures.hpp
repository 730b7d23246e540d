// Rules of the vendor's tool, each with a way to break it.
#pragma once

#include <functional>

#include "accel_fixtures.hpp"
#include "synergy/accel_model/rules.hpp"

namespace synergy::accel_test {

using schemas::AcceleratorKind;
inline constexpr auto kMax78000 = AcceleratorKind::kMax78000;
inline constexpr auto kMax78002 = AcceleratorKind::kMax78002;

/// Expects a refusal of that kind whose message has all `parts`.
inline void expect_refused(const ModelBuilder& builder, AcceleratorKind kind, ErrorCode code,
                           const std::vector<std::string>& parts) {
  const auto status = accel_model::check_rules(builder.build(), kind);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, code) << status.error().message;
  for (const auto& part : parts)
    EXPECT_NE(status.error().message.find(part), std::string::npos)
        << part << " is not in: " << status.error().message;
}

inline void expect_accepted(const ModelBuilder& builder, AcceleratorKind kind) {
  const auto status = accel_model::check_rules(builder.build(), kind);
  EXPECT_TRUE(status) << status.error().message;
}

/// How to break a rule, on which chip, and what the refusal says.
struct Rule {
  const char* name;
  AcceleratorKind kind;
  ErrorCode code;
  std::function<void(ModelBuilder&)> build;  ///< of a 4 x 8 x 8 input, if it does not take another
  std::vector<std::string> parts;
};

inline ModelBuilder small() { return ModelBuilder(4, 8, 8); }

inline void set_input(ModelBuilder& b, std::uint32_t channels, std::uint32_t height, std::uint32_t width) {
  b = ModelBuilder(channels, height, width);
}

inline void expect_each_refuses(const std::vector<Rule>& rules) {
  for (const auto& rule : rules) {
    SCOPED_TRACE(rule.name);
    ModelBuilder builder = small();
    rule.build(builder);
    expect_refused(builder, rule.kind, rule.code, rule.parts);
  }
}

}  // namespace synergy::accel_test
