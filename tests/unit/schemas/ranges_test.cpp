// Every number that travels has a range: what lies far outside is refused where the message is read.
//
// A number without one comes back later: as an id that nothing can follow, as a sum that overflows, as a row
// that the database can not hold.
#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <set>

#include "samples.hpp"

namespace synergy::schemas_test {
namespace {

/// Masks, seeds, and numbers that are only compared: each value is as good as any other.
const std::set<std::string> kAnyValue{"Envelope.instance",
                                      "Health.instance",
                                      "BrokerState.epoch",
                                      "Joined.epoch",
                                      "Deployed.instance",
                                      "LayerDescription.processors",
                                      "LayerDescription.output_processors",
                                      "DataBufferDescription.processors",
                                      "ModelDescription.weights_seed",
                                      "SensorSource.generator"};

enum class Shape { kOne, kList, kMap };

/// Writes `write`'s value so often, and in such a shape, as the sample of the field has it.
std::function<void(Encoder&)> in_shape(Shape shape, std::size_t size,
                                       const std::function<void(Encoder&)>& write) {
  return [=](Encoder& out) {
    if (shape == Shape::kOne) return write(out);
    shape == Shape::kList ? out.begin_list(size) : out.begin_map(size);
    for (std::size_t i = 0; i < size; ++i) {
      if (shape == Shape::kMap) out.key("key" + std::to_string(i));
      write(out);
    }
    shape == Shape::kList ? out.end_list() : out.end_map();
  };
}

/// The values that no number may have, each with its name.
std::map<std::string, std::function<void(Encoder&)>> extremes(bool whole) {
  if (!whole)
    return {{"1e300", [](Encoder& out) { out.real(1e300); }},
            {"-1e300", [](Encoder& out) { out.real(-1e300); }}};
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  return {{"2^63 - 1", [](Encoder& out) { out.integer(kMost); }},
          {"2^64 - 1", [](Encoder& out) { out.unsigned_integer(std::numeric_limits<std::uint64_t>::max()); }},
          {"-2^63", [](Encoder& out) { out.integer(-kMost - 1); }}};
}

TEST(Ranges, OfEveryNumberAreChecked) {
  std::set<std::string> tried;
  for (const auto& sample : messages_and_parts())
    for (const auto& field : sample.info->fields) {
      std::string type = field.type->name();
      Shape shape = Shape::kOne;
      if (type.starts_with("list of ")) shape = Shape::kList, type = type.substr(8);
      if (type.starts_with("map of ")) shape = Shape::kMap, type = type.substr(7);
      if (type != "integer" && type != "number") continue;
      const auto name = std::string(sample.info->name) + "." + std::string(field.name);
      tried.insert(name);
      EXPECT_EQ(field.range == Range::kAnyNumber, kAnyValue.contains(name)) << name;
      if (kAnyValue.contains(name)) continue;
      for (const auto& [value, write] : extremes(type == "integer")) {
        const auto bytes =
            with_field(*sample.info, sample.value.get(), field.name, in_shape(shape, 1, write));
        EXPECT_FALSE(read(*sample.info, bytes)) << name << " may be " << value;
      }
    }
  EXPECT_GT(tried.size(), 100u);
  for (const auto& name : kAnyValue)
    EXPECT_TRUE(tried.contains(name)) << name << " is no number of a message";
}

}  // namespace
}  // namespace synergy::schemas_test
