#include "made_sounds.hpp"

#include <gtest/gtest.h>
#include <sndfile.h>

#include <cmath>
#include <cstring>
#include <numbers>

namespace synergy::sounds_test {
namespace {

struct Place {
  Bytes bytes;
  sf_count_t at = 0;
};

SF_VIRTUAL_IO calls() {
  SF_VIRTUAL_IO io{};
  io.get_filelen = [](void* user) { return sf_count_t(static_cast<Place*>(user)->bytes.size()); };
  io.seek = [](sf_count_t offset, int whence, void* user) {
    auto& place = *static_cast<Place*>(user);
    place.at = offset + (whence == SEEK_SET   ? 0
                         : whence == SEEK_CUR ? place.at
                                              : sf_count_t(place.bytes.size()));
    return place.at;
  };
  io.read = [](void* to, sf_count_t count, void* user) {
    auto& place = *static_cast<Place*>(user);
    count = std::min(count, sf_count_t(place.bytes.size()) - place.at);
    std::memcpy(to, place.bytes.data() + place.at, std::size_t(count));
    place.at += count;
    return count;
  };
  io.write = [](const void* from, sf_count_t count, void* user) {
    auto& place = *static_cast<Place*>(user);
    if (place.bytes.size() < std::size_t(place.at + count)) place.bytes.resize(std::size_t(place.at + count));
    std::memcpy(place.bytes.data() + place.at, from, std::size_t(count));
    place.at += count;
    return count;
  };
  io.tell = [](void* user) { return static_cast<Place*>(user)->at; };
  return io;
}

}  // namespace

Bytes file_of(int format, const Samples& samples, std::uint32_t rate) {
  Place place;
  auto io = calls();
  SF_INFO info{};
  info.samplerate = int(rate);
  info.channels = 1;
  info.format = format;
  auto* file = sf_open_virtual(&io, SFM_WRITE, &info, &place);
  EXPECT_NE(file, nullptr) << sf_strerror(nullptr);
  EXPECT_EQ(sf_write_short(file, samples.data(), sf_count_t(samples.size())), sf_count_t(samples.size()));
  sf_close(file);
  return place.bytes;
}

Samples tone(std::size_t samples, double hertz, std::uint32_t rate) {
  Samples made(samples);
  for (std::size_t i = 0; i < samples; ++i)
    made[i] = std::int16_t(std::lround(16000 * std::sin(2 * std::numbers::pi * hertz * double(i) / rate)));
  return made;
}

sounds::Sound read(const Bytes& file) {
  auto sound = sounds::read_sound(file);
  EXPECT_TRUE(sound) << sound.error().message;
  return sound ? *std::move(sound) : sounds::Sound();
}

std::string refusal(const Bytes& file) {
  const auto sound = sounds::read_sound(file);
  if (sound) return "";
  EXPECT_EQ(sound.error().code, ErrorCode::kInvalid);
  return sound.error().message;
}

}  // namespace synergy::sounds_test
