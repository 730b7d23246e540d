#include <fstream>

#include "synergy/client/recording.hpp"
#include "synergy/documents/file.hpp"

namespace synergy::client {
namespace {

constexpr std::size_t kFrameHead = 5;

Status check_time(Duration time) {
  if (time < Duration(0) || time > kLongestRecording)
    return Error{ErrorCode::kInvalid, "a time of " + std::to_string(time.count()) +
                                          " ns since the beginning; a recording has at most 366 days"};
  return {};
}

}  // namespace

Status RecordedPacket::check() const {
  if (topic.empty() || topic.size() > schemas::kMaxTopicBytes)
    return Error{ErrorCode::kInvalid, "a topic of " + std::to_string(topic.size()) + " bytes"};
  if (payload.size() > schemas::kMaxMessageBytes)
    return Error{ErrorCode::kInvalid, "a payload of " + std::to_string(payload.size()) + " bytes"};
  return check_time(at);
}

Status RecordingEnd::check() const { return check_time(lasted); }

Result<RecordingReader> RecordingReader::open(const std::filesystem::path& path) {
  const auto size = documents::size_of_file(path);
  if (!size) return size.error();
  if (*size == 0)
    return Error{ErrorCode::kInvalid, path.string() + ": is empty; 'synergy record' makes recordings"};
  auto file = std::make_unique<std::ifstream>(path, std::ios::binary);
  if (!*file)
    return Error{ErrorCode::kEnvironment, path.string() + ": can not be read; look at its permissions"};
  return read(std::move(file), path.string());
}

Result<RecordingReader> RecordingReader::read(std::unique_ptr<std::istream> input, std::string name) {
  RecordingReader reader(std::move(input), std::move(name));
  if (auto status = reader.read_header(); !status) return status.error();
  return reader;
}

Status RecordingReader::read_header() {
  const auto magic = take(kRecordingMagic.size());
  if (!magic) return magic.error();
  if (std::string_view(reinterpret_cast<const char*>(magic->data()), magic->size()) != kRecordingMagic)
    return Error{ErrorCode::kInvalid, name_ + ": is no recording; 'synergy record' makes them"};
  next_offset_ = magic->size();
  const auto first = next_frame();
  if (!first) return first.error();
  if (!*first)
    return Error{ErrorCode::kInvalid, name_ + ": was cut off within its header; nothing was recorded"};
  if ((*first)->kind != FrameKind::kHeader) return damaged("there is no header");
  auto header = schemas::from_msgpack<RecordingHeader>((*first)->value);
  if (!header) return damaged("header: " + header.error().message);
  if (header->version > kRecordingVersion)
    return Error{ErrorCode::kInvalid, name_ + ": is a recording of version " +
                                          std::to_string(header->version) + ", this program reads up to " +
                                          std::to_string(kRecordingVersion) + "; use a newer one"};
  header_ = std::move(*header);
  return {};
}

Result<schemas::Bytes> RecordingReader::take(std::size_t size) {
  schemas::Bytes bytes(size);
  input_->read(reinterpret_cast<char*>(bytes.data()), std::streamsize(size));
  if (input_->bad()) return Error{ErrorCode::kEnvironment, name_ + ": can not be read"};
  bytes.resize(std::size_t(input_->gcount()));
  return bytes;
}

Result<std::optional<RecordingReader::Frame>> RecordingReader::next_frame() {
  offset_ = next_offset_;
  const auto head = take(kFrameHead);
  if (!head) return head.error();
  if (head->size() < kFrameHead) return std::optional<Frame>();
  std::uint32_t length = 0;
  for (std::size_t i = 4; i > 0; --i) length = length << 8 | (*head)[i];
  const auto kind = FrameKind((*head)[0]);
  if (kind != FrameKind::kHeader && kind != FrameKind::kPacket && kind != FrameKind::kEnd)
    return damaged("no kind of frame is called " + std::to_string((*head)[0]));
  if (length > kMaxFrameBytes)
    return damaged("a frame of " + std::to_string(length) + " bytes; the largest has " +
                   std::to_string(kMaxFrameBytes));
  auto value = take(length);
  if (!value) return value.error();
  if (value->size() < length) return std::optional<Frame>();
  next_offset_ += kFrameHead + length;
  return std::optional(Frame{kind, std::move(*value)});
}

Result<std::optional<RecordedPacket>> RecordingReader::next() {
  if (over_) return std::optional<RecordedPacket>();
  auto frame = next_frame();
  if (!frame) return frame.error();
  if (!*frame) {
    over_ = true;
    return std::optional<RecordedPacket>();
  }
  if ((*frame)->kind == FrameKind::kHeader) return damaged("a second header");
  if ((*frame)->kind == FrameKind::kEnd) {
    if (auto status = take_end((*frame)->value); !status) return status.error();
    return std::optional<RecordedPacket>();
  }
  auto packet = schemas::from_msgpack<RecordedPacket>((*frame)->value);
  if (!packet) return damaged("packet " + std::to_string(packets_ + 1) + ": " + packet.error().message);
  if (packet->at < last_) return damaged("packet " + std::to_string(packets_ + 1) + ": time goes back");
  last_ = packet->at;
  ++packets_;
  return std::optional(std::move(*packet));
}

Result<RecordedPacket> RecordingReader::packet_at(std::uint64_t offset) {
  input_->clear();
  input_->seekg(std::streamoff(offset));
  next_offset_ = offset;
  auto frame = next_frame();
  if (!frame) return frame.error();
  if (!*frame || (*frame)->kind != FrameKind::kPacket)
    return Error{ErrorCode::kInvalid, name_ + ": has changed since it was opened: no packet begins at byte " +
                                          std::to_string(offset) + "; open it again"};
  auto packet = schemas::from_msgpack<RecordedPacket>((*frame)->value);
  if (!packet) return damaged(packet.error().message);
  return packet;
}

Status RecordingReader::each(const std::function<void(RecordedPacket&&)>& take) {
  while (true) {
    auto packet = next();
    if (!packet) return packet.error();
    if (!*packet) return {};
    take(std::move(**packet));
  }
}

Status RecordingReader::take_end(const schemas::Bytes& value) {
  auto end = schemas::from_msgpack<RecordingEnd>(value);
  if (!end) return damaged("end: " + end.error().message);
  if (end->packets != packets_)
    return damaged("it ended with " + std::to_string(end->packets) + " packets, and has " +
                   std::to_string(packets_));
  if (input_->peek() != std::istream::traits_type::eof()) return damaged("there is something behind the end");
  end_ = *end;
  over_ = true;
  return {};
}

Error RecordingReader::damaged(const std::string& what) const {
  return {ErrorCode::kInvalid,
          name_ + ": is damaged at byte " + std::to_string(offset_) + ": " + what + "; record again"};
}

}  // namespace synergy::client
