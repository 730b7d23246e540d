// The files of the broker's sockets may be deleted, or others put in their place: the mesh is found again.
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "bus_fixture.hpp"

namespace synergy::bus {
namespace {

class LostSocketsTest : public BusTest {
 protected:
  LostSocketsTest() {
    start_broker();
    joined("first");  // so the broker's own participant is connected before its socket is lost
  }

  void remove_files() {
    for (const auto* name : {"bus.publish", "bus.subscribe"}) std::filesystem::remove(folder_ / name);
  }
  bool bound_again(std::uint64_t times) {
    return run_until([&] { return broker_->counter("bound.again") == times; });
  }
};

TEST_F(LostSocketsTest, WhoComesLaterFindsTheMeshAndWhoWasThereStays) {
  std::uint64_t heard = 0;
  auto& early = joined("early", [&](Participant& bus) {
    bus.subscribe<Note>("event/note", [&](const Envelope&, const Note& note) { heard = note.number; });
  });
  const auto epoch = early.epoch();
  for (std::uint64_t round = 1; round <= 3; ++round) {
    remove_files();
    auto& late = joined("late" + std::to_string(round));
    EXPECT_TRUE(bound_again(2 * round));
    ASSERT_TRUE(late.publish("event/note", Note{round, {}}));
    EXPECT_TRUE(run_until([&] { return heard == round; })) << "round " << round;
  }
  EXPECT_EQ(early.epoch(), epoch) << "it never left";
}

TEST_F(LostSocketsTest, NothingIsLostBetweenThoseWhoAreConnected) {
  std::vector<std::uint64_t> heard;
  joined("ear", [&](Participant& bus) {
    bus.subscribe<Note>("event/note",
                        [&](const Envelope&, const Note& note) { heard.push_back(note.number); });
  });
  auto& mouth = joined("mouth");
  for (std::uint64_t i = 0; i < 600; ++i) {
    if (i % 200 == 100) {
      remove_files();
      ASSERT_TRUE(bound_again(2 * (i / 200 + 1)));
    }
    ASSERT_TRUE(mouth.publish("event/note", Note{i, {}}));
  }
  ASSERT_TRUE(run_until([&] { return heard.size() == 600; }));
  for (std::uint64_t i = 0; i < 600; ++i) ASSERT_EQ(heard[i], i);
}

TEST_F(LostSocketsTest, AnothersSocketInTheirPlaceGivesWay) {
  const auto path = (folder_ / "bus.subscribe").string();
  std::filesystem::remove(path);
  const int stranger = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(stranger, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(stranger, 1), 0);
  ASSERT_TRUE(bound_again(1));
  joined("late");
  ::close(stranger);
}

TEST_F(LostSocketsTest, AFolderThatComesBackHasTheSocketsAgain) {
  const auto away = folder_.path().string() + "-away";
  std::filesystem::rename(folder_.path(), away);
  std::filesystem::remove_all(away);
  const auto start = std::chrono::steady_clock::now();
  ASSERT_TRUE(
      run_until([&] { return std::chrono::steady_clock::now() - start > std::chrono::milliseconds(600); }));
  EXPECT_EQ(broker_->counter("bound.again"), 0u);
  std::filesystem::create_directory(folder_.path());
  ASSERT_TRUE(bound_again(2));
  joined("late");
}

}  // namespace
}  // namespace synergy::bus
