#include "synergy/harvested_offline/inputs.hpp"

#include <gmock/gmock.h>

namespace synergy::harvested_offline {
namespace {

using namespace std::chrono_literals;

TEST(Inputs, AreAlwaysAtHandOrSoManyOrComeByTheClock) {
  EXPECT_EQ(*parse_inputs("always"), Inputs{});
  EXPECT_EQ(*parse_inputs("1"), Inputs{.count = 1});
  EXPECT_EQ(*parse_inputs("1000000"), Inputs{.count = 1'000'000});
  EXPECT_EQ(*parse_inputs("every=1s"), Inputs{.every = 1s});
  EXPECT_EQ(*parse_inputs("every=250ms"), Inputs{.every = 250ms});
}

TEST(Inputs, OfAnyOtherFormAreRefusedWithWhatMayBeWritten) {
  for (const auto* wrong :
       {"", "0", "-1", "1000001", "99999999999999999999", "2.5", "3 ", "never", "Always", "every"})
    EXPECT_THAT(parse_inputs(wrong).error().message,
                testing::EndsWith("a number from 1 to 1000000, every=1s"))
        << wrong;
  for (const auto* wrong : {"every=", "every=0s", "every=-1s", "every=1", "every=2d", "every=1us"})
    EXPECT_EQ(parse_inputs(wrong).error().code, ErrorCode::kInvalid) << wrong;
}

}  // namespace
}  // namespace synergy::harvested_offline
