// Every described type through msgpack and back, and field by field through everything that may be wrong with
// it.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "samples.hpp"
#include "synergy/schemas/catalogue.hpp"

namespace synergy::schemas_test {
namespace {

/// `Struct.field`.
std::string path_of(const Sample& sample, const FieldInfo& field) {
  return std::string(sample.info->name) + "." + std::string(field.name);
}

using Visit = std::function<void(const Sample&, const FieldInfo&)>;

/// Calls `visit` for every field of every described type; a failure inside says which one it was.
void for_each_field_of_all(const Visit& visit) {
  for (const auto& sample : messages_and_parts())
    for (const auto& field : sample.info->fields) {
      SCOPED_TRACE(path_of(sample, field));
      visit(sample, field);
    }
}

/// What reading the sample says, with one field written by `write`.
Result<std::shared_ptr<void>> read_with(const Sample& sample, const FieldInfo& field, const Write& write) {
  return read(*sample.info, with_field(*sample.info, sample.value.get(), field.name, write));
}
Result<std::shared_ptr<void>> read_without(const Sample& sample, const FieldInfo& field) {
  return read(*sample.info, without_field(*sample.info, sample.value.get(), field.name));
}

/// A struct's check() holds them together: the sample without it is refused (checks_test.cpp,
/// device_power_test.cpp).
bool is_needed_by_others(const Sample& sample, const FieldInfo& field) {
  static const std::set<std::string> paths{"FrameFeed.dtype", "FrameFeed.sound_rate",
                                           "DeviceProfile.battery_mwh", "EfficiencyPoint.input_mv",
                                           "EfficiencyPoint.input_ua"};
  return paths.contains(path_of(sample, field));
}
/// Its check() wants it to be the default: the sample has another in its place.
bool is_left_out(const Sample& sample, const FieldInfo& field) {
  static const std::set<std::string> paths{"InputDescription.sound", "DeviceProfile.harvest",
                                           "DeviceProfile.store", "DeviceProfile.checkpoint",
                                           "EfficiencyPoint.input_uw"};
  return paths.contains(path_of(sample, field));
}

TEST(RoundTrip, EveryMessageAndPartComesBackAsItWent) {
  std::size_t compared = 0;
  for (const auto& sample : messages_and_parts()) {
    SCOPED_TRACE(sample.info->name);
    const auto bytes = bytes_of(*sample.info, sample.value.get());
    const auto back = read(*sample.info, bytes);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(bytes_of(*sample.info, back->get()), bytes);
    if (sample.equal == nullptr) continue;
    ++compared;
    EXPECT_TRUE(sample.equal(back->get(), sample.value.get()));
  }
  EXPECT_GT(compared, 30u);
}

TEST(RoundTrip, TheSamplesDifferFromTheDefaultsInEveryField) {
  for_each_field_of_all([](const Sample& sample, const FieldInfo& field) {
    if (is_left_out(sample, field)) return;
    EXPECT_NE(bytes_of(field, sample.value.get()), bytes_of(field, sample.info->defaults.get()));
  });
}

TEST(RoundTrip, EveryMemberOfAMessageIsInItsFieldList) {
  std::size_t counted = 0;
  for (const auto& sample : messages_and_parts()) {
    if (!sample.members) continue;
    EXPECT_EQ(*sample.members, sample.info->fields.size()) << sample.info->name;
    ++counted;
  }
  EXPECT_EQ(counted, messages_and_parts().size() - 9);  // samples.cpp names those that can not be counted
}

TEST(RoundTrip, TheTestsKnowEveryMessageOfTheCatalogue) {
  std::vector<std::string> tested, listed;
  for (const auto& sample : messages()) tested.emplace_back(sample.message->name);
  for (const auto& info : catalogue()) listed.push_back(info.name);
  std::sort(tested.begin(), tested.end());
  EXPECT_EQ(tested, listed);
}

TEST(RoundTrip, TheTestsKnowEveryPartOfEveryMessage) {
  for_each_field_of_all([](const Sample&, const FieldInfo& field) {
    const auto* part = field.type->part();
    const auto& all = messages_and_parts();
    const bool known = std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.info == part; });
    EXPECT_TRUE(part == nullptr || known);
  });
}

TEST(RoundTrip, NoTwoMessagesShareAName) {
  const auto& all = catalogue();
  const auto same = [](const auto& a, const auto& b) { return a.name == b.name; };
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end(), same), all.end());
}

TEST(RoundTrip, EveryRequiredFieldIsMissedByName) {
  for_each_field_of_all([](const Sample& sample, const FieldInfo& field) {
    const auto back = read_without(sample, field);
    if (field.presence == Presence::kOptional) {
      EXPECT_NE(bool(back), is_needed_by_others(sample, field));
      return;
    }
    ASSERT_FALSE(back);
    EXPECT_EQ(back.error().code, ErrorCode::kInvalid);
    EXPECT_TRUE(back.error().message.starts_with("'" + std::string(field.name) + "' is missing"))
        << back.error().message;
  });
}

