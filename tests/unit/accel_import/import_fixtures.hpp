// Checkpoints made in memory, and the files of the invented networks.
#pragma once

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
inline std::vector<float> made_numbers(int seed, std::size_t count, int bits) {
  std::vector<float> values;
  const int span = 1 << bits;
  for (std::size_t i = 0; i < count; ++i) values.push_back(float((seed * 31 + int(i) * 7) % span - span / 2));
  return values;
}

inline Checkpoint checkpoint_of(std::vector<CheckpointTensor> tensors) {
  return {"x.pth.tar", "net", 1, std::move(tensors)};
}

/// So many tensors' values, each `value`.
inline CheckpointTensor filled(std::string key, std::vector<std::uint64_t> shape, float value) {
  std::uint64_t count = 1;
  for (const auto size : shape) count *= size;
  return {std::move(key), std::move(shape), std::vector<float>(count, value)};
}

}  // namespace synergy::accel_import
