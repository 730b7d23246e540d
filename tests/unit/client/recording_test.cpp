// The file format: what was written is read, what was cut off is read up to its last whole frame, and damage
// is told.
#include "synergy/client/recording.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <sstream>

#include "synergy/client/recording_info.hpp"
#include "temporary_folder.hpp"

namespace synergy::client {
namespace {

using schemas::Bytes;
using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const RecordingHeader kHeader{kRecordingVersion, UnixTime(std::chrono::hours(24 * 365 * 50)), "body-1"};
const std::vector<RecordedPacket> kPackets{{milliseconds(0), "state/body", {1, 2, 3}},
                                           {milliseconds(0), "cmd/planner", {}},
                                           {milliseconds(7), "@dispatcher/reply", Bytes(40, 0xff)}};
const RecordingEnd kEnd{3, 43, 2, 0, milliseconds(9), EndReason::kDuration};

template <class T>
std::string framed(FrameKind kind, const T& value) {
  const auto bytes = frame(kind, schemas::to_msgpack(value));
  return {bytes.begin(), bytes.end()};
}
std::string beginning() { return std::string(kRecordingMagic) + framed(FrameKind::kHeader, kHeader); }
std::string whole_recording() {
  auto file = beginning();
  for (const auto& packet : kPackets) file += framed(FrameKind::kPacket, packet);
  return file + framed(FrameKind::kEnd, kEnd);
}

Result<RecordingReader> reader_of(const std::string& file) {
  return RecordingReader::read(std::make_unique<std::istringstream>(file), "x.rec");
}

/// Everything that can be read, and how that ended.
struct Read {
  std::vector<RecordedPacket> packets;
  Status status;
  bool cut_off = false;
  std::optional<RecordingEnd> end;
};
Read read_all(const std::string& file) {
  Read all;
  auto reader = reader_of(file);
  if (!reader) {
    all.status = reader.error();
    return all;
  }
  all.status = reader->each([&](RecordedPacket&& packet) { all.packets.push_back(std::move(packet)); });
  all.cut_off = reader->cut_off();
  all.end = reader->end();
  return all;
}
std::string error_of(const std::string& file) {
  const auto all = read_all(file);
  if (all.status) return {};
  EXPECT_EQ(all.status.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(all.status.error().message, StartsWith("x.rec: "));
  return all.status.error().message;
}

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Recording, WhatWasWrittenIsRead) {
  const test_support::TemporaryFolder folder;
  auto writer = RecordingWriter::create(folder / "a.rec", false, kHeader);
  ASSERT_TRUE(writer) << writer.error().message;
  for (const auto& packet : kPackets) ASSERT_TRUE(writer->add(packet));
  ASSERT_TRUE(writer->finish(kEnd));
  EXPECT_EQ(content(folder / "a.rec"), whole_recording());
  EXPECT_EQ(writer->bytes(), whole_recording().size());

  auto reader = RecordingReader::open(folder / "a.rec");
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_EQ(reader->header(), kHeader);
  std::vector<RecordedPacket> packets;
  ASSERT_TRUE(reader->each([&](RecordedPacket&& packet) { packets.push_back(std::move(packet)); }));
  EXPECT_EQ(packets, kPackets);
  EXPECT_EQ(reader->end(), kEnd);
  EXPECT_FALSE(reader->cut_off());
  EXPECT_FALSE(*reader->next()) << "and stays at its end";
}

TEST(Recording, CutOffAnywhereIsReadUpToItsLastWholeFrame) {
  const auto file = whole_recording();
  std::vector<std::size_t> frame_ends{beginning().size()};
  for (const auto& packet : kPackets)
    frame_ends.push_back(frame_ends.back() + framed(FrameKind::kPacket, packet).size());
  for (std::size_t size = 0; size < file.size(); ++size) {
    const auto all = read_all(file.substr(0, size));
    if (size < frame_ends[0]) {
      ASSERT_FALSE(all.status) << size;
      EXPECT_EQ(all.status.error().code, ErrorCode::kInvalid);
      continue;
    }
    ASSERT_TRUE(all.status) << size << ": " << all.status.error().message;
    std::size_t whole = 0;
    while (whole < kPackets.size() && frame_ends[whole + 1] <= size) ++whole;
    EXPECT_EQ(all.packets, std::vector(kPackets.begin(), kPackets.begin() + std::ptrdiff_t(whole))) << size;
    EXPECT_TRUE(all.cut_off) << size;
    EXPECT_FALSE(all.end);
  }
}

TEST(Recording, OneCutOffIsCalledThat) {
  const auto file = whole_recording();
  auto reader = reader_of(file.substr(0, file.size() - 1));
  ASSERT_TRUE(reader);
  const auto info = describe(*reader);
  ASSERT_TRUE(info);
  EXPECT_FALSE(info->end);
  EXPECT_DOUBLE_EQ(info->duration_s, 0.007) << "to the last packet";
  EXPECT_THAT(shortcomings(*reader), HasSubstr("x.rec: was cut off behind packet 3"));
}

TEST(Recording, AnyChangedByteIsReadOrToldAndNeverMore) {
  const auto file = whole_recording();
  for (std::size_t i = 0; i < file.size(); ++i)
    for (const int change : {0x01, 0x80, 0xff}) {
      auto spoilt = file;
      spoilt[i] = char(spoilt[i] ^ change);
      const auto all = read_all(spoilt);
      EXPECT_LE(all.packets.size(), kPackets.size());
      if (i < kRecordingMagic.size()) {
        EXPECT_FALSE(all.status) << i;
      }
      if (!all.status) {
        EXPECT_THAT(all.status.error().message, StartsWith("x.rec: "));
      }
    }
}

TEST(Recording, RandomBytesAreToldToBeNone) {
  constexpr unsigned kSeed = 20240;
  std::mt19937 chance(kSeed);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes;
    for (auto n = chance() % 100; n > 0; --n) bytes.push_back(char(chance()));
    EXPECT_THAT(error_of(bytes), HasSubstr("is no recording")) << "seed " << kSeed;
    const auto all = read_all(beginning() + bytes);
    EXPECT_TRUE(all.packets.empty()) << "seed " << kSeed;
  }
}

TEST(Recording, DamageIsNamedWithItsPlace) {
  const auto place = "is damaged at byte " + std::to_string(beginning().size());
  EXPECT_THAT(error_of(beginning() + std::string("P\xff\xff\xff\xff", 5)),
              ::testing::AllOf(HasSubstr(place), HasSubstr("a frame of 4294967295 bytes")));
  EXPECT_THAT(error_of(beginning() + std::string("X\0\0\0\0", 5)), HasSubstr("no kind of frame"));
  EXPECT_THAT(error_of(beginning() + std::string("P\1\0\0\0\xc1", 6)), HasSubstr("packet 1"));
  EXPECT_THAT(error_of(beginning() + framed(FrameKind::kHeader, kHeader)), HasSubstr("a second header"));
  EXPECT_THAT(error_of(std::string(kRecordingMagic) + framed(FrameKind::kPacket, kPackets[0])),
              HasSubstr("no header"));
  EXPECT_THAT(error_of(whole_recording() + "x"), HasSubstr("behind the end"));
  EXPECT_THAT(error_of(beginning() + framed(FrameKind::kEnd, kEnd)),
              HasSubstr("ended with 3 packets, and has 0"));
}

TEST(Recording, PacketsThatNoBusCarriesAreRefused) {
  const auto refused = [](const RecordedPacket& packet) {
    return error_of(beginning() + framed(FrameKind::kPacket, packet));
  };
  EXPECT_THAT(refused({milliseconds(-1), "t", {}}), HasSubstr("packet 1: a time of -1000000 ns"));
  EXPECT_THAT(refused({kLongestRecording + Duration(1), "t", {}}), HasSubstr("a time of"));
  EXPECT_THAT(refused({{}, "", {}}), HasSubstr("a topic of 0 bytes"));
  EXPECT_THAT(refused({{}, std::string(schemas::kMaxTopicBytes + 1, 't'), {}}), HasSubstr("a topic of 201"));
  EXPECT_THAT(refused({{}, "t", Bytes(schemas::kMaxMessageBytes + 1)}), HasSubstr("a payload of"));
  EXPECT_EQ(refused({{}, std::string(schemas::kMaxTopicBytes, 't'), Bytes(schemas::kMaxMessageBytes)}), "");
  EXPECT_THAT(error_of(beginning() + framed(FrameKind::kPacket, kPackets[2]) +
                       framed(FrameKind::kPacket, kPackets[1])),
              HasSubstr("packet 2: time goes back"));
}

TEST(Recording, OneOfALaterVersionIsNotRead) {
  auto header = kHeader;
  header.version = kRecordingVersion + 1;
  EXPECT_THAT(error_of(std::string(kRecordingMagic) + framed(FrameKind::kHeader, header)),
              HasSubstr("version 2, this program reads up to 1"));
}

TEST(Recording, FilesThatAreNoneAreToldApart) {
  const test_support::TemporaryFolder folder;
  const auto error = [&](const std::string& name) {
    auto reader = RecordingReader::open(folder / name);
    return reader ? Error{} : reader.error();
  };
  EXPECT_EQ(error("nowhere").code, ErrorCode::kNotFound);
  EXPECT_THAT(error("").message, HasSubstr("not a regular file"));
  folder.write("empty", "");
  EXPECT_THAT(error("empty").message, HasSubstr("is empty"));
  folder.write("text", "app: digits\n");
  EXPECT_THAT(error("text").message, HasSubstr("is no recording"));
  folder.write("magic", std::string(kRecordingMagic));
  EXPECT_THAT(error("magic").message, HasSubstr("cut off within its header"));
}

TEST(RecordingWriter, LeavesAFileThatIsThereAloneUnlessToldOtherwise) {
  const test_support::TemporaryFolder folder;
  const auto path = folder.write("a.rec", "precious");
  const auto refused = RecordingWriter::create(path, false, kHeader);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_THAT(refused.error().message, HasSubstr("--force"));
  EXPECT_EQ(content(path), "precious");
  EXPECT_TRUE(RecordingWriter::create(path, true, kHeader));
  EXPECT_EQ(content(path), beginning());
}

TEST(RecordingWriter, SaysWhyNothingCanBeWritten) {
  const test_support::TemporaryFolder folder;
  EXPECT_EQ(RecordingWriter::create(folder.path(), true, kHeader).error().code, ErrorCode::kInvalid);
  const auto nowhere = RecordingWriter::create(folder / "no/such/a.rec", false, kHeader);
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code, ErrorCode::kEnvironment);
  EXPECT_THAT(nowhere.error().message, HasSubstr("No such file"));
  const auto full = RecordingWriter::create("/dev/full", true, kHeader);
  ASSERT_FALSE(full);
  EXPECT_THAT(full.error().message, HasSubstr("No space left"));
}

