// Any bytes as a checkpoint's pickle, without the archive around it, whose checksums would keep most changes
// from reaching the pickle.
#include <charconv>

#include "synergy/accel_import/checkpoint.hpp"
#include "synergy/accel_import/pickle.hpp"
#include "synergy/base/check.hpp"

using namespace synergy;

namespace {

/// A storage named by a number has that many bytes.
Result<std::vector<std::uint8_t>> storage(const std::string& key, std::uint64_t limit) {
  std::size_t bytes = 0;
  std::from_chars(key.data(), key.data() + key.size(), bytes);
  if (bytes > 4096 || bytes > limit) return Error{ErrorCode::kInvalid, "too large"};
  return std::vector<std::uint8_t>(bytes, 0x40);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto pickle = accel_import::Pickle::parse({data, size}, "x");
  const auto checkpoint = accel_import::checkpoint_from_pickle({data, size}, "x", storage);
  SYNERGY_CHECK(pickle.has_value() || !checkpoint.has_value(), "no checkpoint without a pickle");
  if (!checkpoint) return 0;
  for (const auto& tensor : checkpoint->tensors)
    if (const auto values = tensor.read())
      SYNERGY_CHECK(values->size() <= 4096, "a tensor is never larger than its storage");
  return 0;
}
