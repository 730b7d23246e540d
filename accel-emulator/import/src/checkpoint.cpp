#include "synergy/accel_import/checkpoint.hpp"

#include <optional>

#include "storage.hpp"
#include "synergy/accel_import/pickle.hpp"
#include "synergy/accel_import/zip_archive.hpp"
#include "synergy/documents/file.hpp"

namespace synergy::accel_import {
namespace {

constexpr std::string_view kPickleEntry = "/data.pkl";
/// How files written by PyTorch before 1.6 begin: a pickle with its magic number.
constexpr std::string_view kLegacyStart{"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 14};

Error invalid(const std::string& name, const std::string& what) {
  return {ErrorCode::kInvalid, name + ": " + what};
}

/// Where a tensor's numbers are: `('storage', torch.FloatStorage, 'KEY', 'cpu', items)`.
struct StorageName {
  std::string storage_class, key;
  std::uint64_t items = 0;
};

class Reader {
 public:
  Reader(const Pickle& pickle, std::string name, const StorageReader& read_storage)
      : pickle_(pickle), name_(std::move(name)), read_storage_(read_storage) {}

  Result<Checkpoint> read() {
    const auto state = pickle_.find(pickle_.root(), "state_dict");
    if (!state) return invalid(name_, "holds no 'state_dict', so it is no checkpoint of a network");
    const auto epoch = pickle_.find(pickle_.root(), "epoch");
    if (!epoch) return invalid(name_, "holds no 'epoch'");
    Checkpoint made;
    made.name = name_;
    if (const auto* number = pickle_.as<std::int64_t>(*epoch)) made.epoch = *number;
    if (const auto arch = pickle_.find(pickle_.root(), "arch"))
      made.arch = pickle_.text(*arch).value_or(std::string_view());
    const auto* dict = pickle_.as<PickleDict>(*state);
    if (dict == nullptr) return invalid(name_, "'state_dict' is no dictionary");
    for (const auto& [key, value] : dict->entries) {
      const auto key_text = pickle_.text(key);
      const auto* call = tensor_call(value);
      if (!key_text || call == nullptr) continue;  // counters and the like
      auto tensor = read_tensor(*call);
      if (!tensor) return tensor.error().at(name_ + ": " + std::string(*key_text));
      tensor->key = *key_text;
      made.tensors.push_back(*std::move(tensor));
    }
    return made;
  }

 private:
  /// The call that makes a tensor, also below the one that makes a parameter of it; null for anything else.
  const PickleCall* tensor_call(PickleRef ref) const {
    const auto* call = pickle_.as<PickleCall>(ref);
    if (call == nullptr) return nullptr;
    if (pickle_.is_global(call->callable, "torch._utils", "_rebuild_parameter")) {
      const auto* arguments = pickle_.as<PickleTuple>(call->arguments);
      if (arguments == nullptr || arguments->items.empty()) return nullptr;
      call = pickle_.as<PickleCall>(arguments->items[0]);
      if (call == nullptr) return nullptr;
    }
    return pickle_.is_global(call->callable, "torch._utils", "_rebuild_tensor_v2") ? call : nullptr;
  }

  /// `_rebuild_tensor_v2(storage, offset, shape, strides, ...)`.
  Result<CheckpointTensor> read_tensor(const PickleCall& call) {
    const auto* arguments = pickle_.as<PickleTuple>(call.arguments);
    if (arguments == nullptr || arguments->items.size() < 4)
      return Error{ErrorCode::kInvalid, "is a tensor without storage, offset, shape and strides"};
    const auto storage = storage_name(arguments->items[0]);
    if (!storage) return storage.error();
    const auto offset = size(arguments->items[1]);
    auto shape = sizes(arguments->items[2]), strides = sizes(arguments->items[3]);
    if (!offset || !shape || !strides || shape->size() != strides->size())
      return Error{ErrorCode::kInvalid, "is a tensor whose offset, shape or strides make no sense"};
    const auto bytes = storage_bytes(*storage);
    if (!bytes) return bytes.error();
    auto values = read_view(storage->storage_class, *bytes, View{*offset, *shape, *std::move(strides)});
    if (!values) return values.error();
    return CheckpointTensor{{}, *std::move(shape), *std::move(values)};
  }

  Result<std::vector<std::uint8_t>> storage_bytes(const StorageName& storage) {
    const auto item = storage_item_bytes(storage.storage_class);
    if (!item)
      return Error{ErrorCode::kInvalid, "holds numbers of type " + storage.storage_class +
                                            ", which are not read; save it as float, int or long"};
    if (storage.items > budget_ / *item)
      return Error{ErrorCode::kInvalid, "goes beyond the " + std::to_string(kMaxCheckpointBytes) +
                                            " bytes that are read of all tensors together"};
    auto bytes = read_storage_(storage.key, budget_);
    if (!bytes) return bytes.error();
    if (bytes->size() != storage.items * *item)
      return Error{ErrorCode::kInvalid, "needs a storage of " + std::to_string(storage.items * *item) +
                                            " bytes; storage " + storage.key + " has " +
                                            std::to_string(bytes->size())};
    budget_ -= bytes->size();
    return bytes;
  }

  Result<StorageName> storage_name(PickleRef ref) const {
    const Error no_storage{ErrorCode::kInvalid, "is a tensor without a storage that is known"};
    const auto* persistent = pickle_.as<PicklePersistent>(ref);
    const auto* parts = persistent == nullptr ? nullptr : pickle_.as<PickleTuple>(persistent->id);
    if (parts == nullptr || parts->items.size() < 5 || pickle_.text(parts->items[0]) != "storage")
      return no_storage;
    const auto* type = pickle_.as<PickleGlobal>(parts->items[1]);
    const auto key = pickle_.text(parts->items[2]);
    const auto items = size(parts->items[4]);
    if (type == nullptr || type->module != "torch" || !key || !items) return no_storage;
    return StorageName{type->name, std::string(*key), *items};
  }

  std::optional<std::uint64_t> size(PickleRef ref) const {
    const auto* number = pickle_.as<std::int64_t>(ref);
    if (number == nullptr || *number < 0) return std::nullopt;
    return std::uint64_t(*number);
  }
  std::optional<std::vector<std::uint64_t>> sizes(PickleRef ref) const {
    const auto* tuple = pickle_.as<PickleTuple>(ref);
    if (tuple == nullptr || tuple->items.size() > kMaxTensorRank) return std::nullopt;
    std::vector<std::uint64_t> made;
    for (const auto item : tuple->items) {
      const auto one = size(item);
      if (!one) return std::nullopt;
      made.push_back(*one);
    }
    return made;
  }

  const Pickle& pickle_;
  std::string name_;
  const StorageReader& read_storage_;
  std::uint64_t budget_ = kMaxCheckpointBytes;  ///< bytes of storages that may still be read
};

}  // namespace

const CheckpointTensor* Checkpoint::find(std::string_view key) const {
  for (const auto& tensor : tensors)
    if (tensor.key == key) return &tensor;
  return nullptr;
}

Result<Checkpoint> checkpoint_from_pickle(std::span<const std::uint8_t> pickle, const std::string& name,
                                          const StorageReader& read_storage) {
  const auto values = Pickle::parse(pickle, name + ": data.pkl");
  if (!values) return values.error();
  return Reader(*values, name, read_storage).read();
}

Result<Checkpoint> parse_checkpoint(std::vector<std::uint8_t> bytes, const std::string& name) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.starts_with(kLegacyStart))
    return invalid(name,
                   "was written by a PyTorch before 1.6, whose format is not read; convert it in Python: "
                   "torch.save(torch.load(old, map_location='cpu'), new)");
  if (!text.starts_with("PK")) return invalid(name, "is no zip archive, as which PyTorch writes checkpoints");
  const auto archive = ZipArchive::open(std::move(bytes), name);
  if (!archive) return archive.error();
  std::string folder;
  for (const auto& [entry, size] : archive->entries())
    if (entry.ends_with(kPickleEntry)) {
      if (!folder.empty()) return invalid(name, "holds more than one data.pkl");
      folder = entry.substr(0, entry.size() - kPickleEntry.size());
    }
  if (folder.empty()) return invalid(name, "holds no data.pkl, so it is no PyTorch checkpoint");
  const auto pickle = archive->read(folder + std::string(kPickleEntry), kMaxPickleBytes);
  if (!pickle) return pickle.error();
  return checkpoint_from_pickle(*pickle, name, [&](const std::string& key, std::uint64_t limit) {
    return archive->read(folder + "/data/" + key, limit);
  });
}

Result<Checkpoint> read_checkpoint(const std::filesystem::path& path) {
  auto bytes = documents::read_file(path, kMaxCheckpointBytes);
  if (!bytes) return bytes.error();
  return parse_checkpoint(std::move(*bytes), path.string());
}

}  // namespace synergy::accel_import
