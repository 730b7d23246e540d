// Any bytes as a recording: refused, or packets that the bus could have carried.
#include <sstream>

#include "synergy/base/check.hpp"
#include "synergy/client/recording.hpp"

using namespace synergy;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto input = std::make_unique<std::istringstream>(std::string(reinterpret_cast<const char*>(data), size));
  auto recording = client::RecordingReader::read(std::move(input), "x.rec");
  if (!recording) {
    SYNERGY_CHECK(recording.error().code == ErrorCode::kInvalid, "a damaged file is called invalid");
    return 0;
  }
  Duration before{0};
  std::size_t bytes = 0;
  const auto status = recording->each([&](client::RecordedPacket&& packet) {
    SYNERGY_CHECK(packet.check().has_value(), "the bus could have carried it");
    SYNERGY_CHECK(packet.at >= before, "time does not go back");
    before = packet.at;
    bytes += packet.payload.size();
  });
  SYNERGY_CHECK(bytes <= size, "payloads are part of the file");
  if (status) SYNERGY_CHECK(recording->cut_off() != recording->end().has_value(), "whole, or cut off");
  if (!status) SYNERGY_CHECK(status.error().code == ErrorCode::kInvalid, "a damaged file is called invalid");
  return 0;
}
