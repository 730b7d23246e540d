// The two spools, held to the same promises; and what the one on disk promises beyond: that frames survive.
#include <gmock/gmock.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "synergy/executor/memory_spool.hpp"
#include "synergy/executor_spool/file_spool.hpp"
#include "temporary_folder.hpp"

namespace synergy::executor {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const AppId kA("a"), kB("b");

schemas::FrameFeed feed(const std::string& id, schemas::Bytes data = {1, 2, 3, 4},
                        const std::string& sensor = "camera") {
  schemas::FrameFeed frame;
  frame.sensor = sensor;
  frame.id = id;
  frame.shape = {1, data.size()};
  frame.layout = schemas::Layout::kHwc;
  frame.dtype = schemas::ElementType::kInt8;
  frame.data = std::move(data);
  return frame;
}

std::vector<std::string> texts(const Result<std::vector<schemas::OpenFrame>>& frames) {
  std::vector<std::string> found;
  for (const auto& frame : *frames) {
    found.push_back(frame.sensor + " " + frame.id);
    for (const auto& app : frame.apps) found.back() += " " + app.text();
  }
  return found;
}

class Spool : public ::testing::TestWithParam<bool> {
 protected:
  synergy::test_support::TemporaryFolder folder_;
  std::unique_ptr<FrameSpool> spool_ = open();

  [[nodiscard]] bool is_on_disk() const { return GetParam(); }
  [[nodiscard]] std::unique_ptr<FrameSpool> open() const {
    if (!is_on_disk()) return std::make_unique<MemorySpool>();
    auto opened = executor_spool::open(folder_ / "frames.sqlite");
    EXPECT_TRUE(opened) << opened.error().message;
    return std::move(*opened);
  }
};

TEST_P(Spool, KeepsTheRateOfASound) {
  ASSERT_TRUE(spool_->set_takers({{"camera", {kA}}}));
  auto sound = feed("x", {1, 2, 3, 4});
  sound.dtype = schemas::ElementType::kInt16;
  sound.shape = {2};
  sound.sound_rate = 44100;
  const auto added = spool_->add(sound);
  ASSERT_TRUE(added);
  if (is_on_disk()) {
    spool_.reset();
    spool_ = open();
  }
  const auto read = spool_->read(added->sequence);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->sound_rate, 44100u);
  EXPECT_EQ(read->dtype, schemas::ElementType::kInt16);
  EXPECT_EQ(read->data, sound.data);
}

TEST_P(Spool, KeepsAFrameAsItWasFedUntilTheLastAppHasItsOutcome) {
  ASSERT_TRUE(spool_->set_takers({{"camera", {kA, kB}}}));
  const auto first = spool_->add(feed("x", {5, 0, 255}));
  ASSERT_TRUE(first);
  EXPECT_THAT(first->apps, ElementsAre(kA, kB));
  EXPECT_FALSE(first->again);
  const auto second = spool_->add(feed("y"));
  EXPECT_EQ(second->sequence, first->sequence + 1);
  EXPECT_EQ(spool_->open(), 2u);
  const auto read = spool_->read(first->sequence);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->id, "x");
  EXPECT_EQ(read->sensor, "camera");
  EXPECT_EQ(read->data, (schemas::Bytes{5, 0, 255}));
  EXPECT_EQ(read->shape, (schemas::Axes{1, 3}));
  EXPECT_EQ(read->layout, schemas::Layout::kHwc);
  EXPECT_EQ(read->dtype, schemas::ElementType::kInt8);
  EXPECT_TRUE(spool_->ended(kA, first->sequence));
  EXPECT_THAT(texts(spool_->open_after(0, 9)), ElementsAre("camera x b", "camera y a b"));
  EXPECT_TRUE(spool_->read(first->sequence));
  EXPECT_TRUE(spool_->ended(kB, first->sequence));
  EXPECT_TRUE(spool_->ended(kB, first->sequence)) << "told twice";
  EXPECT_EQ(spool_->open(), 1u);
  const auto gone = spool_->read(first->sequence);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::kNotFound);
}

