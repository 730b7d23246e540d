#include "synergy/documents/placement.hpp"

#include <gmock/gmock.h>

#include "temporary_folder.hpp"

namespace synergy::documents_test {
namespace {

using schemas::Placement;
using ::testing::HasSubstr;

class PlacementFile : public ::testing::Test {
 protected:
  std::filesystem::path write(const std::string& text) { return folder_.write("placement.yaml", text); }
  std::string refusal(const std::string& text) {
    const auto read = documents::read_placement(write(text));
    return read ? "not refused" : read.error().message;
  }
  synergy::test_support::TemporaryFolder folder_;
};

const std::string kTwoApps = R"(apps:
  - app: kws
    source: earbud
    chunks:
      - {device: earbud, first_layer: 0, last_layer: 3}
      - {device: watch, first_layer: 4, last_layer: 8}
    target: watch
    rate: 5
  - app: faces
    chunks: [{device: glasses, first_layer: 0, last_layer: 4}]
)";

TEST_F(PlacementFile, HoldsTheChunksOfEachApp) {
  const auto read = documents::read_placement(write(kTwoApps));
  ASSERT_TRUE(read) << read.error().message;
  const DeviceId earbud("earbud"), watch("watch"), glasses("glasses");
  const Placement expected{{{AppId("kws"), earbud, watch, {{earbud, 0, 3}, {watch, 4, 8}}, 5.0, {}},
                            {AppId("faces"), {}, {}, {{glasses, 0, 4}}, {}, {}}}};
  EXPECT_EQ(*read, expected);
}

TEST_F(PlacementFile, IsReadAsItWasWritten) {
  const DeviceId earbud("earbud"), watch("watch");
  const Placement placement{
      {{AppId("kws"), earbud, watch, {{earbud, 0, 3}, {watch, 4, 300}}, 1.0 / 3, {}},
       {AppId("on"),
        {},
        {},
        {},
        {},
        {{0.1 + 0.2, earbud, watch, {{watch, 0, 8}}}, {0.7, {}, {}, {{earbud, 0, 8}}}}}}};
  const auto text = documents::placement_text(placement, "by hand");
  EXPECT_THAT(text, ::testing::StartsWith("# by hand\napps:\n"));
  const auto read = documents::read_placement(write(text));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, placement);
}

TEST_F(PlacementFile, SaysWhereItIsWrong) {
  EXPECT_THAT(refusal("apps:\n  - app: kws\n    chunk: []\n"),
              HasSubstr("placement.yaml:3:12: apps: [0]: unknown key 'chunk'; did you mean 'chunks'?"));
  EXPECT_THAT(refusal("apps: []\n"),
              HasSubstr("placement.yaml:1:7: 'apps' has 0 items; allowed: at least 1"));
  EXPECT_THAT(
      refusal("apps:\n  - app: kws\n    chunks: [{device: watch, first_layer: 3, last_layer: 2}]\n"),
      HasSubstr("placement.yaml:3:58: apps: [0]: chunks: [0]: 'last_layer' is 2, before 'first_layer'"));
  for (const std::string rate : {"0", "-1", "1e12", ".nan", "fast"})
    EXPECT_THAT(refusal("apps:\n  - app: kws\n    rate: " + rate + "\n"),
                HasSubstr("placement.yaml:3:11: apps: [0]: "))
        << rate;
}

TEST_F(PlacementFile, GivesThePlaceOfWhatOthersFindWrong) {
  const auto file = write(kTwoApps);
  const auto name = file.string() + ":";
  const auto placed = documents::at_places(
      file, Error{ErrorCode::kNoFit,
                  "apps[0].chunks[1].device: it is away\napps[1].source: none\nbody: no\n"
                  "apps[7].rate: 3\nat all: no"});
  EXPECT_EQ(placed.code, ErrorCode::kNoFit);
  EXPECT_EQ(placed.message, name + "6:18: apps[0].chunks[1].device: it is away\n" +  //
                                name + "9:5: apps[1].source: none\n" +               //
                                "body: no\n" +                                       //
                                name + "1:1: apps[7].rate: 3\n" +                    //
                                "at all: no");
}

TEST_F(PlacementFile, ThatIsGoneLeavesFindingsAsTheyAre) {
  const Error error{ErrorCode::kInvalid, "apps[0]: no"};
  EXPECT_EQ(documents::at_places(folder_.path() / "none.yaml", error).message, error.message);
}

}  // namespace
}  // namespace synergy::documents_test
