#include "synergy/client/answer.hpp"

#include <gmock/gmock.h>

namespace synergy::client {
namespace {

using schemas::ResultKind;
using testing::ElementsAre;

schemas::PipelinePlan pipeline(ResultKind result, std::uint32_t classes, std::uint32_t pixels = 1,
                               std::vector<std::string> labels = {}, std::uint32_t width = 8) {
  schemas::PipelinePlan made;
  made.result = result;
  made.classes = classes;
  made.output_pixels = pixels;
  made.labels = std::move(labels);
  made.output_width = width;
  return made;
}

TEST(Answer, OfAnArgmaxIsAClassByNameOrNumber) {
  const auto named =
      answer_of_output(pipeline(ResultKind::kArgmax, 3, 1, {"cat", "dog", "owl"}), {1, 0xff, 7});
  EXPECT_EQ(named.label, 2);
  EXPECT_EQ(named.score, 7);
  EXPECT_EQ(to_text(named), "2 (owl), value 7");
  EXPECT_EQ(to_text(answer_of_output(pipeline(ResultKind::kArgmax, 3), {1, 9, 7})), "1, value 9");
  EXPECT_EQ(to_text(answer_of_output(pipeline(ResultKind::kArgmax, 2, 1, {"0", "1"}), {1, 9})), "1, value 9")
      << "a name that is the number is not said twice";
}

TEST(Answer, OfAMapCountsThePixelsOfEachClass) {
  // Two classes, four pixels: class 0 has 5 1 1 1, class 1 has 2 2 2 2.
  const auto answer =
      answer_of_output(pipeline(ResultKind::kArgmax, 2, 4, {"road", "sky"}), {5, 1, 1, 1, 2, 2, 2, 2});
  EXPECT_FALSE(answer.label);
  EXPECT_THAT(answer.pixels, ElementsAre(ClassCount{1, "sky", 3}, ClassCount{0, "road", 1}));
  EXPECT_EQ(to_text(answer), "map of 4 pixels: 1 (sky) x 3, 0 (road) x 1");
}

TEST(Answer, OfRawOutputIsItsFirstValues) {
  const auto small = answer_of_output(pipeline(ResultKind::kRaw, 2), {5, 0xfe});
  EXPECT_EQ(to_text(small), "2 values: 5 -2");
  EXPECT_FALSE(small.label);
  const auto wide =
      answer_of_output(pipeline(ResultKind::kRaw, 2, 1, {}, 32), {0, 1, 0, 0, 0xff, 0xff, 0xff, 0xff});
  EXPECT_THAT(wide.first_values, ElementsAre(256, -1));
  const auto many = answer_of_output(pipeline(ResultKind::kRaw, 100), schemas::Bytes(100, 3));
  EXPECT_EQ(many.values, 100u);
  EXPECT_EQ(to_text(many), "100 values: 3 3 3 3 3 3 3 3 ...");
}

TEST(Answer, OfASoftmaxIsItsClassAndValues) {
  const auto answer = answer_of_output(pipeline(ResultKind::kSoftmax, 3, 1, {"a", "b", "c"}), {1, 9, 7});
  EXPECT_EQ(to_text(answer), "1 (b), value 9");
  EXPECT_THAT(answer.first_values, ElementsAre(1, 9, 7));
}

TEST(Answer, WithoutItsPipelineSaysWhatIsKnown) {
  schemas::RunResult result;
  EXPECT_EQ(to_text(answer_of(nullptr, result)), "no class");
  result.output = schemas::Bytes(300, 1);
  EXPECT_EQ(to_text(answer_of(nullptr, result)), "300 bytes");
  result.output.clear();
  result.label = 4;
  result.score = -3;
  result.label_name = "cow";
  EXPECT_EQ(to_text(answer_of(nullptr, result)), "4 (cow), value -3");
}

TEST(ClassCounts, AreSortedAndCutForPeople) {
  std::map<std::int32_t, std::uint64_t> counts;
  for (std::int32_t label = 0; label < 12; ++label) counts[label] = label == 5 ? 9 : 1;
  const auto classes = counted(counts, {"zero"});
  EXPECT_EQ(classes[0], (ClassCount{5, "", 9}));
  EXPECT_EQ(classes[1], (ClassCount{0, "zero", 1}));
  EXPECT_EQ(to_text(classes),
            "5 x 9, 0 (zero) x 1, 1 x 1, 2 x 1, 3 x 1, 4 x 1, 6 x 1, 7 x 1, 8 x 1, 9 x 1 and 2 classes more");
}

}  // namespace
}  // namespace synergy::client
