#include "stored_tensor.hpp"

#include <algorithm>

#include "synergy/accel_import/checkpoint.hpp"

namespace synergy::accel_import {
namespace {

Error invalid(const std::string& what) { return {ErrorCode::kInvalid, what}; }

std::optional<std::uint64_t> size_of(const Pickle& pickle, PickleRef ref) {
  const auto* number = pickle.as<std::int64_t>(ref);
  if (number == nullptr || *number < 0) return std::nullopt;
  return std::uint64_t(*number);
}

std::optional<std::vector<std::uint64_t>> sizes_of(const Pickle& pickle, PickleRef ref) {
  const auto* tuple = pickle.as<PickleTuple>(ref);
  if (tuple == nullptr || tuple->items.size() > kMaxTensorRank) return std::nullopt;
  std::vector<std::uint64_t> made;
  for (const auto item : tuple->items) {
    const auto one = size_of(pickle, item);
    if (!one) return std::nullopt;
    made.push_back(*one);
  }
  return made;
}

/// The name of a class of PyTorch's; storages have stood in several of its modules.
std::optional<std::string> torch_name(const Pickle& pickle, PickleRef ref) {
  const auto* global = pickle.as<PickleGlobal>(ref);
  if (global == nullptr) return std::nullopt;
  const auto module = pickle.text(global->module), name = pickle.text(global->name);
  if (!name || (module != "torch" && module != "torch.storage" && module != "torch.cuda"))
    return std::nullopt;
  return std::string(*name);
}

/// A function of PyTorch's and its arguments.
struct Rebuild {
  PickleRef function = 0;
  const PickleTuple* arguments = nullptr;
};

std::optional<Rebuild> call_of(const Pickle& pickle, PickleRef ref) {
  const auto* call = pickle.as<PickleCall>(ref);
  const auto* arguments = call == nullptr ? nullptr : pickle.as<PickleTuple>(call->arguments);
  if (arguments == nullptr) return std::nullopt;
  return Rebuild{call->callable, arguments};
}

bool is_one_of(const Pickle& pickle, PickleRef function, std::string_view module,
               std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view name) { return pickle.is_global(function, module, name); });
}

/// The call that makes the tensor itself, below those that make a parameter or an object of a class of it.
std::optional<Rebuild> innermost_call(const Pickle& pickle, PickleRef ref) {
  constexpr int kMostWrappers = 4;  // calls may contain each other in circles
  auto call = call_of(pickle, ref);
  for (int i = 0; call && i < kMostWrappers; ++i) {
    const auto& items = call->arguments->items;
    if (is_one_of(pickle, call->function, "torch._utils",
                  {"_rebuild_parameter", "_rebuild_parameter_with_state"}) &&
        !items.empty()) {
      call = call_of(pickle, items[0]);
    } else if (is_one_of(pickle, call->function, "torch._tensor", {"_rebuild_from_type_v2"}) &&
               items.size() >= 3) {
      const auto* arguments = pickle.as<PickleTuple>(items[2]);
      if (arguments == nullptr) return std::nullopt;
      call = Rebuild{items[0], arguments};
    } else {
      break;
    }
  }
  return call;
}

}  // namespace

std::optional<StoredStorage> stored_storage(const Pickle& pickle, const PickleValue& value) {
  const auto* persistent = std::get_if<PicklePersistent>(&value);
  const auto* parts = persistent == nullptr ? nullptr : pickle.as<PickleTuple>(persistent->id);
  if (parts == nullptr || parts->items.size() < 5 || pickle.text(parts->items[0]) != "storage")
    return std::nullopt;
  const auto type = torch_name(pickle, parts->items[1]);
  const auto key = pickle.text(parts->items[2]);
  const auto items = size_of(pickle, parts->items[4]);
  if (!type || !key || !items) return std::nullopt;
  StoredStorage made{*type, std::string(*key), *items, 0, *items};
  if (parts->items.size() < 6 || pickle.as<PickleNone>(parts->items[5]) != nullptr) return made;
  const auto* view = pickle.as<PickleTuple>(parts->items[5]);
  if (view == nullptr || view->items.size() != 3) return std::nullopt;
  const auto first = size_of(pickle, view->items[1]), count = size_of(pickle, view->items[2]);
  if (!first || !count || *first > *items || *count > *items - *first) return std::nullopt;
  made.first = *first;
  made.count = *count;
  return made;
}

/// `_rebuild_tensor_v2(storage, offset, shape, strides, ...)`; of the third version the seventh argument is
/// the type.
Result<StoredTensor> stored_tensor(const Pickle& pickle, PickleRef value) {
  constexpr std::size_t kTypeAt = 6;
  const auto call = innermost_call(pickle, value);
  if (!call || !is_one_of(pickle, call->function, "torch._utils",
                          {"_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3"}))
    return invalid("is no tensor of plain numbers");
  const auto& items = call->arguments->items;
  const bool names_type = pickle.is_global(call->function, "torch._utils", "_rebuild_tensor_v3");
  if (items.size() < (names_type ? kTypeAt + 1 : 4))
    return invalid("is a tensor without storage, offset, shape and strides");
  StoredTensor made;
  auto storage = stored_storage(pickle, pickle.at(items[0]));
  if (!storage) return invalid("is a tensor without a storage that is known");
  made.storage = *std::move(storage);
  const auto offset = size_of(pickle, items[1]);
  auto shape = sizes_of(pickle, items[2]), strides = sizes_of(pickle, items[3]);
  if (!offset || !shape || !strides || shape->size() != strides->size())
    return invalid("is a tensor whose offset, shape or strides make no sense");
  made.view = {*offset, *std::move(shape), *std::move(strides)};
  if (!names_type) return made;
  const auto type = torch_name(pickle, items[kTypeAt]);
  if (!type) return invalid("is a tensor of no type");
  made.type = *type;
  return made;
}

}  // namespace synergy::accel_import
