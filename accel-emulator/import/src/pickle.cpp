#include "synergy/accel_import/pickle.hpp"

#include <bit>
#include <unordered_map>

namespace synergy::accel_import {

std::optional<std::string_view> Pickle::text(PickleRef ref) const {
  const auto* value = as<PickleText>(ref);
  if (value == nullptr) return std::nullopt;
  return value->text;
}

std::optional<PickleRef> Pickle::find(const PickleValue& dict, std::string_view key) const {
  const auto* map = std::get_if<PickleDict>(&dict);
  if (map == nullptr) return std::nullopt;
  for (auto entry = map->entries.rbegin(); entry != map->entries.rend(); ++entry)
    if (text(entry->first) == key) return entry->second;
  return std::nullopt;
}

bool Pickle::is_global(PickleRef ref, std::string_view module, std::string_view name) const {
  const auto* global = as<PickleGlobal>(ref);
  return global != nullptr && global->module == module && global->name == name;
}

namespace {

/// The opcodes of protocols 0 to 2 that Python's and PyTorch's binary writers emit.
enum class Op : std::uint8_t {
  kMark = '(',
  kStop = '.',
  kPop = '0',
  kPopMark = '1',
  kDup = '2',
  kBinFloat = 'G',
  kBinInt = 'J',
  kBinInt1 = 'K',
  kBinInt2 = 'M',
  kNone = 'N',
  kBinPersistent = 'Q',
  kReduce = 'R',
  kBinString = 'T',
  kShortBinString = 'U',
  kBinUnicode = 'X',
  kAppend = 'a',
  kBuild = 'b',
  kGlobal = 'c',
  kDict = 'd',
  kAppends = 'e',
  kBinGet = 'h',
  kLongBinGet = 'j',
  kList = 'l',
  kBinPut = 'q',
  kLongBinPut = 'r',
  kSetItem = 's',
  kTuple = 't',
  kSetItems = 'u',
  kEmptyList = ']',
  kEmptyTuple = ')',
  kEmptyDict = '}',
  kProto = 0x80,
  kNewObject = 0x81,
  kTuple1 = 0x85,
  kTuple2 = 0x86,
  kTuple3 = 0x87,
  kNewTrue = 0x88,
  kNewFalse = 0x89,
  kLong1 = 0x8a,
};

constexpr std::uint8_t kProtocol = 2;

}  // namespace

class PickleMachine {
 public:
  PickleMachine(std::span<const std::uint8_t> bytes, const std::string& name) : bytes_(bytes), name_(name) {}

  Result<Pickle> run() {
    while (true) {
      start_ = at_;
      const auto code = number(1);
      if (!code) return cut_off();
      if (Op(*code) == Op::kStop) break;
      if (auto status = step(Op(*code)); !status) return status.error();
    }
    if (stack_.size() != 1 || !marks_.empty())
      return wrong("the pickle ends with more or less than one value");
    pickle_.root_ = stack_.back();
    return std::move(pickle_);
  }

 private:
  Error wrong(const std::string& what) const {
    return {ErrorCode::kInvalid, name_ + ", byte " + std::to_string(start_) + ": " + what};
  }
  Error cut_off() const { return wrong("the pickle is cut off"); }
  Error too_few() const { return wrong("the pickle takes a value that is not there"); }

  // --- reading
  // -------------------------------------------------------------------------------------------------

  /// An unsigned little-endian number of `size` bytes.
  std::optional<std::uint64_t> number(std::size_t size) {
    if (bytes_.size() - at_ < size) return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value |= std::uint64_t(bytes_[at_ + i]) << (8 * i);
    at_ += size;
    return value;
  }
  std::optional<std::string> text(std::uint64_t size) {
    if (bytes_.size() - at_ < size) return std::nullopt;
    std::string value(reinterpret_cast<const char*>(bytes_.data()) + at_, std::size_t(size));
    at_ += std::size_t(size);
    return value;
  }
  std::optional<std::string> line() {
    for (std::size_t end = at_; end < bytes_.size(); ++end)
      if (bytes_[end] == '\n') {
        auto value = text(end - at_);
        ++at_;
        return value;
      }
    return std::nullopt;
  }

  // --- the stack
  // -----------------------------------------------------------------------------------------------

