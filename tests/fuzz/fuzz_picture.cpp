// Any bytes as a picture file: refused with a reason, or a picture whose size and bytes agree, within the
// limits.
#include "synergy/base/check.hpp"
#include "synergy/pictures/picture.hpp"

using namespace synergy;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto picture = pictures::read_picture({data, size});
  if (!picture) {
    SYNERGY_CHECK(picture.error().code == ErrorCode::kInvalid, "a damaged file is called invalid");
    SYNERGY_CHECK(!picture.error().message.empty(), "a refusal has a reason");
    return 0;
  }
  const std::uint64_t pixels = std::uint64_t(picture->rows) * picture->columns;
  SYNERGY_CHECK(pixels > 0 && pixels <= pictures::kMaxPixels, "a picture is within the limits");
  SYNERGY_CHECK(picture->channels == 1 || picture->channels == 3, "a picture is grey or colour");
  SYNERGY_CHECK(picture->bytes.size() == pixels * picture->channels, "size and bytes agree");
  return 0;
}
