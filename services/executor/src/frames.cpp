#include "synergy/executor/frames.hpp"

#include "synergy/base/splitmix64.hpp"
#include "synergy/documents/npy.hpp"

namespace synergy::executor {
Result<Frames> Frames::read(const std::filesystem::path& file) {
  auto array = documents::read_npy(file);
  if (!array) return array.error();
  if (array->type != "|u1" || array->shape.size() < 2 || array->shape.front() == 0)
    return Error{ErrorCode::kInvalid, file.string() + ": pictures must be unsigned bytes (N, ...)"};
  Frames frames;
  frames.count_ = array->shape.front();
  frames.frame_bytes_ = array->items() / frames.count_;
  frames.data_ = std::move(array->data);
  return frames;
}

schemas::Bytes Frames::frame(std::uint64_t run, std::size_t bytes) const {
  if (count_ == 0 || bytes != frame_bytes_) {
    schemas::Bytes random(bytes);
    SplitMix64 numbers(run);
    for (auto& byte : random) byte = std::uint8_t(numbers.next());
    return random;
  }
  const auto begin = data_.begin() + std::ptrdiff_t(run % count_ * frame_bytes_);
  return {begin, begin + std::ptrdiff_t(frame_bytes_)};
}

}  // namespace synergy::executor
