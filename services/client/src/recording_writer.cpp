#include <cerrno>
#include <cstring>

#include "synergy/base/check.hpp"
#include "synergy/client/recording.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::client {

schemas::Bytes frame(FrameKind kind, const schemas::Bytes& value) {
  SYNERGY_CHECK(value.size() <= kMaxFrameBytes, "a frame holds the largest packet");
  schemas::Bytes bytes;
  bytes.reserve(5 + value.size());
  bytes.push_back(std::uint8_t(kind));
  for (int shift = 0; shift < 32; shift += 8) bytes.push_back(std::uint8_t(value.size() >> shift));
  bytes.insert(bytes.end(), value.begin(), value.end());
  return bytes;
}

Status RecordingWriter::check_output(const std::filesystem::path& path, bool overwrite) {
  std::error_code failure;
  const auto there = std::filesystem::status(path, failure);
  if (std::filesystem::is_directory(there))
    return Error{ErrorCode::kInvalid, path.string() + ": is a folder; name a file in it"};
  if (std::filesystem::exists(there) && !overwrite)
    return Error{ErrorCode::kConflict, path.string() + ": is there already; --force replaces it"};
  return {};
}

Result<RecordingWriter> RecordingWriter::create(const std::filesystem::path& path, bool overwrite,
                                                const RecordingHeader& header) {
  if (auto status = check_output(path, overwrite); !status) return status.error();
  std::error_code ignored;
  const bool is_new = !std::filesystem::exists(path, ignored);
  RecordingWriter writer(path.string(), std::fopen(path.c_str(), overwrite ? "wbe" : "wbxe"));
  if (!writer.file_) return writer.failure();
  auto status = writer.write(kRecordingMagic.data(), kRecordingMagic.size());
  const auto bytes = frame(FrameKind::kHeader, schemas::to_msgpack(header));
  if (status) status = writer.write(bytes.data(), bytes.size());
  if (status) status = writer.flush();
  if (status) return writer;
  if (is_new) std::filesystem::remove(path, ignored);
  return status.error();
}

Status RecordingWriter::add(const RecordedPacket& packet) {
  const auto bytes = frame(FrameKind::kPacket, schemas::to_msgpack(packet));
  if (auto status = write(bytes.data(), bytes.size()); !status) return status;
  return flush_if_due(packet.at);
}

Status RecordingWriter::flush_if_due(Duration now) {
  if (now - flushed_ < kFlushPeriod) return {};
  flushed_ = now;
  return flush();
}

Status RecordingWriter::finish(const RecordingEnd& end) {
  const auto bytes = frame(FrameKind::kEnd, schemas::to_msgpack(end));
  SYNERGY_CHECK(bytes.size() <= kEndFrameRoom, "there is room for the end");
  if (auto status = write(bytes.data(), bytes.size()); !status) return status;
  return flush();
}

Status RecordingWriter::write(const void* data, std::size_t size) {
  if (std::fwrite(data, 1, size, file_.get()) != size) return failure();
  bytes_ += size;
  return {};
}

Status RecordingWriter::flush() {
  if (std::fflush(file_.get()) != 0) return failure();
  return {};
}

Error RecordingWriter::failure() const {
  const int reason = errno;
  const bool no_room = reason == ENOSPC || reason == EDQUOT || reason == EFBIG;
  return {ErrorCode::kEnvironment,
          name_ + ": can not be written: " + std::strerror(reason) +
              (no_room ? "; make room, or record to another disk (--max-bytes bounds a recording)" : "")};
}

}  // namespace synergy::client

template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::client::RecordingHeader>();
template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::client::RecordedPacket>();
template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::client::RecordingEnd>();
