#include "pickle_machine.hpp"

#include <bit>
#include <charconv>

#include "pickle_text.hpp"

namespace synergy::accel_import {
namespace {

/// Bytes of the number behind the opcode: its value, or how long the text behind it is.
std::size_t number_bytes(Op op) {
  switch (op) {
    case Op::kBinInt2:
    case Op::kExtension2:
      return 2;
    case Op::kBinInt:
    case Op::kBinString:
    case Op::kBinUnicode:
    case Op::kBinBytes:
    case Op::kExtension4:
    case Op::kLong4:
    case Op::kLongBinGet:
    case Op::kLongBinPut:
      return 4;
    case Op::kBinFloat:
    case Op::kBinUnicode8:
    case Op::kBinBytes8:
    case Op::kByteArray8:
    case Op::kFrame:
      return 8;
    default:
      return 1;
  }
}

}  // namespace

Result<Pickle> PickleMachine::run() {
  while (true) {
    start_ = source_.at();
    const auto code = source_.number(1);
    if (!code) return cut_off();
    if (Op(*code) == Op::kStop) break;
    if (auto status = step(Op(*code)); !status) return status.error();
    if (pickle_.values_.size() + stack_.size() + marks_.size() + memo_.size() > kMaxPickleValues)
      return wrong("the pickle makes more than the " + std::to_string(kMaxPickleValues) +
                   " values that are read of one");
  }
  if (stack_.size() != 1 || !marks_.empty()) return wrong("the pickle ends with more or less than one value");
  pickle_.root_ = stack_.back();
  pickle_.size_ = source_.at();
  return std::move(pickle_);
}

Error PickleMachine::wrong(const std::string& what) const {
  return {ErrorCode::kInvalid, name_ + ", byte " + std::to_string(start_) + ": " + what};
}

Error PickleMachine::cut_off() const {
  return wrong(whole_ ? "the pickle is cut off"
                      : "the pickle is longer than the " + std::to_string(kMaxPickleBytes) +
                            " bytes that are read of one");
}

PickleRef PickleMachine::make(PickleValue value) {
  pickle_.values_.push_back(std::move(value));
  return PickleRef(pickle_.values_.size() - 1);
}

Status PickleMachine::push(PickleValue value) {
  stack_.push_back(make(std::move(value)));
  return {};
}

PickleRef PickleMachine::pop() {
  const auto ref = stack_.back();
  stack_.pop_back();
  return ref;
}

std::vector<PickleRef> PickleMachine::pop(std::size_t count) {
  std::vector<PickleRef> items(stack_.end() - std::ptrdiff_t(count), stack_.end());
  stack_.resize(stack_.size() - count);
  return items;
}

std::optional<std::vector<PickleRef>> PickleMachine::pop_to_mark() {
  if (marks_.empty()) return std::nullopt;
  const auto count = available();
  marks_.pop_back();
  return pop(count);
}

Status PickleMachine::step(Op op) {
  switch (op) {
    case Op::kBinInt:
    case Op::kBinInt1:
    case Op::kBinInt2:
    case Op::kBinFloat:
      return push_number(op);
    case Op::kLong1:
    case Op::kLong4:
      return push_big_number(op);
    case Op::kInt:
    case Op::kLong:
    case Op::kFloat:
    case Op::kString:
    case Op::kUnicode:
    case Op::kPersistent:
      return push_line(op);
    case Op::kBinString:
    case Op::kShortBinString:
    case Op::kBinUnicode:
    case Op::kShortBinUnicode:
    case Op::kBinUnicode8:
      return push_text(op);
    case Op::kBinBytes:
    case Op::kShortBinBytes:
    case Op::kBinBytes8:
    case Op::kByteArray8:
      return push_bytes(op);
    case Op::kGlobal:
    case Op::kStackGlobal:
      return push_global(op);
    case Op::kGet:
    case Op::kBinGet:
    case Op::kLongBinGet:
    case Op::kPut:
    case Op::kBinPut:
    case Op::kLongBinPut:
    case Op::kMemoize:
      return use_memo(op);
    case Op::kReduce:
    case Op::kNewObject:
    case Op::kNewObjectWithNames:
    case Op::kBuild:
    case Op::kBinPersistent:
      return make_call(op);
    case Op::kInstance:
    case Op::kObject:
      return make_old_object(op);
    default:
      return simple(op);
  }
}

/// Opcodes that only move values, and those that stand for one value.
Status PickleMachine::simple(Op op) {
  switch (op) {
    case Op::kProto:
      return protocol();
    case Op::kFrame:
      return frame();
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
    case Op::kExtension1:
    case Op::kExtension2:
    case Op::kExtension4:
      return source_.number(number_bytes(op)) ? push(PickleOpaque{}) : cut_off();
    case Op::kNextBuffer:
    case Op::kReadOnlyBuffer:
      return wrong(
          "the pickle keeps bytes outside of itself (out-of-band buffers), which are not in the file");
    default:
      return make_container(op);
  }
}

Status PickleMachine::protocol() {
  const auto version = source_.number(1);
  if (!version) return cut_off();
  if (*version > kHighestPickleProtocol)
    return wrong("pickle protocol " + std::to_string(*version) + "; those from 0 to " +
                 std::to_string(kHighestPickleProtocol) + " are read");
  return {};
}

/// Says how many bytes follow before the next one, for readers that buffer.
Status PickleMachine::frame() {
  const auto size = source_.number(number_bytes(Op::kFrame));
  return size && *size <= source_.left() ? Status() : cut_off();
}

Status PickleMachine::shuffle(Op op) {
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

Status PickleMachine::push_number(Op op) {
  const auto value = source_.number(number_bytes(op));
  if (!value) return cut_off();
  if (op == Op::kBinInt) return push(std::int64_t(std::int32_t(*value)));
  if (op != Op::kBinFloat) return push(std::int64_t(*value));
  std::uint64_t turned = 0;  // the one number with its highest byte first
  for (int i = 0; i < 8; ++i) turned |= (*value >> (8 * i) & 0xff) << (8 * (7 - i));
  return push(std::bit_cast<double>(turned));
}

/// A two's complement number of as many bytes as the number before it says.
Status PickleMachine::push_big_number(Op op) {
  const auto size = source_.number(number_bytes(op));
  if (!size) return cut_off();
  if (*size > 8) return source_.text(*size) ? push(PickleOpaque{}) : cut_off();
  auto value = source_.number(std::size_t(*size));
  if (!value) return cut_off();
  if (*size > 0 && *size < 8 && (*value >> (8 * *size - 1) & 1) != 0)
    *value |= ~std::uint64_t(0) << (8 * *size);
  return push(std::int64_t(*value));
}

/// What protocol 0 writes as a line of text.
Status PickleMachine::push_line(Op op) {
  const auto line = source_.line();
  if (!line) return cut_off();
  if (op == Op::kPersistent) return push(PicklePersistent{make(PickleText{std::string(*line)})});
  if (op == Op::kInt || op == Op::kLong) {
    auto value = integer_of_line(*line);
    return value ? push(*std::move(value)) : wrong("the pickle's line is no whole number");
  }
  if (op == Op::kFloat) {
    const auto value = float_of_line(*line);
    return value ? push(*value) : wrong("the pickle's line is no number");
  }
  auto text = op == Op::kString ? text_of_literal(*line) : text_of_unicode_line(*line);
  return text ? push(PickleText{*std::move(text)}) : wrong("the pickle's line is no text");
}

Status PickleMachine::push_text(Op op) {
  const auto size = source_.number(number_bytes(op));
  const auto text = size ? source_.text(*size) : std::nullopt;
  return text ? push(PickleText{std::string(*text)}) : cut_off();
}

Status PickleMachine::push_bytes(Op op) {
  const auto size = source_.number(number_bytes(op));
  return size && source_.text(*size) ? push(PickleOpaque{}) : cut_off();
}

Status PickleMachine::push_global(Op op) {
  if (op == Op::kGlobal) {
    const auto module = source_.line(), name = module ? source_.line() : std::nullopt;
    if (!name) return cut_off();
    const auto module_text = make(PickleText{std::string(*module)});
    return push(PickleGlobal{module_text, make(PickleText{std::string(*name)})});
  }
  if (available() < 2) return too_few();
  const auto names = pop(2);
  if (!pickle_.text(names[0]) || !pickle_.text(names[1]))
    return wrong("the pickle names a class by something that is no text");
  return push(PickleGlobal{names[0], names[1]});
}

Status PickleMachine::use_memo(Op op) {
  std::uint64_t key = memo_.size();
  if (op == Op::kGet || op == Op::kPut) {
    const auto line = source_.line();
    if (!line) return cut_off();
    const auto [rest, problem] = std::from_chars(line->data(), line->data() + line->size(), key);
    if (problem != std::errc() || rest != line->data() + line->size())
      return wrong("the pickle's line is no whole number");
  } else if (op != Op::kMemoize) {
    const auto number = source_.number(number_bytes(op));
    if (!number) return cut_off();
    key = *number;
  }
  if (op != Op::kGet && op != Op::kBinGet && op != Op::kLongBinGet) {
    if (available() == 0) return too_few();
    memo_[key] = stack_.back();
    return {};
  }
  const auto found = memo_.find(key);
  if (found == memo_.end()) return wrong("the pickle recalls value " + std::to_string(key) + ", never kept");
  stack_.push_back(found->second);
  return {};
}

Status PickleMachine::make_call(Op op) {
  const std::size_t needed = op == Op::kBinPersistent ? 1 : op == Op::kNewObjectWithNames ? 3 : 2;
  if (available() < needed) return too_few();
  const auto items = pop(needed);
  if (op == Op::kBinPersistent) return push(PicklePersistent{items[0]});
  if (op == Op::kBuild) {  // attributes of the object below: nothing here reads any
    stack_.push_back(items[0]);
    return {};
  }
  const auto* arguments = pickle_.as<PickleTuple>(items[1]);
  if (arguments == nullptr) return wrong("the pickle calls something without a tuple of arguments");
  const bool empty = arguments->items.empty();
  if ((empty && pickle_.is_global(items[0], "collections", "OrderedDict")) ||
      pickle_.is_global(items[0], "collections", "defaultdict"))
    return push(PickleDict{});
  return push(PickleCall{items[0], items[1]});
}

/// Protocols 0 and 1 have opcodes of their own for objects of Python's old classes.
Status PickleMachine::make_old_object(Op op) {
  if (op == Op::kInstance) {
    if (auto status = push_global(Op::kGlobal); !status) return status;
    const auto type = pop();
    auto arguments = pop_to_mark();
    if (!arguments) return too_few();
    return push(PickleCall{type, make(PickleTuple{*std::move(arguments)})});
  }
  auto items = pop_to_mark();
  if (!items || items->empty()) return too_few();
  const auto type = items->front();
  items->erase(items->begin());
  return push(PickleCall{type, make(PickleTuple{*std::move(items)})});
}

Status PickleMachine::make_tuple(Op op) {
  if (op == Op::kEmptyTuple) return push(PickleTuple{});
  if (op == Op::kTuple) {
    auto items = pop_to_mark();
    return items ? push(PickleTuple{*std::move(items)}) : too_few();
  }
  const std::size_t count = std::size_t(op) - std::size_t(Op::kTuple1) + 1;
  if (available() < count) return too_few();
  return push(PickleTuple{pop(count)});
}

Status PickleMachine::make_container(Op op) {
  switch (op) {
    case Op::kEmptyTuple:
    case Op::kTuple:
    case Op::kTuple1:
    case Op::kTuple2:
    case Op::kTuple3:
      return make_tuple(op);
    case Op::kEmptyList:
      return push(PickleList{});
    case Op::kEmptyDict:
      return push(PickleDict{});
    case Op::kEmptySet:
      return push(PickleOpaque{});
    case Op::kFrozenSet:
      return pop_to_mark() ? push(PickleOpaque{}) : too_few();
    case Op::kAddItems:
      return add_to_set();
    case Op::kList:
    case Op::kDict: {
      auto items = pop_to_mark();
      if (!items) return too_few();
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
      return wrong("opcode " + std::to_string(unsigned(op)) + " is none of a pickle");
  }
}

/// Adds items to the container on the stack. Objects that were not made take theirs without keeping them.
Status PickleMachine::fill(Op op, const std::vector<PickleRef>& items) {
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

Status PickleMachine::add_to_set() {
  if (!pop_to_mark() || available() < 1) return too_few();
  const auto& target = pickle_.values_[stack_.back()];
  if (!std::holds_alternative<PickleOpaque>(target) && !std::holds_alternative<PickleCall>(target))
    return wrong("the pickle adds to something that is no set");
  return {};
}

}  // namespace synergy::accel_import
