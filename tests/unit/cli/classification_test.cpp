#include "synergy/cli/classification.hpp"

#include <gmock/gmock.h>

namespace synergy::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

schemas::PipelinePlan form(schemas::ResultKind result, std::uint32_t classes, std::uint32_t pixels) {
  schemas::PipelinePlan made;
  made.result = result;
  made.classes = classes;
  made.output_pixels = pixels;
  made.labels = {"road", "sky"};
  return made;
}

const std::vector<std::int32_t> kNone, kZero{0}, kOne{1};

TEST(Classification, CountsClassesAndWhatIsRight) {
  const auto argmax = form(schemas::ResultKind::kArgmax, 2, 1);
  Classification done;
  EXPECT_EQ(add_picture(argmax, {9, 1}, kZero, done), 1u);
  EXPECT_EQ(add_picture(argmax, {1, 9}, kZero, done), 0u);
  EXPECT_EQ(add_picture(argmax, {1, 9}, kOne, done), 1u);
  EXPECT_EQ(add_picture(argmax, {1, 9}, kNone, done), 0u);
  sum_up(argmax, done);
  EXPECT_EQ(done.pictures, 4u);
  EXPECT_THAT(done.classes, ElementsAre(ClassCount{1, "sky", 3}, ClassCount{0, "road", 1}));
  EXPECT_THAT(to_text(done), HasSubstr("  picture 0: 0 (road), value 9\n"));
  EXPECT_THAT(to_text(done), HasSubstr("classes: 1 (sky) x 3, 0 (road) x 1\n"));
}

TEST(Classification, ComparesMapsPixelByPixel) {
  const auto map = form(schemas::ResultKind::kArgmax, 2, 2);
  const std::vector<std::int32_t> labels{0, 1};
  Classification done;
  EXPECT_EQ(add_picture(map, {9, 9, 1, 1}, labels, done), 1u);
  EXPECT_EQ(add_picture(map, {9, 1, 1, 9}, labels, done), 2u);
  sum_up(map, done);
  EXPECT_TRUE(done.classes.empty());
  EXPECT_THAT(done.pixels, ElementsAre(ClassCount{0, "road", 3}, ClassCount{1, "sky", 1}));
}

TEST(Classification, ShowsTheFirstPicturesAndSaysWhereTheOthersAre) {
  const auto raw = form(schemas::ResultKind::kRaw, 2, 1);
  Classification done;
  for (int i = 0; i < 11; ++i) (void)add_picture(raw, {3, 4}, kNone, done);
  sum_up(raw, done);
  EXPECT_THAT(to_text(done), HasSubstr("  picture 9: 2 values: 3 4\n  ... (--json has all)\n"));
  EXPECT_EQ(done.answers.size(), 11u);
}

}  // namespace
}  // namespace synergy::cli