TEST(RecordingWriter, WhatIsOlderThanTheFlushPeriodIsInTheFile) {
  const test_support::TemporaryFolder folder;
  auto writer = RecordingWriter::create(folder / "a.rec", false, kHeader);
  ASSERT_TRUE(writer);
  const RecordedPacket early{milliseconds(1), "t", {1}}, late{kFlushPeriod, "t", {2}};
  ASSERT_TRUE(writer->add(early));
  EXPECT_EQ(content(folder / "a.rec"), beginning()) << "not each packet by itself";
  ASSERT_TRUE(writer->add(late));
  const auto both = beginning() + framed(FrameKind::kPacket, early) + framed(FrameKind::kPacket, late);
  EXPECT_EQ(content(folder / "a.rec"), both);
  ASSERT_TRUE(writer->add(late));
  ASSERT_TRUE(writer->flush_if_due(2 * kFlushPeriod));
  EXPECT_EQ(content(folder / "a.rec"), both + framed(FrameKind::kPacket, late)) << "also on a quiet bus";
}

TEST(RecordingWriter, AnEndHasRoomWhateverItSays) {
  const auto all = ~std::uint64_t(0);
  const RecordingEnd large{all, all, all, all, kLongestRecording, EndReason::kMaxBytes};
  EXPECT_LE(framed(FrameKind::kEnd, large).size(), kEndFrameRoom);
}

