// The room on a disk: what counts as full, and what a person is told then.
#include "synergy/runtime/room.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace synergy::runtime {
namespace {

using testing::HasSubstr;

TEST(Room, OfADiskWithSpaceIsEnough) {
  EXPECT_TRUE(check_room(Room{kLeastRoom, false}, "/data"));
  EXPECT_TRUE(check_room(std::filesystem::temp_directory_path(), 1));
}

TEST(Room, BelowTheLeastIsAFullDiskAndSaysWhatToDo) {
  const auto full = check_room(Room{kLeastRoom - 1, false}, "/data");
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, ErrorCode::kEnvironment);
  EXPECT_EQ(full.error().message, "the disk of /data is full (1023 KiB left); free some space on it");
  const auto asked =
      check_room(std::filesystem::temp_directory_path(), std::numeric_limits<std::uint64_t>::max());
  ASSERT_FALSE(asked);
  EXPECT_THAT(asked.error().message, HasSubstr("free some space"));
}

TEST(Room, OfADiskThatIsMountedReadOnlyIsNone) {
  const auto read_only = check_room(Room{std::uint64_t(1) << 40, true}, "/data");
  ASSERT_FALSE(read_only);
  EXPECT_EQ(read_only.error().code, ErrorCode::kEnvironment);
  EXPECT_THAT(read_only.error().message, HasSubstr("the disk of /data is mounted read-only"));
  EXPECT_THAT(read_only.error().message, HasSubstr("mount it to be written"));
}

TEST(Room, OfAFolderThatIsGoneIsAnError) {
  const auto gone = room_at("/no/such/folder");
  ASSERT_FALSE(gone);
  EXPECT_THAT(gone.error().message, HasSubstr("/no/such/folder: can not be looked at"));
}

}  // namespace
}  // namespace synergy::runtime
