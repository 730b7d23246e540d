// Any bytes as a checkpoint file: refused, or tensors that can not be read or whose shape and values agree.
#include "synergy/accel_import/checkpoint.hpp"
#include "synergy/base/check.hpp"

using namespace synergy;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto checkpoint = accel_import::parse_checkpoint({data, data + size}, "x.pth.tar");
  if (!checkpoint) {
    SYNERGY_CHECK(checkpoint.error().message.starts_with("x.pth.tar"), "the message begins with the file");
    return 0;
  }
  for (const auto& tensor : checkpoint->tensors) {
    const auto values = tensor.read();
    SYNERGY_CHECK(values || values.error().code == ErrorCode::kInvalid,
                  "what can not be read is the file's fault");
    if (!values) continue;
    std::uint64_t count = 1;
    for (const auto axis : tensor.shape) count *= axis;
    SYNERGY_CHECK(values->size() == count, "shape and values agree");
  }
  return 0;
}
