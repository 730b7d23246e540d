// The fast path against the reference path, byte for byte, with every instruction set that this machine has.
#include "synergy/accel/inference.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <set>
#include <sstream>
#include <string>

#include "random_programs.hpp"
#include "synergy/accel/evaluate.hpp"

namespace {
std::atomic<std::size_t> allocations{0};

void* count_and_allocate(std::size_t bytes, std::size_t alignment) {
  ++allocations;
  void* memory = std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
}  // namespace

// All other forms of `new` end in these two.
void* operator new(std::size_t bytes) { return count_and_allocate(bytes, alignof(std::max_align_t)); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return count_and_allocate(bytes, std::size_t(alignment));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace synergy::accel_test {
namespace {

using accel::Inference;

/// What the test reports when a case differs: enough to build it again.
std::string describe(const Program& program) {
  std::ostringstream text;
  text << "input " << to_string(program.input()) << (program.legacy_operands ? ", legacy" : "");
  for (const Layer& l : program.layers) {
    text << "\n  " << name_of(l.op) << " sources";
    for (const auto source : l.sources) text << ' ' << source;
    text << " operands " << l.operands << ' ' << name_of(l.eltwise) << " crop " << l.crop_top << '/'
         << l.crop_bottom << " skip " << l.channel_skip << " pool " << int(l.pooling.kind) << ' '
         << l.pooling.window.rows << 'x' << l.pooling.window.columns << " stride " << l.pooling.stride.rows
         << 'x' << l.pooling.stride.columns << " dilation " << l.pooling.dilation.rows << 'x'
         << l.pooling.dilation.columns << " kernel " << l.kernel.rows << 'x' << l.kernel.columns << " pad "
         << l.pad.rows << " dilation " << l.dilation << " groups " << l.groups << " flatten " << l.flatten
         << " shift " << l.output_shift << " width " << l.output_width << ' ' << name_of(l.activation) << ": "
         << to_string(l.input) << " -> " << to_string(l.pooled) << " -> " << to_string(l.output);
  }
  return text.str();
}

std::vector<std::uint8_t> result_of(Inference& inference, const std::vector<std::int8_t>& input) {
  const auto bytes = inference.run(input);
  return {bytes.begin(), bytes.end()};
}

/// Runs cases on both paths and gathers the names of the fast codes that took part.
class Comparison {
 public:
  explicit Comparison(std::string_view instruction_set) : instruction_set_(instruction_set) {}

  // The last output twice, because a run must not depend on what an earlier one left in memory, and then
  // every layer's.
  void expect_equal(const RandomCase& test) {
    const auto expected = run_all_layers(test.program, test.weights, {test.program.input(), test.input});
    Inference inference(test.program, test.weights, instruction_set_);
    const auto last = to_bytes(expected.back());
    ASSERT_EQ(result_of(inference, test.input), last) << describe(test.program);
    ASSERT_EQ(result_of(inference, test.input), last) << "second run of " << describe(test.program);
    note(inference);
    inference.keep_all_outputs(true);
    ASSERT_EQ(result_of(inference, test.input), last) << "with all outputs: " << describe(test.program);
    for (std::size_t k = 0; k < expected.size(); ++k)
      ASSERT_EQ(inference.output_of(k), to_bytes(expected[k]))
          << "layer " << k << " of " << describe(test.program);
    note(inference);
  }

  [[nodiscard]] const std::set<std::string>& paths() const { return paths_; }

 private:
  void note(const Inference& inference) {
    for (const auto path : inference.paths()) {
      std::istringstream text{std::string(path)};
      for (std::string name; std::getline(text, name, '+');) paths_.insert(name);
    }
  }

  std::string_view instruction_set_;
  std::set<std::string> paths_;
};

class FastPath : public testing::TestWithParam<std::string_view> {};

TEST_P(FastPath, ComputesRandomLayersAsTheReferencePathDoes) {
  RandomPrograms random(20);
  Comparison comparison(GetParam());
  for (int i = 0; i < 3000 && !HasFatalFailure(); ++i) comparison.expect_equal(random.one_layer());
}

TEST_P(FastPath, ComputesRandomProgramsAsTheReferencePathDoesAndUsesEveryCode) {
  RandomPrograms random(21);
  Comparison comparison(GetParam());
  for (int i = 0; i < 600 && !HasFatalFailure(); ++i) comparison.expect_equal(random.several_layers());

  std::string covered;
  for (const auto& path : comparison.paths()) covered += path + ' ';
  RecordProperty("paths", covered);
  std::printf("%s: %s\n", std::string(GetParam()).c_str(), covered.c_str());
  const std::string conv = GetParam() == "AVX3_DL"  ? "conv.bytes_by_four"
                           : GetParam() == "SCALAR" ? "conv.no_vectors"
                                                    : "conv.shorts_by_two";
  const std::set<std::string> all{conv,           "alias",        "combine",  "copy",         "depthwise",
                                  "direct",       "join",         "pack",     "plain.buffer", "plain.conv",
                                  "plain.gather", "pool.average", "pool.max", "skipped",      "subsample"};
  for (const auto& path : all) EXPECT_TRUE(comparison.paths().contains(path)) << path << " was never covered";
  for (const auto& path : comparison.paths())
    EXPECT_TRUE(all.contains(path) || path == "plain.pool") << path << " is unknown to this test";
}

TEST_P(FastPath, AveragesOverMoreThan256ValuesInPlainCode) {
  RandomCase test;
  test.program.input_shape = {5, 17, 19};
  Layer layer;
  layer.sources = {accel_model::kInput};
  layer.input = test.program.input_shape;
  layer.pooling = {accel_model::PoolKind::kAverage, {17, 17}, {1, 1}, {1, 1}, true};
  layer.pooled = layer.output = {5, 1, 3};
  test.program.layers = {layer};
  test.weights.resize(1);
  test.input.assign(test.program.input().values(), -128);
  Comparison comparison(GetParam());
  comparison.expect_equal(test);
  EXPECT_TRUE(comparison.paths().contains("plain.pool"));
}

TEST_P(FastPath, DoesNotAllocateDuringARun) {
  RandomPrograms random(22);
  for (int i = 0; i < 100; ++i) {
    const RandomCase test = random.several_layers();
    Inference inference(test.program, test.weights, GetParam());
    const std::size_t before = allocations;
    inference.run(test.input);
    ASSERT_EQ(allocations, before) << describe(test.program);
  }
}

INSTANTIATE_TEST_SUITE_P(EveryInstructionSet, FastPath, testing::ValuesIn(accel::instruction_sets()),
                         [](const auto& instance) { return std::string(instance.param); });

TEST(FastPathOfThisMachine, TheTestCountsAllocations) {
  const std::size_t before = allocations;
  delete new int(1);
  std::vector<std::int64_t> several(10);
  EXPECT_GE(allocations, before + 1 + std::size_t(several.size() == 10));
}

TEST(FastPathOfThisMachine, PlainCodeIsAlwaysThereAndTheBestComesFirst) {
  EXPECT_EQ(accel::instruction_sets().back(), "SCALAR");
  EXPECT_EQ(accel::instruction_sets().front(), accel::instruction_set());
}

TEST(FastPathOfThisMachine, LayersShareMemoryUnlessOutputsAreKept) {
  RandomCase test;
  test.program.input_shape = {8, 8, 8};
  for (int k = 0; k < 12; ++k) {
    Layer layer;
    layer.sources = {k - 1};
    layer.op = schemas::Operator::kConv2d;
    layer.kernel = {3, 3}, layer.pad = {1, 1};
    layer.input = layer.pooled = layer.output = {8, 8, 8};
    test.program.layers.push_back(layer);
    test.weights.push_back({std::vector<std::int8_t>(8 * 8 * 9, 1), {}});
  }
  Inference inference(test.program, test.weights);
  const std::size_t shared = inference.working_memory();
  inference.keep_all_outputs(true);
  EXPECT_LT(2 * shared, inference.working_memory());
}

}  // namespace
}  // namespace synergy::accel_test
