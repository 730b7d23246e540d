#include "synergy/accel_import/checkpoint.hpp"

#include <memory>

#include "legacy_checkpoint.hpp"
#include "synergy/accel_import/pickle.hpp"
#include "synergy/accel_import/zip_archive.hpp"
#include "synergy/documents/file.hpp"
#include "tensor_source.hpp"

namespace synergy::accel_import {
namespace {

constexpr std::string_view kPickleEntry = "/data.pkl", kOrderEntry = "/byteorder";
/// What a tar archive has at its byte 257.
constexpr std::string_view kTarMark = "ustar";
constexpr std::size_t kTarMarkAt = 257;

Error invalid(const std::string& name, const std::string& what) {
  return {ErrorCode::kInvalid, name + ": " + what};
}

/// The archive's folder that holds the pickle.
Result<std::string> folder_of(const ZipArchive& archive, const std::string& name) {
  std::string folder;
  for (const auto& [entry, size] : archive.entries())
    if (entry.ends_with(kPickleEntry)) {
      if (!folder.empty()) return invalid(name, "holds more than one data.pkl");
      folder = entry.substr(0, entry.size() - kPickleEntry.size());
    }
  if (folder.empty()) return invalid(name, "holds no data.pkl, so it is no PyTorch checkpoint");
  return folder;
}

/// Files say it since PyTorch 2.1; before, all that could be written on common machines was little-endian.
Status check_byte_order(const ZipArchive& archive, const std::string& folder, const std::string& name) {
  constexpr std::uint64_t kLongest = 16;
  const auto entry = folder + std::string(kOrderEntry);
  if (archive.entries().count(entry) == 0) return {};
  const auto bytes = archive.read(entry, kLongest);
  if (!bytes) return bytes.error();
  const std::string order(bytes->begin(), bytes->end());
  if (order == "big") return big_endian_checkpoint(name);
  return order == "little" ? Status() : invalid(name, "does not say in which order its numbers' bytes are");
}

Result<Checkpoint> parse_archive(std::vector<std::uint8_t> bytes, const std::string& name) {
  auto opened = ZipArchive::open(std::move(bytes), name);
  if (!opened) return opened.error();
  // Shared, because each tensor reads its numbers when it is asked to, and may be asked last.
  const auto archive = std::make_shared<const ZipArchive>(*std::move(opened));
  const auto folder = folder_of(*archive, name);
  if (!folder) return folder.error();
  if (auto status = check_byte_order(*archive, *folder, name); !status) return status.error();
  const auto pickle = archive->read(*folder + std::string(kPickleEntry), kMaxPickleBytes);
  if (!pickle) return pickle.error();
  const auto read_storage = [archive, name, folder = *folder](
                                const std::string& key,
                                std::uint64_t limit) -> Result<std::vector<std::uint8_t>> {
    auto data = archive->read(folder + "/data/" + key, limit);
    if (data) return data;
    // Who asks for a tensor puts the file and the tensor in front.
    const auto& message = data.error().message;
    const auto in_front = message.starts_with(name + ": ") ? name.size() + 2 : 0;
    return Error{ErrorCode::kInvalid, message.substr(in_front)};
  };
  return checkpoint_from_pickle(*pickle, name, read_storage);
}

}  // namespace

const CheckpointTensor* Checkpoint::find(std::string_view key) const {
  for (const auto& tensor : tensors)
    if (tensor.key == key) return &tensor;
  return nullptr;
}

Result<Checkpoint> checkpoint_from_pickle(std::span<const std::uint8_t> pickle, const std::string& name,
                                          StorageReader read_storage) {
  const auto values = Pickle::parse(pickle, name + ": data.pkl");
  if (!values) return values.error();
  return describe_checkpoint(*values, name, std::move(read_storage));
}

Result<Checkpoint> parse_checkpoint(std::vector<std::uint8_t> bytes, const std::string& name) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (is_legacy_checkpoint(bytes)) return parse_legacy_checkpoint(std::move(bytes), name);
  if (text.starts_with("PK")) return parse_archive(std::move(bytes), name);
  if (text.size() > kTarMarkAt && text.substr(kTarMarkAt).starts_with(kTarMark))
    return invalid(
        name,
        "is a tar archive, as PyTorch wrote before 0.1.10, which is not read; convert it in Python "
        "with a PyTorch that reads it: torch.save(torch.load(old, map_location='cpu'), new)");
  return invalid(name,
                 "is no checkpoint of PyTorch: neither a zip archive, as it writes since 1.6, nor what it "
                 "wrote before");
}

Result<Checkpoint> read_checkpoint(const std::filesystem::path& path) {
  auto bytes = documents::read_file(path, kMaxCheckpointBytes);
  if (!bytes) return bytes.error();
  return parse_checkpoint(std::move(*bytes), path.string());
}

}  // namespace synergy::accel_import
