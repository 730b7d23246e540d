#include "tensor_source.hpp"

#include <map>

namespace synergy::accel_import {
namespace {

Error invalid(const std::string& what) { return {ErrorCode::kInvalid, what}; }

CheckpointTensor tensor_of(const Pickle& pickle, std::string key, PickleRef value,
                           const std::shared_ptr<TensorSource>& source) {
  auto stored = stored_tensor(pickle, value);
  if (!stored)
    return {
        std::move(key), {}, [problem = stored.error()]() -> Result<std::vector<double>> { return problem; }};
  auto shape = stored->view.shape;
  return {std::move(key), std::move(shape),
          [source, tensor = *std::move(stored)]() { return source->read(tensor); }};
}

}  // namespace

Result<std::vector<double>> TensorSource::read(const StoredTensor& tensor) {
  const auto* stored = number_type_of_class(tensor.storage.storage_class);
  const auto* type = tensor.type.empty() ? stored : number_type_named(tensor.type);
  if (stored == nullptr || type == nullptr || type->read == nullptr)
    return invalid("holds numbers of type " +
                   (tensor.type.empty() ? tensor.storage.storage_class : tensor.type) +
                   ", which are not read; save it as float, int or long");
  const auto bytes = storage_bytes(tensor.storage, stored->bytes);
  if (!bytes) return bytes.error();
  const auto part = std::span(*bytes).subspan(std::size_t(tensor.storage.first * stored->bytes),
                                              std::size_t(tensor.storage.count * stored->bytes));
  return read_view(*type, part, tensor.view);
}

Result<std::vector<std::uint8_t>> TensorSource::storage_bytes(const StoredStorage& storage,
                                                              std::size_t item_bytes) {
  if (storage.items > budget_ / item_bytes)
    return invalid("goes beyond the " + std::to_string(kMaxCheckpointBytes) +
                   " bytes that are read of all tensors together");
  auto bytes = read_storage_(storage.key, budget_);
  if (!bytes) return bytes.error();
  if (bytes->size() != storage.items * item_bytes)
    return invalid("needs a storage of " + std::to_string(storage.items * item_bytes) + " bytes; storage " +
                   storage.key + " has " + std::to_string(bytes->size()));
  budget_ -= bytes->size();
  return bytes;
}

Error big_endian_checkpoint(const std::string& name) {
  return invalid(name +
                 ": was written by a big-endian machine, which is not read; load and save it in Python on a "
                 "little-endian one: torch.save(torch.load(old, map_location='cpu'), new)");
}

Result<Checkpoint> describe_checkpoint(const Pickle& pickle, const std::string& name,
                                       StorageReader read_storage) {
  const auto state = pickle.find(pickle.root(), "state_dict");
  if (!state)
    return invalid(name +
                   ": holds no 'state_dict', so it is no checkpoint of a network; save it as torch.save("
                   "{'state_dict': model.state_dict(), 'epoch': 0, 'arch': 'NAME'}, file)");
  const auto epoch = pickle.find(pickle.root(), "epoch");
  if (!epoch) return invalid(name + ": holds no 'epoch'");
  const auto entries = pickle.entries(pickle.at(*state));
  if (!entries) return invalid(name + ": 'state_dict' is no dictionary");
  Checkpoint made;
  made.name = name;
  if (const auto* number = pickle.as<std::int64_t>(*epoch)) made.epoch = *number;
  if (const auto arch = pickle.find(pickle.root(), "arch"))
    made.arch = pickle.text(*arch).value_or(std::string_view());
  const auto source = std::make_shared<TensorSource>(std::move(read_storage));
  std::map<std::string_view, std::size_t> places;
  for (const auto& [key, value] : *entries) {
    const auto text = pickle.text(key);
    if (!text) continue;
    auto tensor = tensor_of(pickle, std::string(*text), value, source);
    const auto [place, is_new] = places.emplace(*text, made.tensors.size());
    if (is_new)
      made.tensors.push_back(std::move(tensor));
    else  // a key that is set again keeps its place
      made.tensors[place->second] = std::move(tensor);
  }
  return made;
}

}  // namespace synergy::accel_import