TEST_P(Spool, AnswersTheSameIdAsTheFirstTimeEvenAfterItsEnd) {
  ASSERT_TRUE(spool_->set_takers({{"camera", {kA}}}));
  const auto first = *spool_->add(feed("x"));
  EXPECT_EQ(*spool_->find("camera", "z"), std::nullopt);
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(spool_->set_takers({{"camera", {kA, kB}}}));  // not of this frame
    const auto again = *spool_->add(feed("x", {9, 9}));
    EXPECT_TRUE(again.again);
    EXPECT_EQ(again.sequence, first.sequence);
    EXPECT_THAT(again.apps, ElementsAre(kA));
    EXPECT_TRUE((*spool_->find("camera", "x"))->again);
    ASSERT_TRUE(spool_->ended(kA, first.sequence));
  }
  EXPECT_FALSE(spool_->add(feed("x", {1}, "microphone"))->again) << "of another sensor";
}

TEST_P(Spool, TheNewestStaysAndIsToldEvenWhereNobodyTakesIt) {
  EXPECT_FALSE(spool_->newest("camera"));
  const auto first = *spool_->add(feed("x"));
  EXPECT_THAT(first.apps, IsEmpty());
  EXPECT_EQ(spool_->open(), 0u);
  EXPECT_EQ(spool_->newest("camera")->id, "x");
  ASSERT_TRUE(spool_->add(feed("y")));
  ASSERT_TRUE(spool_->add(feed("m", {1}, "microphone")));
  EXPECT_EQ(spool_->newest("camera")->id, "y");
  EXPECT_FALSE(spool_->read(first.sequence));
  EXPECT_THAT(texts(spool_->open_after(0, 9)), ElementsAre("camera y", "microphone m"));
  EXPECT_THAT(texts(spool_->open_after(0, 1)), ElementsAre("camera y"));
  EXPECT_THAT(texts(spool_->open_after(first.sequence + 1, 9)), ElementsAre("microphone m"));
}

