// Checkpoints made in memory, and the files of the invented networks.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "synergy/accel_import/checkpoint.hpp"

namespace synergy::accel_import {

inline std::string data_file(const std::string& name) {
  return std::string(SYNERGY_SOURCE_DIR) + "/tests/data/import/" + name;
}

inline std::string text_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::vector<std::uint8_t> bytes_of_file(const std::string& path) {
  const auto text = text_of_file(path);
  return {text.begin(), text.end()};
}

/// A text of bytes that may contain zeros.
template <std::size_t N>
std::string bytes(const char (&text)[N]) {
  return {text, N - 1};
}

/// The numbers that make_networks.py gives to tensor number `seed`.
inline std::vector<double> made_numbers(int seed, std::size_t count, int bits) {
  std::vector<double> values;
  const int span = 1 << bits;
  for (std::size_t i = 0; i < count; ++i)
    values.push_back(double((seed * 31 + int(i) * 7) % span - span / 2));
  return values;
}

inline Checkpoint checkpoint_of(std::vector<CheckpointTensor> tensors) {
  return {"x.pth.tar", "net", 1, std::move(tensors)};
}

inline CheckpointTensor tensor_of(std::string key, std::vector<std::uint64_t> shape,
                                  std::vector<double> values) {
  return {std::move(key), std::move(shape),
          [values = std::move(values)]() -> Result<std::vector<double>> { return values; }};
}

/// All of its values are `value`.
inline CheckpointTensor filled(std::string key, std::vector<std::uint64_t> shape, double value) {
  std::uint64_t count = 1;
  for (const auto size : shape) count *= size;
  return tensor_of(std::move(key), std::move(shape), std::vector<double>(count, value));
}

/// A tensor that can not be read.
inline CheckpointTensor unreadable(std::string key, const std::string& why) {
  return {std::move(key), {}, [why]() -> Result<std::vector<double>> {
            return Error{ErrorCode::kInvalid, why};
          }};
}

/// The numbers of a checkpoint's tensor; none, with a failed test, where there is no such tensor.
inline std::vector<double> values_of(const Checkpoint& checkpoint, const std::string& key) {
  const auto* tensor = checkpoint.find(key);
  EXPECT_NE(tensor, nullptr) << key;
  if (tensor == nullptr) return {};
  auto values = tensor->read();
  EXPECT_TRUE(values) << values.error().message;
  return values ? *std::move(values) : std::vector<double>();
}

}  // namespace synergy::accel_import
