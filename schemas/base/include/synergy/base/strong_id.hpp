// An identifier that can not be mistaken for another kind of identifier: a DeviceId is not an AppId.
#pragma once

#include <compare>
#include <string>
#include <utility>

namespace synergy {

template <class Tag>
class StrongId {
 public:
  StrongId() = default;
  explicit StrongId(std::string text) : text_(std::move(text)) {}

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  auto operator<=>(const StrongId&) const = default;
  bool operator==(const StrongId&) const = default;

 private:
  std::string text_;
};

using DeviceId = StrongId<struct DeviceTag>;
using AppId = StrongId<struct AppTag>;
using ModelId = StrongId<struct ModelTag>;

}  // namespace synergy
