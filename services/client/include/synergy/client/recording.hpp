// A recording: what travelled on the bus, packet by packet, in one file.
//
//   file   = magic header *packet [end]
//   magic  = kRecordingMagic (8 bytes; its line ends show a transfer that took it for text)
//   frame  = kind length value        a header, a packet and the end are each a frame
//
//   byte   bytes  what
//   0      1      kind: H header, P packet, E end (FrameKind)
//   1      4      length of the value, least significant byte first, at most kMaxFrameBytes
//   5      length value: one msgpack map, RecordingHeader, RecordedPacket or RecordingEnd by the kind
//
// Packets stand in the order in which the broker forwarded them, which is the order in which every
// participant got them; their times never go back. What a reader gets wrong: a file without its end is no
// damaged file. It is what a recorder leaves that was killed, and everything up to its last whole frame is
// read; a reader says so (`cut_off()`). A frame that is there and can not be understood is damage, and an
// error.
//
// A reader ignores fields it does not know; what older readers would misunderstand gets a higher version.
#pragma once

#include <array>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"
#include "synergy/schemas/decode.hpp"
#include "synergy/schemas/encode.hpp"
#include "synergy/schemas/envelope.hpp"
#include "synergy/schemas/fields.hpp"

namespace synergy::client {
enum class EndReason { kSignal, kDuration, kMaxBytes };
}  // namespace synergy::client
template <>
inline constexpr std::array<std::pair<synergy::client::EndReason, std::string_view>, 3>
    synergy::schemas::kEnumNames<synergy::client::EndReason>{{
        {synergy::client::EndReason::kSignal, "signal"},
        {synergy::client::EndReason::kDuration, "duration"},
        {synergy::client::EndReason::kMaxBytes, "max-bytes"},
    }};

namespace synergy::client {

inline constexpr std::string_view kRecordingMagic{"SYNREC\r\n"};
inline constexpr std::uint32_t kRecordingVersion = 1;
/// The largest packet of the bus, and room for the names of the fields.
inline constexpr std::size_t kMaxFrameBytes = schemas::kMaxMessageBytes + schemas::kMaxTopicBytes + 256;
/// Bytes of an end, its kind and length included, are fewer.
inline constexpr std::size_t kEndFrameRoom = 256;
inline constexpr Duration kLongestRecording = std::chrono::hours(24 * 366);
/// What was recorded waits at most so long before the operating system has it: as much a killed recorder
/// loses.
inline constexpr Duration kFlushPeriod = std::chrono::milliseconds(100);

enum class FrameKind : char { kHeader = 'H', kPacket = 'P', kEnd = 'E' };

struct RecordingHeader {
  std::uint32_t version = kRecordingVersion;
  UnixTime started;
  std::string body;
  static void fields(auto& f) {
    using H = RecordingHeader;
    f.required("version", &H::version, "of the format");
    f.required("started_unix_ns", &H::started, "when it began");
    f.optional("body", &H::body, "name of the body; empty: not known");
  }
  bool operator==(const RecordingHeader&) const = default;
};

struct RecordedPacket {
  Duration at{0};
  std::string topic;
  schemas::Bytes payload;
  static void fields(auto& f) {
    using P = RecordedPacket;
    f.required("at_ns", &P::at, "host's monotonic time since the beginning");
    f.required("topic", &P::topic, "the topic");
    f.required("payload", &P::payload, "envelope and body, as they came");
  }
  [[nodiscard]] Status check() const;
  bool operator==(const RecordedPacket&) const = default;
};

struct RecordingEnd {
  std::uint64_t packets = 0, payload_bytes = 0, gaps = 0, broker_restarts = 0;
  Duration lasted{0};
  EndReason reason = EndReason::kSignal;
  static void fields(auto& f) {
    using E = RecordingEnd;
    f.required("packets", &E::packets, "in the file");
    f.required("payload_bytes", &E::payload_bytes, "of their payloads");
    f.required("gaps", &E::gaps, "messages that did not reach the recorder, by their numbers");
    f.required("broker_restarts", &E::broker_restarts, "while it recorded");
    f.required("lasted_ns", &E::lasted, "from the beginning to the end");
    f.required("reason", &E::reason, "why it ended");
  }
  [[nodiscard]] Status check() const;
  bool operator==(const RecordingEnd&) const = default;
};

/// One frame, kind and length included.
[[nodiscard]] schemas::Bytes frame(FrameKind kind, const schemas::Bytes& value);

/// Writes a recording as it happens. Owns the file. When it is destroyed without finish(), what was added is
/// in the file all the same, as a recording that was cut off.
class RecordingWriter {
 public:
  /// Fails with kConflict where a file is and `overwrite` is not set, with kInvalid where a folder is.
  [[nodiscard]] static Status check_output(const std::filesystem::path& path, bool overwrite);
  /// Fails as check_output(), and with kEnvironment; then there is no new file.
  [[nodiscard]] static Result<RecordingWriter> create(const std::filesystem::path& path, bool overwrite,
                                                      const RecordingHeader& header);

