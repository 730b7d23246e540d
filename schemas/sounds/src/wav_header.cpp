#include "wav_header.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "synergy/sounds/sound.hpp"

namespace synergy::sounds {
namespace {

constexpr std::size_t kFirstChunk = 12, kChunkHeader = 8;

/// What stands for a length that is not known: by ffmpeg, by programs with signed lengths, by sox and
/// espeak-ng, by arecord.
constexpr std::uint32_t kUnknownLengths[] = {0xFFFFFFFF, 0x7FFFFFFF, 0x7FFFF000, 0x80000000};

Error invalid(std::string message) { return {ErrorCode::kInvalid, std::move(message)}; }

std::uint32_t number_at(std::span<const std::uint8_t> file, std::size_t at, int bytes) {
  std::uint32_t number = 0;
  for (int i = bytes - 1; i >= 0; --i) number = number << 8 | file[at + std::size_t(i)];
  return number;
}

void put_number(std::vector<std::uint8_t>& file, std::size_t at, std::uint64_t number) {
  for (std::size_t i = 0; i < 4; ++i) file[at + i] = std::uint8_t(number >> (8 * i));
}

bool is_chunk(std::span<const std::uint8_t> file, std::size_t at, const char* name) {
  return std::memcmp(file.data() + at, name, 4) == 0;
}

Status check_format_chunk(std::span<const std::uint8_t> file, std::size_t at, std::uint32_t size) {
  constexpr std::uint32_t kLeastBytes = 16;
  if (size < kLeastBytes || at + kLeastBytes > file.size())
    return invalid("the WAV file is damaged (its 'fmt ' chunk is too short): save it anew");
  return check_form(number_at(file, at + 2, 2), number_at(file, at + 4, 4));
}

Status check_data_chunk(std::uint64_t promised, std::uint64_t there) {
  if (promised == 0) return invalid("the WAV file has no samples: record it again");
  if (promised <= there) return {};
  return invalid("the WAV file is cut off: its header promises " + std::to_string(promised) +
                 " bytes of sound, and " + std::to_string(there) + " are there; get it whole");
}

}  // namespace

Status check_form(std::uint64_t channels, std::uint64_t rate) {
  if (channels == 0 || channels > kMaxChannels)
    return invalid("sound of " + std::to_string(channels) + " channels is not read: save it in mono, or in " +
                   std::to_string(kMaxChannels) + " at most, whose mean is taken");
  if (rate < kMinRate || rate > kMaxRate)
    return invalid("sound of " + std::to_string(rate) + " Hz is not read: save it at " +
                   std::to_string(kMinRate) + " to " + std::to_string(kMaxRate) + " samples per second");
  return {};
}

std::vector<std::uint8_t> completed_wav(std::span<const std::uint8_t> file) {
  for (std::uint64_t at = kFirstChunk; at + kChunkHeader <= file.size();) {
    const auto size = number_at(file, at + 4, 4);
    const auto content = at + kChunkHeader;
    if (!is_chunk(file, at, "data")) {
      at = content + size + size % 2;
      continue;
    }
    const auto there = file.size() - content;
    if (size <= there ||
        std::find(std::begin(kUnknownLengths), std::end(kUnknownLengths), size) == std::end(kUnknownLengths))
      return {};
    std::vector<std::uint8_t> completed(file.begin(), file.end());
    put_number(completed, 4, file.size() - kChunkHeader);
    put_number(completed, at + 4, there);
    return completed;
  }
  return {};
}

Status check_wav(std::span<const std::uint8_t> file) {
  bool has_format = false;
  for (std::uint64_t at = kFirstChunk; at + kChunkHeader <= file.size();) {
    const auto size = number_at(file, at + 4, 4);
    const auto content = at + kChunkHeader;
    if (is_chunk(file, at, "data")) {
      if (!has_format)
        return invalid("the WAV file is damaged (no 'fmt ' chunk before its sound): save it anew");
      return check_data_chunk(size, file.size() - content);
    }
    if (is_chunk(file, at, "fmt ")) {
      if (auto status = check_format_chunk(file, content, size); !status) return status;
      has_format = true;
    }
    at = content + size + size % 2;
  }
  return invalid(
      "the WAV file is cut off or damaged: it ends before its sound begins (no 'data' chunk); get it whole");
}

}  // namespace synergy::sounds
