// What lines of a log become: ours, supervisord's, and words of no form.
#include "synergy/logs/entry.hpp"

#include "logs_fixture.hpp"

namespace synergy::logs_test {
namespace {

using logs::EntryReader;

class EntryTest : public LogsTest {
 protected:
  std::vector<std::string> read(const std::string& process, const std::vector<std::string>& pieces) {
    EntryReader reader(process);
    for (const auto& piece : pieces) reader.take(piece, clock_.monotonic());
    reader.end_line(clock_.monotonic());
    reader.settle(moment(9000));
    std::vector<std::string> found;
    times_.clear();
    for (const auto& entry : reader.entries()) {
      found.push_back(brief(entry));
      times_.push_back(entry.time);
    }
    return found;
  }
  std::vector<UnixTime> times_;
};

TEST_F(EntryTest, WordsOfNoFormBelongToTheProcessAndToTheTimeOfTheLineBefore) {
  EXPECT_THAT(
      read("store", {line(0, "store", "start"), "==12==ERROR: heap-use-after-free\n    #0 0x5 in f()\n",
                     line(500, "store", "start")}),
      ElementsAre("start of store", "==12==ERROR: heap-use-after-free of store", "    #0 0x5 in f() of store",
                  "start of store"));
  EXPECT_THAT(times_, ElementsAre(moment(0), moment(0), moment(0), moment(500)));
}

TEST_F(EntryTest, WordsBeforeTheFirstTimeCountAsOfThatOrAsOfTheFile) {
  EXPECT_THAT(read("store", {"no such option\n" + line(500, "store", "start")}),
              ElementsAre("no such option of store", "start of store"));
  EXPECT_THAT(times_, ElementsAre(moment(500), moment(500)));
  EXPECT_THAT(read("store", {"no such option\n"}), ElementsAre("no such option of store"));
  EXPECT_THAT(times_, ElementsAre(moment(9000)));
}

TEST_F(EntryTest, ALineMayComeInPiecesAndTheLastNeedsNoEnd) {
  const auto whole = line(0, "store", "start");
  EXPECT_THAT(read("store", {whole.substr(0, 7), whole.substr(7, 20), whole.substr(27) + "wor", "ds"}),
              ElementsAre("start of store", "words of store"));
  EXPECT_THAT(read("store", {"\n\n"}), IsEmpty());
}

TEST_F(EntryTest, ALineBehindWordsThatWereCutIsFound) {
  EXPECT_THAT(read("store", {"what it wrote when Z it was kil" + line(0, "store", "start")}),
              ElementsAre("what it wrote when Z it was kil of store", "start of store"));
}

TEST_F(EntryTest, BytesWithoutEndAreCut) {
  const auto found = read("store", {std::string(3 << 20, 'x')});
  EXPECT_GE(found.size(), 1u);
  std::size_t bytes = 0;
  for (const auto& text : found) bytes += text.size() - std::string(" of store").size();
  EXPECT_EQ(bytes, std::size_t(3) << 20) << "none of them is lost";
}

TEST_F(EntryTest, SupervisorsLinesAreReadInItsOwnLogOnly) {
  const std::string spawned = "2026-03-01 14:30:00,250 INFO spawned: 'broker' with pid 12\n";
  EXPECT_THAT(read("supervisord", {spawned}), ElementsAre("spawned of supervisord"));
  EXPECT_THAT(times_, ElementsAre(moment(250)));
  EXPECT_THAT(read("store", {spawned}), ElementsAre(spawned.substr(0, spawned.size() - 1) + " of store"));
}

TEST(SupervisorLine, HasItsFirstWordsAsEventAndItsLevel) {
  const auto event = [](const std::string& words) {
    const auto line = logs::parse_supervisor_line("2026-03-01 14:30:00,250 " + words);
    return line ? std::string(name_of(line->level)) + " " + line->event +
                      written({{"msg", line->fields[0].value}})
                : "none";
  };
  EXPECT_EQ(event("INFO spawned: 'broker' with pid 12"),
            "info spawned msg=\"spawned: 'broker' with pid 12\"");
  EXPECT_EQ(event("WARN exited: store (exit status 5; not expected)"),
            "warn exited msg=\"exited: store (exit status 5; not expected)\"");
  EXPECT_EQ(event("CRIT gave up: x entered FATAL state"),
            "error gave_up msg=\"gave up: x entered FATAL state\"");
  EXPECT_EQ(event("INFO supervisord started with pid 3"), "info says msg=\"supervisord started with pid 3\"");
  EXPECT_EQ(event("LOUD spawned: x"), "none");
  EXPECT_EQ(event("INFO"), "none");
  EXPECT_FALSE(logs::parse_supervisor_line(""));
  EXPECT_FALSE(logs::parse_supervisor_line("2026-13-01 14:30:00,250 INFO spawned: 'broker'"));
}

}  // namespace
}  // namespace synergy::logs_test
