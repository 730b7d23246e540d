#include "synergy/accel_import/pickle.hpp"

#include <algorithm>

#include "pickle_machine.hpp"

namespace synergy::accel_import {

Result<Pickle> Pickle::parse(std::span<const std::uint8_t> bytes, const std::string& name) {
  const bool whole = bytes.size() <= kMaxPickleBytes;
  return PickleMachine(bytes.first(std::min(bytes.size(), kMaxPickleBytes)), whole, name).run();
}

std::optional<std::string_view> Pickle::text(PickleRef ref) const {
  const auto* value = as<PickleText>(ref);
  if (value == nullptr) return std::nullopt;
  return value->text;
}

std::optional<Pickle::Entries> Pickle::entries(const PickleValue& value) const {
  if (const auto* dict = std::get_if<PickleDict>(&value)) return dict->entries;
  const auto* call = std::get_if<PickleCall>(&value);
  if (call == nullptr || !is_global(call->callable, "collections", "OrderedDict")) return std::nullopt;
  const auto* arguments = as<PickleTuple>(call->arguments);
  const auto* pairs =
      arguments != nullptr && arguments->items.size() == 1 ? as<PickleList>(arguments->items[0]) : nullptr;
  if (pairs == nullptr) return std::nullopt;
  Entries made;
  for (const auto pair : pairs->items) {
    const auto* list = as<PickleList>(pair);
    const auto* tuple = as<PickleTuple>(pair);
    if (list == nullptr && tuple == nullptr) return std::nullopt;
    const auto& both = list != nullptr ? list->items : tuple->items;
    if (both.size() != 2) return std::nullopt;
    made.emplace_back(both[0], both[1]);
  }
  return made;
}

std::optional<PickleRef> Pickle::find(const PickleValue& dict, std::string_view key) const {
  const auto all = entries(dict);
  if (!all) return std::nullopt;
  for (auto entry = all->rbegin(); entry != all->rend(); ++entry)
    if (text(entry->first) == key) return entry->second;
  return std::nullopt;
}

bool Pickle::is_global(PickleRef ref, std::string_view module, std::string_view name) const {
  const auto* global = as<PickleGlobal>(ref);
  return global != nullptr && text(global->module) == module && text(global->name) == name;
}

}  // namespace synergy::accel_import
