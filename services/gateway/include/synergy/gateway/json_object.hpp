// An object of JSON put together of parts that are JSON already. Names are ours, so nothing is escaped.
#pragma once

#include <string>
#include <string_view>

namespace synergy::gateway {

class JsonObject {
 public:
  /// `json` must be JSON.
  JsonObject& add(std::string_view name, std::string_view json) {
    text_ += text_.empty() ? "{\"" : ",\"";
    text_ += name;
    text_ += "\":";
    text_ += json;
    return *this;
  }
  [[nodiscard]] std::string text() const { return text_.empty() ? "{}" : text_ + "}"; }

 private:
  std::string text_;
};

}  // namespace synergy::gateway
