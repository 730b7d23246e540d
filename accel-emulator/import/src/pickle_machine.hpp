// The stack machine that a pickle is a program for. It makes values and calls nothing.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "pickle_bytes.hpp"
#include "pickle_opcodes.hpp"
#include "synergy/accel_import/pickle.hpp"

namespace synergy::accel_import {

/// Runs one pickle once.
class PickleMachine {
 public:
  /// Borrows the bytes. `whole` says whether they are all there are, for the message when they run out.
  PickleMachine(std::span<const std::uint8_t> bytes, bool whole, const std::string& name)
      : source_(bytes), whole_(whole), name_(name) {}

  Result<Pickle> run();

 private:
  [[nodiscard]] Error wrong(const std::string& what) const;
  [[nodiscard]] Error cut_off() const;
  [[nodiscard]] Error too_few() const { return wrong("the pickle takes a value that is not there"); }

  // The stack. Values above the last mark may be taken, those below belong to an opcode still to come.
  [[nodiscard]] std::size_t available() const { return stack_.size() - (marks_.empty() ? 0 : marks_.back()); }
  PickleRef make(PickleValue value);
  Status push(PickleValue value);
  PickleRef pop();
  std::vector<PickleRef> pop(std::size_t count);
  std::optional<std::vector<PickleRef>> pop_to_mark();

  // One function for each family of opcodes; each fails when the opcode makes no sense where it stands.
  Status step(Op op);
  Status simple(Op op);
  Status protocol();
  Status frame();
  Status shuffle(Op op);
  Status push_number(Op op);
  Status push_big_number(Op op);
  Status push_line(Op op);
  Status push_text(Op op);
  Status push_bytes(Op op);
  Status push_global(Op op);
  Status use_memo(Op op);
  Status make_call(Op op);
  Status make_old_object(Op op);
  Status make_tuple(Op op);
  Status make_container(Op op);
  Status fill(Op op, const std::vector<PickleRef>& items);
  Status add_to_set();

  PickleSource source_;
  bool whole_;
  const std::string& name_;
  std::size_t start_ = 0;  ///< first byte of the opcode at work
  Pickle pickle_;
  std::vector<PickleRef> stack_;
  std::vector<std::size_t> marks_;  ///< heights of the stack
  std::unordered_map<std::uint64_t, PickleRef> memo_;
};

}  // namespace synergy::accel_import
