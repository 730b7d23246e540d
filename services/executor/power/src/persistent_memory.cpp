#include "synergy/power/persistent_memory.hpp"

#include <algorithm>

#include "synergy/base/check.hpp"

namespace synergy::power {

bool PersistentMemory::write(std::size_t offset, std::span<const std::uint8_t> bytes) {
  SYNERGY_CHECK(offset <= bytes_.size() && bytes.size() <= bytes_.size() - offset,
                "a write lies within the memory");
  const auto come_through = left_ ? std::size_t(std::min<std::uint64_t>(*left_, bytes.size())) : bytes.size();
  std::copy_n(bytes.begin(), come_through, bytes_.begin() + std::ptrdiff_t(offset));
  written_ += come_through;
  if (left_) *left_ -= come_through;
  return come_through == bytes.size();
}

}  // namespace synergy::power
