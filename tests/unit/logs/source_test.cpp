// One log, followed over turned files, new lives and killed writers.
#include "synergy/logs/source.hpp"

#include "logs_fixture.hpp"

namespace synergy::logs_test {
namespace {

using logs::Lives;
using logs::Source;

class SourceTest : public LogsTest {
 protected:
  std::vector<std::string> read_all(Source& source) {
    while (source.read(clock_.monotonic())) {
    }
    source.settle();
    std::vector<std::string> found;
    for (const auto& entry : source.entries()) found.push_back(entry.line ? entry.line->event : entry.text);
    source.entries().clear();
    return found;
  }
};

TEST_F(SourceTest, ReadsTurnedFilesOldestFirst) {
  append("store", line(0, "store", "a"));
  turn("store");
  append("store", line(1, "store", "b"));
  turn("store");
  append("store", line(2, "store", "c"));
  Source source(run_.path(), "store", Lives::kThis);
  EXPECT_THAT(read_all(source), ElementsAre("a", "b", "c"));
  EXPECT_THAT(read_all(source), IsEmpty());
}

TEST_F(SourceTest, FollowsAFileThatGrowsAndIsTurnedSeveralTimes) {
  append("store", line(0, "store", "a"));
  Source source(run_.path(), "store", Lives::kThis);
  EXPECT_THAT(read_all(source), ElementsAre("a"));
  append("store", line(1, "store", "b"));
  turn("store");
  append("store", line(2, "store", "c"));
  turn("store");
  append("store", line(3, "store", "d"));
  EXPECT_THAT(read_all(source), ElementsAre("b", "c", "d"));
}

TEST_F(SourceTest, PutsALineTogetherThatWasCutByTurning) {
  const auto whole = line(0, "store", "a");
  append("store", whole.substr(0, 12));
  Source source(run_.path(), "store", Lives::kThis);
  EXPECT_THAT(read_all(source), IsEmpty());
  turn("store");
  append("store", whole.substr(12) + line(1, "store", "b"));
  EXPECT_THAT(read_all(source), ElementsAre("a", "b"));
}

TEST_F(SourceTest, GoesOnWithTheNextLife) {
  append("store", line(0, "store", "a") + "cut");
  Source source(run_.path(), "store", Lives::kThis);
  EXPECT_THAT(read_all(source), ElementsAre("a"));
  begin_life();
  EXPECT_THAT(read_all(source), IsEmpty()) << "until it writes";
  append("store", line(1, "store", "b"));
  EXPECT_THAT(read_all(source), ElementsAre("cut", "b")) << "the line that was cut is no part of the next";
  begin_life();
  append("store", line(2, "store", "c"));
  EXPECT_THAT(read_all(source), ElementsAre("c"));
}

TEST_F(SourceTest, OfThisLifeHasNoEarlierOnesAndOfAllHasThemFirst) {
  append("store", line(0, "store", "a"));
  begin_life();
  append("store", line(1, "store", "b"));
  begin_life();
  append("store", line(2, "store", "c"));
  Source this_one(run_.path(), "store", Lives::kThis), all(run_.path(), "store", Lives::kAll);
  EXPECT_THAT(read_all(this_one), ElementsAre("c"));
  EXPECT_THAT(read_all(all), ElementsAre("a", "b", "c"));
}

TEST_F(SourceTest, AFileThatWasEmptiedIsReadFromItsBeginning) {
  append("store", line(0, "store", "a") + line(1, "store", "b"));
  Source source(run_.path(), "store", Lives::kThis);
  EXPECT_THAT(read_all(source), ElementsAre("a", "b"));
  std::filesystem::resize_file(file("store"), 0);
  append("store", line(2, "store", "c"));
  EXPECT_THAT(read_all(source), ElementsAre("c"));
}

TEST_F(SourceTest, AFileThatWasDeletedIsFollowedByTheNewOne) {
  append("store", line(0, "store", "a"));
  begin_life();
  append("store", line(1, "store", "b"));
  Source source(run_.path(), "store", Lives::kThis);
  EXPECT_THAT(read_all(source), ElementsAre("b"));
  std::filesystem::remove(file("store"));
  append("store", line(2, "store", "c"));
  EXPECT_THAT(read_all(source), ElementsAre("c"));
}

TEST_F(SourceTest, OtherFilesAreNoPartOfTheLog) {
  append("store", line(0, "store", "a"));
  append("store-2", line(0, "store-2", "b"));
  for (const char* ending : {".x", ".1x", ".", ".0", ".-1", ".gz"})
    run_.write("logs/store.log" + std::string(ending), "no\n");
  Source source(run_.path(), "store", Lives::kAll);
  EXPECT_THAT(read_all(source), ElementsAre("a"));
}

TEST(ProcessOf, IsTheNameOnTheBus) {
  EXPECT_EQ(logs::process_of("executor-ring"), "executor/ring");
  EXPECT_EQ(logs::process_of("accelerator-phone-clip"), "accelerator/phone-clip");
  EXPECT_EQ(logs::process_of("broker"), "broker");
  EXPECT_EQ(logs::process_of("executor-"), "executor-");
  EXPECT_EQ(logs::process_of("other-thing"), "other-thing");
}

}  // namespace
}  // namespace synergy::logs_test