  Status push(PickleValue value) {
    stack_.push_back(PickleRef(pickle_.values_.size()));
    pickle_.values_.push_back(std::move(value));
    return {};
  }
  /// Values above the last mark may be taken, those below belong to an opcode that is still to come.
  [[nodiscard]] std::size_t available() const { return stack_.size() - (marks_.empty() ? 0 : marks_.back()); }
  PickleRef pop() {
    const auto ref = stack_.back();
    stack_.pop_back();
    return ref;
  }
  std::vector<PickleRef> pop(std::size_t count) {
    std::vector<PickleRef> items(stack_.end() - std::ptrdiff_t(count), stack_.end());
    stack_.resize(stack_.size() - count);
    return items;
  }
  std::optional<std::vector<PickleRef>> pop_to_mark() {
    if (marks_.empty()) return std::nullopt;
    const auto count = available();
    marks_.pop_back();
    return pop(count);
  }

  // --- the opcodes
  // ---------------------------------------------------------------------------------------------

  Status step(Op op) {
    switch (op) {
      case Op::kProto:
        return protocol();
      case Op::kMark:
        marks_.push_back(stack_.size());
        return {};
      case Op::kPop:
      case Op::kPopMark:
      case Op::kDup:
        return shuffle(op);
      case Op::kNone:
        return push(PickleNone{});
      case Op::kNewTrue:
        return push(true);
      case Op::kNewFalse:
        return push(false);
      case Op::kBinInt:
      case Op::kBinInt1:
      case Op::kBinInt2:
      case Op::kLong1:
      case Op::kBinFloat:
        return push_number(op);
      case Op::kBinString:
      case Op::kShortBinString:
      case Op::kBinUnicode:
        return push_text(op);
      case Op::kGlobal:
        return push_global();
      case Op::kBinGet:
      case Op::kLongBinGet:
      case Op::kBinPut:
      case Op::kLongBinPut:
        return use_memo(op);
      case Op::kReduce:
      case Op::kNewObject:
      case Op::kBuild:
      case Op::kBinPersistent:
        return make_object(op);
      default:
        return make_container(op);
    }
  }

  Status protocol() {
    const auto version = number(1);
    if (!version) return cut_off();
    if (*version > kProtocol)
      return wrong("pickle protocol " + std::to_string(*version) +
                   "; torch.save writes protocol 2 unless told");
    return {};
  }

  Status shuffle(Op op) {
    if (op == Op::kPopMark) {
      if (!pop_to_mark()) return too_few();
    } else if (op == Op::kPop && available() == 0 && !marks_.empty()) {
      marks_.pop_back();  // it then takes the mark itself
    } else if (available() == 0) {
      return too_few();
    } else if (op == Op::kPop) {
      pop();
    } else {
      stack_.push_back(stack_.back());
    }
    return {};
  }

  Status push_number(Op op) {
    std::size_t size = op == Op::kBinInt ? 4 : op == Op::kBinInt2 ? 2 : op == Op::kBinFloat ? 8 : 1;
    auto value = number(size);
    if (value && op == Op::kLong1) {
      size = std::size_t(*value);
      if (size > 8) return text(size) ? push(PickleBytes{}) : cut_off();  // no number of ours is that large
      value = number(size);
    }
    if (!value) return cut_off();
    if (op == Op::kBinFloat) {  // the one number with its highest byte first
      std::uint64_t turned = 0;
      for (int i = 0; i < 8; ++i) turned |= (*value >> (8 * i) & 0xff) << (8 * (7 - i));
      return push(std::bit_cast<double>(turned));
    }
    const bool is_signed = op == Op::kBinInt || op == Op::kLong1;
    if (is_signed && size > 0 && size < 8 && (*value >> (8 * size - 1) & 1) != 0)
      *value |= ~std::uint64_t(0) << (8 * size);
    return push(std::int64_t(*value));
  }

  Status push_text(Op op) {
    const auto size = number(op == Op::kShortBinString ? 1 : 4);
    if (!size) return cut_off();
    auto value = text(*size);
    if (!value) return cut_off();
    return push(PickleText{*std::move(value)});
  }

  Status push_global() {
    auto module = line();
    auto name = module ? line() : std::nullopt;
    if (!name) return cut_off();
    return push(PickleGlobal{*std::move(module), *std::move(name)});
  }