TEST(RecordingInfo, CountsByTopic) {
  auto reader = reader_of(beginning() + framed(FrameKind::kPacket, RecordedPacket{{}, "b", {1, 2}}) +
                          framed(FrameKind::kPacket, RecordedPacket{{}, "a", {1}}) +
                          framed(FrameKind::kPacket, RecordedPacket{{}, "b", {1}}) +
                          framed(FrameKind::kEnd, RecordingEnd{3, 4, 0, 1, milliseconds(500), {}}));
  ASSERT_TRUE(reader);
  const auto info = describe(*reader);
  ASSERT_TRUE(info) << info.error().message;
  EXPECT_EQ(info->started, "2019-12-20 00:00:00");
  EXPECT_DOUBLE_EQ(info->duration_us, 0.5e6);
  EXPECT_DOUBLE_EQ(info->duration_s, 0.5) << "the old name";
  EXPECT_EQ(info->packets, 3u);
  EXPECT_EQ(info->payload_bytes, 4u);
  ASSERT_EQ(info->topics.size(), 2u);
  EXPECT_EQ(info->topics[0].topic, "a");
  EXPECT_EQ(info->topics[1].packets, 2u);
  EXPECT_EQ(info->topics[1].payload_bytes, 3u);
  EXPECT_DOUBLE_EQ(info->topics[1].packets_per_second, 4);
  EXPECT_THAT(to_text(*info), HasSubstr("body body-1, 0.500 s: 3 packets, 4 bytes, ended by signal"));
  EXPECT_THAT(shortcomings(*reader), HasSubstr("restarts of the broker: 1"));
}

}  // namespace
}  // namespace synergy::client