TEST(RoundTrip, AnAbsentOrNullOptionalFieldKeepsItsDefault) {
  for_each_field_of_all([](const Sample& sample, const FieldInfo& field) {
    if (field.presence == Presence::kRequired || is_needed_by_others(sample, field)) return;
    const auto untouched = bytes_of(field, sample.info->defaults.get());
    const auto absent = read_without(sample, field);
    const auto null = read_with(sample, field, [](Encoder& out) { out.null(); });
    ASSERT_TRUE(absent && null);
    EXPECT_EQ(bytes_of(field, absent->get()), untouched);
    EXPECT_EQ(bytes_of(field, null->get()), untouched);
  });
}

TEST(RoundTrip, NullForARequiredFieldIsRefused) {
  for_each_field_of_all([](const Sample& sample, const FieldInfo& field) {
    if (field.presence == Presence::kOptional) return;
    EXPECT_FALSE(read_with(sample, field, [](Encoder& out) { out.null(); }));
  });
}

TEST(RoundTrip, AValueOfAnotherTypeIsRefusedAndTheFieldIsNamed) {
  for_each_field_of_all([](const Sample& sample, const FieldInfo& field) {
    const auto back = read_with(sample, field, [&](Encoder& out) {
      if (field.type == &kTypeInfo<bool>)
        out.text("true");
      else
        out.boolean(true);
    });
    ASSERT_FALSE(back);
    EXPECT_EQ(back.error().code, ErrorCode::kInvalid);
    EXPECT_TRUE(back.error().message.starts_with(std::string(field.name) + ": expected "))
        << back.error().message;
  });
}

/// A type of numbers, and those next to its ends that it can not hold.
struct Range {
  const TypeInfo* type;
  std::vector<Write> beyond;
};

Write integer(std::int64_t value) {
  return [value](Encoder& out) { out.integer(value); };
}
Write unsigned_integer(std::uint64_t value) {
  return [value](Encoder& out) { out.unsigned_integer(value); };
}

const std::vector<Range>& ranges() {
  static const std::vector<Write> no_64_bits{unsigned_integer(std::uint64_t(1) << 63)};
  static const std::vector<Range> all{
      {&kTypeInfo<std::uint32_t>, {unsigned_integer(std::uint64_t(1) << 32), integer(-1)}},
      {&kTypeInfo<std::int32_t>, {integer(std::int64_t(1) << 31), integer(-(std::int64_t(1) << 31) - 1)}},
      {&kTypeInfo<std::uint64_t>, {integer(-1)}},
      {&kTypeInfo<std::int64_t>, no_64_bits},
      {&kTypeInfo<Duration>, no_64_bits},
      {&kTypeInfo<ModelTime>, no_64_bits},
      {&kTypeInfo<UnixTime>, no_64_bits},
  };
  return all;
}

TEST(RoundTrip, ANumberBeyondItsTypeIsRefused) {
  std::size_t numbers = 0;
  for_each_field_of_all([&](const Sample& sample, const FieldInfo& field) {
    for (const auto& range : ranges()) {
      if (range.type != field.type) continue;
      for (const auto& write : range.beyond) {
        ++numbers;
        const auto back = read_with(sample, field, write);
        ASSERT_FALSE(back);
        EXPECT_NE(back.error().message.find("out of range"), std::string::npos) << back.error().message;
      }
    }
  });
  EXPECT_GT(numbers, 150u);
}

TEST(RoundTrip, AnUnknownNameOfAnEnumIsRefused) {
  int enums = 0;
  for_each_field_of_all([&](const Sample& sample, const FieldInfo& field) {
    if (field.type->kind != ValueKind::kEnum) return;
    ++enums;
    const auto back = read_with(sample, field, [](Encoder& out) { out.text("no such name"); });
    ASSERT_FALSE(back);
    EXPECT_TRUE(back.error().message.starts_with(std::string(field.name) + ": unknown value 'no such name'"))
        << back.error().message;
  });
  EXPECT_GT(enums, 10);
}

TEST(RoundTrip, FieldsAreFoundInAnyOrderAndUnknownOnesAreIgnored) {
  for (const auto& sample : messages_and_parts()) {
    SCOPED_TRACE(sample.info->name);
    const auto& fields = sample.info->fields;
    const Bytes mixed = with_msgpack([&](Encoder& out) {
      out.begin_map(fields.size() + 2);
      out.key("of a later version");
      out.begin_list(1);
      out.boolean(true);
      out.end_list();
      std::for_each(fields.rbegin(), fields.rend(), [&](const FieldInfo& field) {
        out.key(field.name);
        field.type->encode(out, field.in(sample.value.get()));
      });
      out.key("");
      out.null();
      out.end_map();
    });
    const auto back = read(*sample.info, mixed);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(bytes_of(*sample.info, back->get()), bytes_of(*sample.info, sample.value.get()));
  }
}

}  // namespace
}  // namespace synergy::schemas_test
