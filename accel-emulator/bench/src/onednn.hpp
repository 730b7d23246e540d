// One convolution of oneDNN, to compare with. An optional library: `onednn_absent.cpp` stands in without it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "synergy/accel_model/program.hpp"
#include "synergy/base/result.hpp"

namespace synergy::accel_bench {

/// Unsigned bytes by signed weights into unsigned bytes, rectified: the form in which oneDNN is fastest. Data
/// and weights already lie as it likes them; one thread.
class OneDnnConv {
 public:
  virtual ~OneDnnConv() = default;
  virtual void run() = 0;
  /// What oneDNN calls the code it chose.
  [[nodiscard]] virtual std::string code() const = 0;

  /// The layer's convolution alone, without pooling; nullptr when oneDNN does not have it.
  [[nodiscard]] static std::unique_ptr<OneDnnConv> make(const accel_model::Layer& layer);
};

/// Keeps oneDNN to the instructions of one of our instruction sets and to one thread, and returns its version
/// with that limit. Fails with kUnavailable (it is not part of this build, or has no such limit) or kConflict
/// (it was limited to others before).
[[nodiscard]] Result<std::string> limit_onednn(std::string_view instruction_set);

}  // namespace synergy::accel_bench
