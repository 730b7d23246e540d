// A frame of any shape for a model of any input: refused with a reason, or as many values as the model takes.
#include <algorithm>

#include "synergy/base/check.hpp"
#include "synergy/frames/convert.hpp"

using namespace synergy;

namespace {

/// Numbers out of the input, until it is used up.
class Numbers {
 public:
  Numbers(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}
  std::uint64_t next(std::size_t bytes) {
    std::uint64_t number = 0;
    for (; bytes > 0 && !rest_.empty(); --bytes, rest_ = rest_.subspan(1))
      number = number << 8 | rest_.front();
    return number;
  }
  [[nodiscard]] std::span<const std::uint8_t> rest() const { return rest_; }

 private:
  std::span<const std::uint8_t> rest_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Numbers numbers(data, size);
  const auto kinds = numbers.next(1);
  schemas::PictureDescription picture{schemas::Fit(kinds % 3), schemas::Background(kinds / 3 % 3),
                                      std::uint32_t(numbers.next(1) % 17)};
  const schemas::FrameShape input{std::uint32_t(numbers.next(1)), std::uint32_t(numbers.next(1)),
                                  std::uint32_t(numbers.next(1))};
  schemas::Axes axes(numbers.next(1) % 5);
  const auto width = 1 + numbers.next(1) % 8;
  for (auto& length : axes) length = numbers.next(width);
  const auto layout = kinds % 2 == 0 ? schemas::Layout::kChw : schemas::Layout::kHwc;
  std::optional<schemas::PictureDescription> described;
  if (kinds < 200) described = picture;
  // As many bytes as the shape says, where the input has not enough of them.
  std::vector<std::uint8_t> bytes(numbers.rest().begin(), numbers.rest().end());
  std::uint64_t values = 1;
  for (const auto length : axes)
    values = length > 65536 ? 0 : std::min<std::uint64_t>(values * length, 1u << 20);
  if (values < 65536) bytes.resize(std::size_t(values), 77);
  const auto made = frames::to_input({axes, layout, bytes}, input, described);
  if (made)
    SYNERGY_CHECK(made->size() == input.values(), "a model's frame has as many values as its input");
  else
    SYNERGY_CHECK(made.error().code == ErrorCode::kInvalid && !made.error().message.empty(),
                  "a refusal has a reason");
  return 0;
}
