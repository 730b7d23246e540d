// Any bytes as a NumPy array: refused, or an array whose shape and data agree.
#include "synergy/base/check.hpp"
#include "synergy/documents/npy.hpp"

using namespace synergy;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto array = documents::parse_npy({data, size}, "x.npy");
  if (!array) {
    SYNERGY_CHECK(array.error().code == ErrorCode::kInvalid, "a damaged file is called invalid");
    return 0;
  }
  const auto items = array->items();
  SYNERGY_CHECK(array->data.size() <= size, "the data is part of the file");
  SYNERGY_CHECK(items == 0 ? array->data.empty() : array->data.size() % items == 0, "shape and data agree");
  if (array->type == "|i1") SYNERGY_CHECK(array->as_int8().size() == items, "a byte is an item");
  return 0;
}
