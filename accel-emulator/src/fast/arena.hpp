// Memory of one plan: buffers that live from their first step to their last, laid into one block so that
// buffers which never live at the same time share bytes.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <vector>

namespace synergy::accel::fast {

inline constexpr std::size_t kAlignment = 64;

struct AlignedDelete {
  void operator()(std::byte* bytes) const { ::operator delete (bytes, std::align_val_t{kAlignment}); }
};
using AlignedBytes = std::unique_ptr<std::byte[], AlignedDelete>;

/// Zeroed, aligned for the widest vector.
[[nodiscard]] AlignedBytes aligned_bytes(std::size_t count);

/// First `add` and `use` for all steps of a plan, then `lay_out` once, then `operator[]`.
class Arena {
 public:
  using Id = std::size_t;

  /// A buffer of `bytes`, and slack that kernels may touch beyond its end.
  Id add(std::size_t bytes);
  /// The buffer holds something from the first step it is used in to the last.
  void use(Id id, std::size_t step);
  /// Without `share` all buffers keep what they hold.
  void lay_out(bool share);

  [[nodiscard]] std::byte* operator[](Id id) const { return block_.get() + buffers_[id].offset; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  struct Buffer {
    std::size_t bytes = 0, first = ~std::size_t{0}, last = 0, offset = 0;
    [[nodiscard]] bool lives_with(const Buffer& other) const {
      return first <= other.last && other.first <= last;
    }
  };

  // The lowest offset free of all buffers placed so far that live at the same time.
  void place(Buffer& buffer, const std::vector<const Buffer*>& placed) const;

  std::vector<Buffer> buffers_;
  AlignedBytes block_;
  std::size_t size_ = 0;
};

}  // namespace synergy::accel::fast
