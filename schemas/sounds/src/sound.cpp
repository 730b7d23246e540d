#include "synergy/sounds/sound.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "open_file.hpp"
#include "wav_header.hpp"

namespace synergy::sounds {
namespace {

constexpr sf_count_t kBlock = 4096;  ///< frames that are read at a time

Error invalid(std::string message) { return {ErrorCode::kInvalid, std::move(message)}; }

bool has(std::span<const std::uint8_t> file, std::string_view bytes, std::size_t at = 0) {
  return file.size() >= at + bytes.size() &&
         std::equal(bytes.begin(), bytes.end(), file.begin() + std::ptrdiff_t(at),
                    [](char a, std::uint8_t b) { return std::uint8_t(a) == b; });
}

/// Empty: none that is read.
std::string kind_of(std::span<const std::uint8_t> file) {
  if (has(file, "RIFF") && has(file, "WAVE", 8)) return "WAV";
  if (has(file, "fLaC")) return "FLAC";
  return has(file, "OggS") ? "OGG" : "";
}

/// What a file that is none of these is likely to be; empty: nothing that is known.
std::string_view likely_kind(std::span<const std::uint8_t> file, bool sounds_only) {
  using namespace std::string_view_literals;
  struct Kind {
    std::string_view name, bytes;
    std::size_t at = 0;
    bool is_sound = true;
  };
  constexpr Kind kKinds[] = {{"MP3", "ID3"},
                             {"MP3", "\xff\xfb"sv},
                             {"AIFF", "AIFF", 8},
                             {"RF64 (a WAV above 4 GB)", "RF64"},
                             {"AU", ".snd"},
                             {"M4A or MP4", "ftyp", 4, false},
                             {"WebM", "\x1a\x45\xdf\xa3"sv, 0, false},
                             {"PNG", "\x89PNG"sv, 0, false},
                             {"JPEG", "\xff\xd8"sv, 0, false},
                             {"NumPy", "\x93NUMPY"sv, 0, false}};
  for (const auto& kind : kKinds)
    if (has(file, kind.bytes, kind.at) && (kind.is_sound || !sounds_only)) return kind.name;
  return "";
}

std::string number_text(std::uint64_t number) { return std::to_string(number); }

Error too_long(const std::string& samples) {
  return invalid("a sound of " + samples + " samples is too long: cut it into parts of " +
                 number_text(kMaxSamples) + " at most");
}

Error damaged(const std::string& kind, const std::string& what) {
  return invalid("the " + kind + " file is damaged" + (what.empty() ? "" : " (" + what + ")") +
                 ": get it again from where it came from, or save it anew");
}

bool is_read(int format) {
  constexpr std::array kRead{SF_FORMAT_PCM_S8, SF_FORMAT_PCM_U8, SF_FORMAT_PCM_16, SF_FORMAT_PCM_24,
                             SF_FORMAT_PCM_32, SF_FORMAT_FLOAT,  SF_FORMAT_DOUBLE, SF_FORMAT_ULAW,
                             SF_FORMAT_ALAW,   SF_FORMAT_VORBIS, SF_FORMAT_OPUS};
  return std::find(kRead.begin(), kRead.end(), format & SF_FORMAT_SUBMASK) != kRead.end();
}

Status check(const SF_INFO& info, const std::string& kind) {
  if (auto status =
          check_form(std::uint64_t(std::max(0, info.channels)), std::uint64_t(std::max(0, info.samplerate)));
      !status)
    return status;
  if (!is_read(info.format))
    return invalid("the samples of the " + kind +
                   " file are packed in a way that is not read: save it with plain samples (PCM) of 16 bits");
  if (info.frames != SF_COUNT_MAX && info.frames > sf_count_t(kMaxSamples))
    return too_long(number_text(std::uint64_t(info.frames)));
  return {};
}

/// The mean of one value for each channel, in 16 bits.
std::int16_t mixed(const double* values, int channels) {
  double sum = 0;
  for (int c = 0; c < channels; ++c) sum += values[c];
  return std::int16_t(std::clamp(std::floor(sum * 32768 / channels + 0.5), -32768.0, 32767.0));
}

Status read_all(OpenFile& file, std::vector<std::int16_t>& samples) {
  const int channels = file.info().channels;
  std::vector<double> block(std::size_t(kBlock * channels));
  while (const auto frames = file.read(block.data(), kBlock)) {
    const auto values = std::size_t(frames) * std::size_t(channels);
    const auto end = block.begin() + std::ptrdiff_t(values);
    if (const auto odd =
            std::find_if_not(block.begin(), end, [](double value) { return std::isfinite(value); });
        odd != end)
      return invalid(
          "sample " +
          number_text(samples.size() + std::uint64_t(odd - block.begin()) / std::uint64_t(channels)) +
          " is no number (infinite, or not a number): save it anew with plain samples (PCM) of 16 bits");
    if (samples.size() + std::uint64_t(frames) > kMaxSamples)
      return too_long("more than " + number_text(kMaxSamples));
    for (std::size_t at = 0; at < values; at += std::size_t(channels))
      samples.push_back(mixed(block.data() + at, channels));
  }
  return {};
}

}  // namespace

bool begins_as_sound(std::span<const std::uint8_t> file) {
  return !kind_of(file).empty() || !likely_kind(file, true).empty();
}

Result<Sound> read_sound(std::span<const std::uint8_t> file) {
  if (file.size() > kMaxFileBytes)
    return invalid("a sound file of " + number_text(file.size()) + " bytes is too large: at most " +
                   number_text(kMaxFileBytes) + " are read; cut it into parts");
  const auto kind = kind_of(file);
  if (kind.empty()) {
    const std::string likely(likely_kind(file, false));
    return invalid((file.empty() ? "is empty" : "is neither WAV, FLAC nor OGG") +
                   (likely.empty() ? "" : ", but begins as " + likely) + ": save the sound as WAV");
  }
  std::vector<std::uint8_t> completed;
  if (kind == "WAV") {
    completed = completed_wav(file);
    if (!completed.empty()) file = completed;
    if (auto status = check_wav(file); !status) return status.error();
  }
  OpenFile open(file);
  if (!open.is_open()) return damaged(kind, open.complaint());
  const auto& info = open.info();
  if (auto status = check(info, kind); !status) return status.error();
  Sound sound{std::uint32_t(info.samplerate), {}};
  if (auto status = read_all(open, sound.samples); !status) return status.error();
  if (const auto what = open.complaint(); !what.empty()) return damaged(kind, what);
  if (info.frames != SF_COUNT_MAX && sf_count_t(sound.samples.size()) < info.frames)
    return invalid("the " + kind + " file is cut off or damaged: its header promises " +
                   number_text(std::uint64_t(info.frames)) + " samples, and " +
                   number_text(sound.samples.size()) + " can be read; get it whole");
  if (sound.samples.empty()) return invalid("the " + kind + " file has no samples: record it again");
  return sound;
}

}  // namespace synergy::sounds