TEST_P(Spool, RefusesMoreFramesThanItHasRoomForAndNothingIsHalfDone) {
  ASSERT_TRUE(spool_->set_takers({{"camera", {kA}}}));
  std::uint64_t first = 0;
  for (std::size_t i = 0; i < kMostOpenFrames; ++i) {
    const auto added = spool_->add(feed(std::to_string(i), {1}));
    ASSERT_TRUE(added);
    if (i == 0) first = added->sequence;
  }
  const auto refused = spool_->add(feed("one too many"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kOverloaded);
  EXPECT_THAT(refused.error().message, HasSubstr("1024 frames wait for their apps' runs"));
  EXPECT_EQ(*spool_->find("camera", "one too many"), std::nullopt);
  EXPECT_TRUE(spool_->add(feed("7"))->again) << "what is there is answered all the same";
  ASSERT_TRUE(spool_->ended(kA, first));
  EXPECT_TRUE(spool_->add(feed("one too many")));
}

TEST_P(Spool, AnAppThatHasEndedTakesNoNewFrames) {
  ASSERT_TRUE(spool_->set_takers({{"camera", {kA, kB}}, {"microphone", {kA}}}));
  ASSERT_TRUE(spool_->add(feed("x")));
  ASSERT_TRUE(spool_->drop_taker(kA));
  EXPECT_THAT(spool_->add(feed("y"))->apps, ElementsAre(kB));
  EXPECT_THAT(spool_->add(feed("m", {1}, "microphone"))->apps, IsEmpty());
  EXPECT_THAT(texts(spool_->open_after(0, 9)), ElementsAre("camera x a b", "camera y b", "microphone m"));
}

TEST_P(Spool, OfAnAppThatIsNotOwedTheFrameEndsNothing) {
  ASSERT_TRUE(spool_->set_takers({{"camera", {kA}}}));
  const auto added = *spool_->add(feed("x"));
  EXPECT_TRUE(spool_->ended(kB, added.sequence));
  EXPECT_TRUE(spool_->ended(kA, added.sequence + 7));
  EXPECT_EQ(spool_->open(), 1u);
}

INSTANTIATE_TEST_SUITE_P(Both, Spool, ::testing::Bool(),
                         [](const auto& kind) { return kind.param ? "OnDisk" : "InMemory"; });

/// The file as it was before sounds: what is in it stays, and sounds find room.
TEST(SpoolFile, OfTheFormBeforeSoundsIsCarriedOver) {
  const synergy::test_support::TemporaryFolder folder;
  const auto file = folder / "frames.sqlite";
  std::uint64_t sequence = 0;
  {
    auto spool = *executor_spool::open(file);
    ASSERT_TRUE(spool->set_takers({{"camera", {kA}}}));
    sequence = spool->add(feed("x"))->sequence;
  }
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &raw), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(raw, "ALTER TABLE frames DROP COLUMN sound_rate; PRAGMA user_version = 1", nullptr,
                         nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(raw);
  for (int round = 0; round < 2; ++round) {
    auto spool = executor_spool::open(file);
    ASSERT_TRUE(spool) << spool.error().message;
    EXPECT_EQ((*spool)->read(sequence)->data, (schemas::Bytes{1, 2, 3, 4}));
    EXPECT_EQ((*spool)->read(sequence)->sound_rate, 0u);
    auto sound = feed("sound " + std::to_string(round));
    sound.sound_rate = 8000;
    EXPECT_EQ((*spool)->read((*spool)->add(sound)->sequence)->sound_rate, 8000u);
  }
}

class SpoolOnDisk : public ::testing::Test {
 protected:
  synergy::test_support::TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_ / "frames.sqlite";
  [[nodiscard]] std::unique_ptr<FrameSpool> open() const {
    auto opened = executor_spool::open(file_);
    EXPECT_TRUE(opened) << opened.error().message;
    return std::move(*opened);
  }
};

TEST_F(SpoolOnDisk, IsThereAgainAfterTheProcessEnded) {
  std::uint64_t ended = 0;
  {
    const auto spool = open();
    ASSERT_TRUE(spool->set_takers({{"camera", {kA, kB}}}));
    ASSERT_TRUE(spool->add(feed("x")));
    ended = spool->add(feed("y"))->sequence;
    ASSERT_TRUE(spool->ended(kB, ended));
  }
  const auto spool = open();
  EXPECT_EQ(spool->open(), 2u);
  EXPECT_THAT(texts(spool->open_after(0, 9)), ElementsAre("camera x a b", "camera y a"));
  EXPECT_THAT(spool->add(feed("z"))->apps, ElementsAre(kA, kB)) << "who takes frames is kept, too";
  EXPECT_EQ(spool->add(feed("zz"))->sequence, ended + 2);
}

TEST_F(SpoolOnDisk, LosesNoFrameThatWasAddedWhenItsProcessIsKilled) {
  int acknowledged[2];
  ASSERT_EQ(::pipe(acknowledged), 0);
  const auto child = ::fork();
  if (child == 0) {
    const auto spool = *executor_spool::open(file_);
    (void)spool->set_takers({{"camera", {kA}}});
    for (std::uint32_t i = 0;; ++i)
      if (spool->add(feed(std::to_string(i)))) (void)!::write(acknowledged[1], &i, sizeof i);
  }
  ::close(acknowledged[1]);
  std::uint32_t last = 0;
  for (int i = 0; i < 200; ++i) ASSERT_EQ(::read(acknowledged[0], &last, sizeof last), ssize_t(sizeof last));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  std::uint32_t more = 0;
  while (::read(acknowledged[0], &more, sizeof more) == ssize_t(sizeof more)) last = more;
  ::close(acknowledged[0]);
  const auto spool = open();
  EXPECT_GE(spool->open(), last + 1u);
  for (std::uint32_t i = 0; i <= last; ++i) EXPECT_TRUE(*spool->find("camera", std::to_string(i))) << i;
}

TEST_F(SpoolOnDisk, NumbersOfADeletedSpoolAreNotGivenAgain) {
  const auto before = open()->add(feed("x"))->sequence;
  std::filesystem::remove(file_);
  std::filesystem::remove(file_.string() + "-wal");
  std::filesystem::remove(file_.string() + "-shm");
  EXPECT_GT(open()->add(feed("x"))->sequence, before);
}

TEST_F(SpoolOnDisk, ThatIsNoneIsRefusedAndLeftAsItIs) {
  std::ofstream(file_)
      << "no spool, but somebody's notes, which are longer than a header of a database file: "
         "they must stay as they are";
  const auto size = std::filesystem::file_size(file_);
  const auto opened = executor_spool::open(file_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(opened.error().message, HasSubstr("move it away"));
  EXPECT_EQ(std::filesystem::file_size(file_), size);
}

TEST_F(SpoolOnDisk, InAFolderThatIsNotThereSaysSo) {
  const auto opened = executor_spool::open(folder_ / "no-such-folder/frames.sqlite");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kEnvironment);
}

TEST_F(SpoolOnDisk, OfAnotherProgramIsRefused) {
  { const auto spool = open(); }
  // The application's number stands at byte 68 of the file.
  std::fstream file(file_, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(68);
  file.write("abcd", 4);
  file.close();
  const auto opened = executor_spool::open(file_);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("is no spool of this program"));
}

}  // namespace
}  // namespace synergy::executor
