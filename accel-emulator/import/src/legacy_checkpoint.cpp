#include "legacy_checkpoint.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <memory>

#include "stored_tensor.hpp"
#include "synergy/accel_import/pickle.hpp"
#include "tensor_source.hpp"

namespace synergy::accel_import {
namespace {

/// The magic number as pickles write it: in binary, and in decimal before protocol 2.
constexpr std::string_view kMagicBytes{"\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 13};
constexpr std::string_view kMagicDigits = "L119547037146038801333356L\n.";
/// Protocols 4 and 5 begin with their number and the length of what follows.
constexpr std::size_t kLongestStart = 11;
constexpr std::int64_t kVersion = 1001;

/// Where a storage's items are in the file.
struct Place {
  std::size_t first = 0, bytes = 0;
};

class LegacyFile {
 public:
  LegacyFile(std::vector<std::uint8_t> bytes, const std::string& name)
      : bytes_(std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes))), name_(name) {}

  Result<Checkpoint> read() {
    if (auto status = check_head(); !status) return status.error();
    const auto saved = next_pickle("the pickle of what was saved");
    if (!saved) return saved.error();
    const auto keys = next_pickle("the pickle of the storages' keys");
    if (!keys) return keys.error();
    if (auto status = locate(*saved, *keys); !status) return status.error();
    return describe_checkpoint(*saved, name_, reader());
  }

 private:
  [[nodiscard]] Error invalid(const std::string& what) const {
    return {ErrorCode::kInvalid, name_ + ": " + what};
  }

  Result<Pickle> next_pickle(const std::string& what) {
    auto pickle = Pickle::parse(std::span(*bytes_).subspan(at_), name_ + ": " + what);
    if (pickle) at_ += pickle->size();
    return pickle;
  }

  Status check_head() {
    const auto magic = next_pickle("its first number");
    if (!magic) return magic.error();
    const auto version = next_pickle("its version");
    if (!version) return version.error();
    const auto* number = std::get_if<std::int64_t>(&version->root());
    if (number == nullptr || *number != kVersion)
      return invalid("is of another version than " + std::to_string(kVersion) +
                     " of the format before PyTorch 1.6");
    const auto machine = next_pickle("the pickle of the machine");
    if (!machine) return machine.error();
    const auto little = machine->find(machine->root(), "little_endian");
    const auto* truth = little ? machine->as<bool>(*little) : nullptr;
    if (truth == nullptr) return invalid("does not say in which order its numbers' bytes are");
    if (!*truth) return big_endian_checkpoint(name_);
    return {};
  }

  /// Finds each key's items. Ends early, without an error, behind a type whose items' length is not known.
  Status locate(const Pickle& saved, const Pickle& keys) {
    std::map<std::string, StoredStorage, std::less<>> named;
    for (const auto& value : saved.values())
      if (auto storage = stored_storage(saved, value)) named.emplace(storage->key, *storage);
    const auto* list = std::get_if<PickleList>(&keys.root());
    if (list == nullptr) return invalid("holds no list of its storages");
    for (const auto ref : list->items) {
      const auto key = keys.text(ref);
      const auto found = key ? named.find(*key) : named.end();
      if (found == named.end()) return invalid("lists a storage that no tensor has");
      const auto* type = number_type_of_class(found->second.storage_class);
      if (type == nullptr) {
        unknown_type_ = found->second.storage_class;
        return {};
      }
      if (auto status = locate_one(found->second, type->bytes); !status) return status;
    }
    return {};
  }

  Status locate_one(const StoredStorage& storage, std::size_t item_bytes) {
    std::uint64_t items = 0;
    if (bytes_->size() - at_ < sizeof items) return cut_off(storage);
    std::memcpy(&items, bytes_->data() + at_, sizeof items);
    at_ += sizeof items;
    if (items != storage.items)
      return invalid("storage " + storage.key + " has " + std::to_string(items) + " items; its tensors say " +
                     std::to_string(storage.items));
    if (items > (bytes_->size() - at_) / item_bytes) return cut_off(storage);
    places_[storage.key] = {at_, std::size_t(items) * item_bytes};
    at_ += std::size_t(items) * item_bytes;
    return {};
  }

  [[nodiscard]] Error cut_off(const StoredStorage& storage) const {
    return invalid("is cut off within storage " + storage.key);
  }

  StorageReader reader() {
    return [bytes = bytes_, places = std::move(places_), unknown = unknown_type_](
               const std::string& key, std::uint64_t limit) -> Result<std::vector<std::uint8_t>> {
      const auto found = places.find(key);
      if (found == places.end())
        return Error{ErrorCode::kInvalid, unknown.empty() ? "has no storage " + key + " in the file"
                                                          : "lies behind a storage of type " + unknown +
                                                                ", of which it is not known how long it is"};
      const auto [first, size] = found->second;
      if (size > limit) return Error{ErrorCode::kInvalid, "has more bytes than are read of all tensors"};
      const auto begin = bytes->begin() + std::ptrdiff_t(first);
      return std::vector<std::uint8_t>(begin, begin + std::ptrdiff_t(size));
    };
  }

  std::shared_ptr<const std::vector<std::uint8_t>> bytes_;  ///< also of the reader, which lives longer
  std::string name_;
  std::size_t at_ = 0;
  std::map<std::string, Place> places_;
  std::string unknown_type_;
};

}  // namespace

bool is_legacy_checkpoint(std::span<const std::uint8_t> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.starts_with(kMagicDigits)) return true;
  return text.starts_with('\x80') &&
         text.substr(0, kLongestStart + kMagicBytes.size()).find(kMagicBytes) <= kLongestStart;
}

Result<Checkpoint> parse_legacy_checkpoint(std::vector<std::uint8_t> bytes, const std::string& name) {
  return LegacyFile(std::move(bytes), name).read();
}

}  // namespace synergy::accel_import
