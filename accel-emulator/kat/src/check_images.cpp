#include "check_images.hpp"

#include <algorithm>
#include <map>

#include "synergy/accel/images.hpp"
#include "synergy/documents/digest.hpp"

namespace synergy::accel_kat {
namespace {

void append(std::uint32_t value, std::vector<std::uint8_t>& bytes) {
  for (int shift = 0; shift < 32; shift += 8) bytes.push_back(std::uint8_t(value >> shift));
}

std::uint32_t word_at(const std::vector<std::uint8_t>& bytes, std::size_t word) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value |= std::uint32_t(bytes[4 * word + i]) << (8 * i);
  return value;
}

void differs(const std::string& file, const std::string& what, CaseReport& report) {
  report.image_mismatches.push_back(file);
  report.differences.push_back(file + what);
}

/// One image whose bytes have one order only.
void compare(const std::vector<std::uint8_t>& ours, const RecordedArray& recorded,
             std::size_t bytes_per_entry, CaseReport& report) {
  ++report.images;
  if (documents::sha256(ours) == recorded.sha256) return;
  if (!recorded.data) return differs(recorded.file, " differs", report);
  if (ours.size() != recorded.data->size())
    return differs(recorded.file,
                   " has " + std::to_string(ours.size() / bytes_per_entry) + " entries instead of " +
                       std::to_string(recorded.data->size() / bytes_per_entry),
                   report);
  const auto at =
      std::size_t(std::mismatch(ours.begin(), ours.end(), recorded.data->begin()).first - ours.begin());
  differs(recorded.file, " differs from entry " + std::to_string(at / bytes_per_entry) + " on", report);
}

void compare_data(const KnownAnswer& answer, const std::vector<accel::LayerOutput>& outputs,
                  CaseReport& report) {
  for (std::size_t k = 0; k < answer.layers.size(); ++k) {
    if (!answer.layers[k].memory_image) continue;
    std::vector<std::uint8_t> bytes;
    for (const auto& word : output_words(answer.program.layers[k], outputs[k], answer.device)) {
      append(word.address, bytes);
      append(word.value, bytes);
      append(word.valid, bytes);
    }
    compare(bytes, *answer.layers[k].memory_image, 12, report);
  }
}

void compare_input(const KnownAnswer& answer, CaseReport& report) {
  const auto loads = input_loads(answer.program, answer.input, answer.device);
  std::vector<std::uint8_t> bytes;
  std::uint64_t start = 0;
  bool places_agree = loads.size() == answer.loads.size();
  for (std::size_t i = 0; i < loads.size(); ++i) {
    if (places_agree)
      places_agree = answer.loads[i].words == loads[i].words.size() && answer.loads[i].start == start &&
                     answer.loads[i].address.has_value() == loads[i].address.has_value() &&
                     (!loads[i].address || *loads[i].address == *answer.loads[i].address);
    for (const auto word : loads[i].words) append(word, bytes);
    start += loads[i].words.size();
  }
  ++report.images;
  if (!places_agree) differs("input.memory_loads", " of network.json are not ours", report);
  if (answer.input_words) compare(bytes, *answer.input_words, 4, report);
}

using KernelKey = std::array<std::uint32_t, 3>;  ///< processor, layer, column
struct KernelEntry {
  std::uint32_t physical;
  std::array<std::uint8_t, 9> bytes;
  bool operator==(const KernelEntry&) const = default;
};
using KernelImage = std::map<KernelKey, KernelEntry>;

std::string to_string(const KernelKey& key) {
  return "processor " + std::to_string(key[0]) + ", layer " + std::to_string(key[1]) + ", column " +
         std::to_string(key[2]);
}

KernelImage our_kernels(const KnownAnswer& answer, const accel_model::ProgramPlacement& placement) {
  KernelImage image;
  for (std::size_t k = 0; k < answer.layers.size(); ++k)
    for (const auto& word : kernel_words(answer.program, k, answer.weights[k], placement))
      image[{word.processor, answer.layers[k].index, word.column}] = {word.physical, word.bytes};
  return image;
}

/// Empty when the arrays do not belong together.
std::optional<KernelImage> recorded_kernels(const KnownAnswer& answer) {
  const auto& index = *answer.kernel_index->data;
  const auto& words = *answer.kernel_words->data;
  if (index.size() % 16 != 0 || words.size() != index.size() / 16 * 9) return std::nullopt;
  KernelImage image;
  for (std::size_t i = 0; i < index.size() / 16; ++i) {
    KernelEntry entry{word_at(index, 4 * i + 1), {}};
    std::copy_n(words.begin() + std::ptrdiff_t(9 * i), 9, entry.bytes.begin());
    image[{word_at(index, 4 * i), word_at(index, 4 * i + 2), word_at(index, 4 * i + 3)}] = entry;
  }
  return image;
}

/// Both arrays as they are recorded: sorted by processor and physical place. For folders that hold but
/// digests.
void compare_kernel_digests(const KnownAnswer& answer, const accel_model::ProgramPlacement& placement,
                            CaseReport& report) {
  std::map<std::array<std::uint32_t, 4>, std::array<std::uint8_t, 9>> sorted;
  for (const auto& [key, entry] : our_kernels(answer, placement))
    sorted[{key[0], entry.physical, key[1], key[2]}] = entry.bytes;
  std::vector<std::uint8_t> index, words;
  for (const auto& [key, bytes] : sorted) {
    for (const auto number : key) append(number, index);
    words.insert(words.end(), bytes.begin(), bytes.end());
  }
  compare(index, *answer.kernel_index, 16, report);
  compare(words, *answer.kernel_words, 9, report);
}

void compare_kernels(const KnownAnswer& answer, const accel_model::ProgramPlacement& placement,
                     CaseReport& report) {
  if (!answer.kernel_index || !answer.kernel_words) return;
  if (!answer.kernel_index->data || !answer.kernel_words->data)
    return compare_kernel_digests(answer, placement, report);
  ++report.images;
  const auto recorded = recorded_kernels(answer);
  if (!recorded) return differs("mem/kmem_words.npy", " has not as many entries as kmem_index.npy", report);
  const auto ours = our_kernels(answer, placement);
  for (const auto& [key, entry] : *recorded) {
    const auto found = ours.find(key);
    if (found == ours.end())
      return differs("mem/kmem_index.npy", ": we write nothing to " + to_string(key), report);
    const auto layer = std::find_if(answer.layers.begin(), answer.layers.end(),
                                    [layer = key[1]](const auto& each) { return each.index == layer; });
    if (layer->weights_known ? found->second != entry : found->second.physical != entry.physical)
      return differs("mem/kmem_words.npy", " differs at " + to_string(key), report);
  }
  for (const auto& [key, entry] : ours)
    if (!recorded->contains(key))
      return differs("mem/kmem_index.npy", ": only we write to " + to_string(key), report);
}

void compare_biases(const KnownAnswer& answer, const accel_model::ProgramPlacement& placement,
                    CaseReport& report) {
  if (!answer.bias_memory) return;
  std::vector<std::uint8_t> bytes;
  for (const auto& quadrant : bias_image(answer.program, answer.weights, placement, answer.device))
    bytes.insert(bytes.end(), quadrant.begin(), quadrant.end());
  compare(bytes, *answer.bias_memory, 1, report);
}

}  // namespace

void compare_images(const KnownAnswer& answer, const std::vector<accel::LayerOutput>& outputs,
                    const accel_model::ProgramPlacement& placement, CaseReport& report) {
  compare_data(answer, outputs, report);
  compare_input(answer, report);
  compare_kernels(answer, placement, report);
  compare_biases(answer, placement, report);
}

}  // namespace synergy::accel_kat
