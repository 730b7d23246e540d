#include "synergy/cli/screen.hpp"

#include <gmock/gmock.h>

#include "synergy/cli/watch.hpp"

namespace synergy::cli {
namespace {

TEST(Page, IsDrawnOverTheLastOne) {
  EXPECT_EQ(page("one\ntwo\n", {5, 10}), "\x1b[Hone\x1b[K\r\ntwo\x1b[K\x1b[J");
}

TEST(Page, CutsWhatIsTooWideAndLeavesColoursOutOfTheCount) {
  EXPECT_EQ(page("abcdef\n", {5, 4}), "\x1b[Habcd\x1b[0m\x1b[K\x1b[J");
  EXPECT_EQ(page("\x1b[31mabcd\x1b[0m\n", {5, 4}), "\x1b[H\x1b[31mabcd\x1b[0m\x1b[K\x1b[J");
  EXPECT_EQ(page("\xc3\xa4\xc3\xb6\xc3\xbc\n", {5, 2}), "\x1b[H\xc3\xa4\xc3\xb6\x1b[0m\x1b[K\x1b[J");
}

TEST(Page, SaysHowManyLinesItHasNoRoomFor) {
  EXPECT_EQ(page("1\n2\n3\n4\n", {3, 20}), "\x1b[H1\x1b[K\r\n2\x1b[K\r\n... 2 more lines\x1b[K\x1b[J");
}

std::vector<std::string> with_seconds(std::vector<std::string> words) {
  give_watch_its_seconds(words);
  return words;
}

TEST(WatchWithoutANumber, DoesNotTakeTheNextWordForOne) {
  using Words = std::vector<std::string>;
  EXPECT_EQ(with_seconds({"results", "--watch", "digits"}), (Words{"results", "--watch=2", "digits"}));
  EXPECT_EQ(with_seconds({"apps", "--watch"}), (Words{"apps", "--watch=2"}));
  EXPECT_EQ(with_seconds({"apps", "--watch", "--json"}), (Words{"apps", "--watch=2", "--json"}));
  EXPECT_EQ(with_seconds({"apps", "--watch", "0.5"}), (Words{"apps", "--watch", "0.5"}));
  EXPECT_EQ(with_seconds({"apps", "--watch=7"}), (Words{"apps", "--watch=7"}));
  EXPECT_EQ(with_seconds({"submit", "--", "--watch"}), (Words{"submit", "--", "--watch"}));
}

}  // namespace
}  // namespace synergy::cli
