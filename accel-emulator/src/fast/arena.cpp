#include "arena.hpp"

#include <algorithm>
#include <cstring>

#include "kernels.hpp"

namespace synergy::accel::fast {

AlignedBytes aligned_bytes(std::size_t count) {
  AlignedBytes bytes(static_cast<std::byte*>(::operator new (count, std::align_val_t{kAlignment})));
  std::memset(bytes.get(), 0, count);
  return bytes;
}

Arena::Id Arena::add(std::size_t bytes) {
  Buffer buffer;
  buffer.bytes = (bytes + kSlack + kAlignment - 1) / kAlignment * kAlignment;
  buffers_.push_back(buffer);
  return buffers_.size() - 1;
}

void Arena::use(Id id, std::size_t step) {
  buffers_[id].first = std::min(buffers_[id].first, step);
  buffers_[id].last = std::max(buffers_[id].last, step);
}

void Arena::place(Buffer& buffer, const std::vector<const Buffer*>& placed) const {
  buffer.offset = 0;
  for (const Buffer* other : placed)  // by offset
    if (buffer.lives_with(*other) && other->offset < buffer.offset + buffer.bytes &&
        buffer.offset < other->offset + other->bytes)
      buffer.offset = other->offset + other->bytes;
}

void Arena::lay_out(bool share) {
  std::vector<const Buffer*> placed;
  for (auto& buffer : buffers_) {
    if (!share) buffer.first = 0, buffer.last = ~std::size_t{0};
    place(buffer, placed);
    placed.insert(std::upper_bound(placed.begin(), placed.end(), &buffer,
                                   [](const Buffer* a, const Buffer* b) { return a->offset < b->offset; }),
                  &buffer);
    size_ = std::max(size_, buffer.offset + buffer.bytes);
  }
  block_ = aligned_bytes(size_);
}

}  // namespace synergy::accel::fast
