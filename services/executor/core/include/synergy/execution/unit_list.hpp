// The units of one device that a task holds, each once. They stand in the task itself: tasks come and go at
// every step of every run, and shall not take memory each time.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>

#include "synergy/base/check.hpp"
#include "synergy/schemas/device.hpp"

namespace synergy::execution {

class UnitList {
 public:
  UnitList() = default;
  UnitList(std::initializer_list<schemas::Unit> units) {
    for (const auto unit : units) push_back(unit);
  }

  /// The list has room for each unit once.
  void push_back(schemas::Unit unit) {
    SYNERGY_CHECK(size_ < units_.size(), "a task holds each unit of its device once at most");
    units_[size_++] = unit;
  }
  [[nodiscard]] const schemas::Unit* begin() const { return units_.data(); }
  [[nodiscard]] const schemas::Unit* end() const { return units_.data() + size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

 private:
  std::array<schemas::Unit, schemas::kEnumNames<schemas::Unit>.size()> units_{};
  std::size_t size_ = 0;
};

}  // namespace synergy::execution