  Status use_memo(Op op) {
    const bool is_long = op == Op::kLongBinGet || op == Op::kLongBinPut;
    const auto key = number(is_long ? 4 : 1);
    if (!key) return cut_off();
    if (op == Op::kBinPut || op == Op::kLongBinPut) {
      if (available() == 0) return too_few();
      memo_[std::uint32_t(*key)] = stack_.back();
      return {};
    }
    const auto found = memo_.find(std::uint32_t(*key));
    if (found == memo_.end())
      return wrong("the pickle recalls value " + std::to_string(*key) + ", never kept");
    stack_.push_back(found->second);
    return {};
  }

  Status make_object(Op op) {
    const std::size_t needed = op == Op::kBinPersistent ? 1 : 2;
    if (available() < needed) return too_few();
    const auto last = pop();
    if (op == Op::kBinPersistent) return push(PicklePersistent{last});
    if (op == Op::kBuild) return {};  // attributes of the object below: nothing here reads any
    const auto callable = pop();
    const auto* arguments = pickle_.as<PickleTuple>(last);
    if (arguments == nullptr) return wrong("the pickle calls something without a tuple of arguments");
    if (arguments->items.empty() && pickle_.is_global(callable, "collections", "OrderedDict"))
      return push(PickleDict{});
    return push(PickleCall{callable, last});
  }

  Status make_container(Op op) {
    switch (op) {
      case Op::kEmptyTuple:
        return push(PickleTuple{});
      case Op::kEmptyList:
        return push(PickleList{});
      case Op::kEmptyDict:
        return push(PickleDict{});
      case Op::kTuple1:
      case Op::kTuple2:
      case Op::kTuple3: {
        const std::size_t count = std::size_t(op) - std::size_t(Op::kTuple1) + 1;
        if (available() < count) return too_few();
        return push(PickleTuple{pop(count)});
      }
      case Op::kTuple:
      case Op::kList:
      case Op::kDict: {
        auto items = pop_to_mark();
        if (!items) return too_few();
        if (op == Op::kTuple) return push(PickleTuple{*std::move(items)});
        if (op == Op::kList) return push(PickleList{*std::move(items)});
        if (auto status = push(PickleDict{}); !status) return status;
        return fill(Op::kSetItems, *items);
      }
      case Op::kAppend:
      case Op::kSetItem: {
        const std::size_t count = op == Op::kAppend ? 1 : 2;
        if (available() < count + 1) return too_few();
        return fill(op, pop(count));
      }
      case Op::kAppends:
      case Op::kSetItems: {
        const auto items = pop_to_mark();
        if (!items || available() < 1) return too_few();
        return fill(op, *items);
      }
      default:
        return wrong("opcode " + std::to_string(unsigned(op)) + " is none that torch.save writes");
    }
  }

  /// Adds items to the container on the stack. Objects that were not made take theirs without keeping them.
  Status fill(Op op, const std::vector<PickleRef>& items) {
    auto& target = pickle_.values_[stack_.back()];
    if (std::holds_alternative<PickleCall>(target)) return {};
    if (op == Op::kAppend || op == Op::kAppends) {
      auto* list = std::get_if<PickleList>(&target);
      if (list == nullptr) return wrong("the pickle appends to something that is no list");
      list->items.insert(list->items.end(), items.begin(), items.end());
      return {};
    }
    auto* dict = std::get_if<PickleDict>(&target);
    if (dict == nullptr) return wrong("the pickle sets entries of something that is no dictionary");
    if (items.size() % 2 != 0) return wrong("the pickle sets a key without a value");
    for (std::size_t i = 0; i < items.size(); i += 2) dict->entries.emplace_back(items[i], items[i + 1]);
    return {};
  }

  std::span<const std::uint8_t> bytes_;
  std::string name_;
  std::size_t at_ = 0, start_ = 0;  ///< next byte; first byte of the opcode at work
  Pickle pickle_;
  std::vector<PickleRef> stack_;
  std::vector<std::size_t> marks_;  ///< heights of the stack
  std::unordered_map<std::uint32_t, PickleRef> memo_;
};

Result<Pickle> Pickle::parse(std::span<const std::uint8_t> bytes, const std::string& name) {
  if (bytes.size() > kMaxPickleBytes)
    return Error{ErrorCode::kInvalid, name + ": has " + std::to_string(bytes.size()) + " bytes; at most " +
                                          std::to_string(kMaxPickleBytes) + " are read"};
  return PickleMachine(bytes, name).run();
}

}  // namespace synergy::accel_import