  /// Fails with kEnvironment when the disk is full: whole frames that are there can still be read.
  Status add(const RecordedPacket& packet);
  /// Hands what was added to the operating system when kFlushPeriod has passed since it was done last.
  Status flush_if_due(Duration now);
  Status finish(const RecordingEnd& end);
  /// Of the file, with what was added and not flushed.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { (void)std::fclose(file); }
  };
  RecordingWriter(std::string name, std::FILE* file) : name_(std::move(name)), file_(file) {}
  Status write(const void* data, std::size_t size);
  Status flush();
  [[nodiscard]] Error failure() const;

  std::string name_;
  std::unique_ptr<std::FILE, Close> file_;
  std::uint64_t bytes_ = 0;
  Duration flushed_{0};
};

/// Reads a recording packet by packet: it may be larger than the memory. Every error begins with its name.
class RecordingReader {
 public:
  /// Fails with kNotFound, kInvalid (no file, empty, of another kind, of a later version, cut off before its
  /// first packet could be) or kEnvironment.
  [[nodiscard]] static Result<RecordingReader> open(const std::filesystem::path& path);
  [[nodiscard]] static Result<RecordingReader> read(std::unique_ptr<std::istream> input, std::string name);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const RecordingHeader& header() const { return header_; }

  /// The next packet; none at the end. Fails with kInvalid on damage, which ends the reading.
  [[nodiscard]] Result<std::optional<RecordedPacket>> next();
  /// Every packet to `take`.
  Status each(const std::function<void(RecordedPacket&&)>& take);
  /// Where in the file the packet begins that next() gave last: what packet_at() takes.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  /// The packet that begins there, whatever was read before; next() is of no use afterwards. Fails with
  /// kInvalid where the file has changed and there is no packet now, with kEnvironment where the disk fails.
  [[nodiscard]] Result<RecordedPacket> packet_at(std::uint64_t offset);

  /// Known when next() gave no packet: how the recording ended; none when it was cut off.
  [[nodiscard]] const std::optional<RecordingEnd>& end() const { return end_; }
  [[nodiscard]] bool cut_off() const { return over_ && !end_; }
  [[nodiscard]] std::uint64_t packets() const { return packets_; }
  /// When the last packet came.
  [[nodiscard]] Duration last() const { return last_; }

 private:
  struct Frame {
    FrameKind kind;
    schemas::Bytes value;
  };
  RecordingReader(std::unique_ptr<std::istream> input, std::string name)
      : input_(std::move(input)), name_(std::move(name)) {}
  Status read_header();
  /// None where the file ends, within a frame or behind one.
  Result<std::optional<Frame>> next_frame();
  /// The bytes up to `size` that are there. Fails with kEnvironment when the disk does.
  Result<schemas::Bytes> take(std::size_t size);
  Status take_end(const schemas::Bytes& value);
  [[nodiscard]] Error damaged(const std::string& what) const;

  std::unique_ptr<std::istream> input_;
  std::string name_;
  RecordingHeader header_;
  std::optional<RecordingEnd> end_;
  std::uint64_t offset_ = 0, next_offset_ = 0;  ///< of the frame being read, and of the next
  std::uint64_t packets_ = 0;
  Duration last_{0};
  bool over_ = false;
};

}  // namespace synergy::client

// The field lists are instantiated once, in src/.
extern template const synergy::schemas::StructInfo&
synergy::schemas::describe<synergy::client::RecordingHeader>();
extern template const synergy::schemas::StructInfo&
synergy::schemas::describe<synergy::client::RecordedPacket>();
extern template const synergy::schemas::StructInfo&
synergy::schemas::describe<synergy::client::RecordingEnd>();
