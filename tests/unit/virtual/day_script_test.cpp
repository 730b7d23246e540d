#include "synergy/virtual_mesh/day_script.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "day_fixtures.hpp"
#include "temporary_folder.hpp"

namespace synergy::virtual_test {
namespace {

using ::testing::HasSubstr;

using virtual_mesh::read_day;

class DayScriptTest : public ::testing::Test {
 protected:
  DayScriptTest() {
    std::ofstream(folder_.path() / "app.yaml")
        << "app: digits\nmodel: digits\nsensing: {needs: camera}\ninteraction: {needs: display}\n";
  }
  Result<DayScript> read(const std::string& text, std::optional<double> until_s = std::nullopt) {
    const auto file = folder_.path() / "day.yaml";
    std::ofstream(file) << text;
    return read_day(file, deploy_folder(), body_named("four-78000"), until_s);
  }
  std::string refusal(const std::string& text) {
    const auto day = read(text);
    EXPECT_FALSE(day) << text;
    if (day) return {};
    EXPECT_EQ(day.error().code, ErrorCode::kInvalid);
    return day.error().message;
  }
  synergy::test_support::TemporaryFolder folder_;
};

TEST_F(DayScriptTest, ReadsEachKindOfEventInOrderOfTime) {
  const auto day = read(
      "- {at_s: 50, stop: digits}\n"
      "- {at_s: 0, submit: app.yaml}\n"
      "- {at_s: 10.5, leave: watch}\n"
      "- {at_s: 20, join: watch}\n"
      "- {at_s: 25, link: ble-2m}\n"
      "- {at_s: 30, battery: ring, percent: 3}\n"
      "- {at_s: 40, rate: digits, runs_per_second: 2}\n"
      "- {at_s: 45, replan: synergy}\n"
      "- {until_s: 60}\n");
  ASSERT_TRUE(day) << day.error().message;
  std::vector<std::string> what;
  for (const auto& event : day->events) what.push_back(event.what);
  EXPECT_THAT(what,
              ::testing::ElementsAre("submit digits", "leave watch", "join watch", "link ble-2m",
                                     "battery ring 3", "rate digits 2", "replan synergy", "stop digits"));
  EXPECT_EQ(day->until, 60s);
  EXPECT_EQ(day->events[1].at, 10500ms);
  ASSERT_TRUE(day->events[5].app);
  EXPECT_DOUBLE_EQ(day->events[5].app->rate, 2);
  EXPECT_EQ(day->events[5].app->model, ModelId("digits")) << "the request is that of the submission";
}

TEST_F(DayScriptTest, TheCallerMayEndTheDay) {
  const auto day = read("- {at_s: 1, leave: ring}\n- {until_s: 60}\n", 5.0);
  ASSERT_TRUE(day);
  EXPECT_EQ(day->until, 5s);
  const auto cut = read("- {at_s: 6, leave: ring}\n", 5.0);
  ASSERT_FALSE(cut) << "an event that would never happen";
  EXPECT_THAT(cut.error().message, HasSubstr("the day ends at 5 s, and its last event is at 6 s"));
}

TEST_F(DayScriptTest, TellsAllThatIsWrongWithItsPlace) {
  const auto text = refusal(
      "- {at_s: 1, leav: watch}\n"
      "- {at_s: 2, leave: wtach}\n"
      "- {at_s: 3}\n"
      "- {at_s: 4, leave: ring, join: ring}\n"
      "- {leave: ring}\n"
      "- {at_s: 6, stop: digits}\n"
      "- {at_s: 7, submit: nothing.yaml}\n"
      "- {at_s: 8, battery: ring}\n"
      "- {at_s: 9, link: nowhere}\n"
      "- {at_s: 10, replan: optimol}\n"
      "- {at_s: -1, leave: ring}\n");
  for (const auto* line :
       {"day.yaml:1:19: unknown key 'leav'; did you mean 'leave'?",
        "day.yaml:2:3: unknown device 'wtach'; did you mean 'watch'?",
        "day.yaml:3:3: it does not say what happens: write one of submit, stop",
        "day.yaml:4:3: it says two things", "day.yaml:5:3: 'at_s' is missing",
        "day.yaml:6:3: no app is submitted before this", "nothing.yaml", "day.yaml:8:3: 'percent' is missing",
        "day.yaml:9:3: ", "day.yaml:10:3: unknown policy 'optimol'; did you mean 'optimal'?",
        "day.yaml:11:10: 'at_s' must be from 0 to 2678400",
        "the day has no end: write `- {until_s: SECONDS}`"})
    EXPECT_THAT(text, HasSubstr(line));
}

TEST_F(DayScriptTest, WhoHasLeftCanNotLeaveAndWhoIsThereCanNotJoin) {
  EXPECT_THAT(refusal("- {at_s: 1, leave: ring}\n- {at_s: 2, leave: ring}\n- {until_s: 9}\n"),
              HasSubstr("day.yaml:2:3: device 'ring' has left before; write a join first"));
  EXPECT_THAT(refusal("- {at_s: 1, join: ring}\n- {until_s: 9}\n"),
              HasSubstr("day.yaml:1:3: device 'ring' is there; write a leave first"));
  EXPECT_TRUE(
      read("- {at_s: 1, leave: ring}\n- {at_s: 2, join: ring}\n- {at_s: 3, leave: ring}\n"
           "- {until_s: 9}\n"));
}

TEST_F(DayScriptTest, KeysStandWithTheirEventOnly) {
  EXPECT_THAT(refusal("- {at_s: 1, leave: ring, percent: 3}\n- {until_s: 9}\n"),
              HasSubstr("'percent' belongs to 'battery'"));
  EXPECT_THAT(refusal("- {at_s: 1, leave: ring, runs_per_second: 3}\n- {until_s: 9}\n"),
              HasSubstr("'runs_per_second' belongs to 'rate'"));
  EXPECT_THAT(refusal("- {at_s: 1, leave: ring, until_s: 9}\n"), HasSubstr("until_s: stands alone"));
  EXPECT_THAT(refusal("- {at_s: 1, battery: ring, percent: 101}\n- {until_s: 9}\n"),
              HasSubstr("'percent' must be from 0 to 100"));
  EXPECT_THAT(refusal("- {until_s: 9}\n- {until_s: 10}\n"), HasSubstr("the day ends once"));
  EXPECT_THAT(refusal("- {at_s: 1, submit: app.yaml}\n- {at_s: 2, rate: digits, runs_per_second: -1}\n"
                      "- {until_s: 9}\n"),
              HasSubstr("day.yaml:2:44: "));
}

TEST_F(DayScriptTest, ARateBelowTheAppsMinimumIsRefused) {
  std::ofstream(folder_.path() / "least.yaml")
      << "app: digits\nmodel: digits\nsensing: {needs: camera}\ninteraction: {needs: display}\nmin_rate: 4\n";
  EXPECT_THAT(
      refusal("- {at_s: 1, submit: least.yaml}\n- {at_s: 2, rate: digits, runs_per_second: 2}\n"
              "- {at_s: 3, rate: digits, runs_per_second: 5}\n- {until_s: 9}\n"),
      ::testing::AllOf(HasSubstr("day.yaml:2:3: "), HasSubstr("'rate' is 2, below 'min_rate', which is 4"),
                       ::testing::Not(HasSubstr("day.yaml:3:"))));
}

TEST_F(DayScriptTest, IsAList) {
  EXPECT_THAT(refusal("at_s: 1\n"), HasSubstr("expected a list of events"));
  EXPECT_FALSE(read_day(folder_.path() / "none.yaml", deploy_folder(), body_named("four-78000")));
}

TEST_F(DayScriptTest, EachMistakeOfAnAppFileNamesTheEntryThatSubmitsIt) {
  std::ofstream(folder_.path() / "bad.yaml")
      << "app: digits\nmodel: digits\nsensing: {needs: camera}\ninteraction: {need: display}\n";
  const auto said = refusal("- {at_s: 0, submit: bad.yaml}\n- {until_s: 1}\n");
  std::istringstream lines(said);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count)
    EXPECT_THAT(line, HasSubstr("day.yaml:1:3: ")) << said;
  EXPECT_EQ(count, 2) << said;
}

}  // namespace
}  // namespace synergy::virtual_test
