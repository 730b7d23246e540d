// Every described type through msgpack and back, and field by field through everything that may be wrong with
// it.
#include <algorithm>
#include <concepts>

#include "samples.hpp"
#include "synergy/schemas/catalogue.hpp"

namespace synergy::schemas_test {
namespace {

/// Stands for a value of any type, to count the members of a struct.
struct Anything {
  template <class T>
  operator T() const;
};
template <class T, class... Members>
consteval std::size_t member_count() {
  if constexpr (sizeof...(Members) < 40 && requires { T{Members{}..., Anything{}}; })
    return member_count<T, Members..., Anything>();
  else
    return sizeof...(Members);
}

TEST(RoundTrip, EveryMessageAndPartComesBackAsItWent) {
  for_each_described_type([]<class T>() {
    const T value = sample<T>();
    const Bytes bytes = to_msgpack(value);
    const auto back = from_msgpack<T>(bytes);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(to_msgpack(*back), bytes);
    if constexpr (std::equality_comparable<T>) {
      EXPECT_TRUE(*back == value);
    }
  });
}

TEST(RoundTrip, TheSamplesDifferFromTheDefaultsInEveryField) {
  for_each_described_type([]<class T>() {
    const T value = sample<T>();
    const T untouched{};
    const auto check = [&](const auto& field) {
      EXPECT_NE(to_msgpack(value.*(field.member)), to_msgpack(untouched.*(field.member))) << field.name;
    };
    for_each_field<T>(check);
  });
}

TEST(RoundTrip, EveryMemberOfAMessageIsInItsFieldList) {
  // A struct with an optional or a list of structs first can not be counted this way; they are few, and named
  // here.
  std::size_t counted = 0;
  for_each_described_type([&]<class T>() {
    constexpr bool has_optional = std::is_same_v<T, StoreDecision> || std::is_same_v<T, BodyChange> ||
                                  std::is_same_v<T, StoredState> || std::is_same_v<T, LayerDescription> ||
                                  std::is_same_v<T, ModelDescription>;
    if constexpr (!has_optional) {
      EXPECT_EQ(member_count<T>(), describe<T>().fields.size());
      ++counted;
    }
  });
  EXPECT_EQ(counted, 70u);
}

TEST(RoundTrip, TheTestsKnowEveryMessageOfTheCatalogue) {
  std::vector<std::string> tested, listed;
  for_each_type(Messages{}, [&]<class T>() { tested.emplace_back(T::kMessage.name); });
  for (const auto& info : catalogue()) listed.push_back(info.name);
  std::sort(tested.begin(), tested.end());
  EXPECT_EQ(tested, listed);
}

TEST(RoundTrip, NoTwoMessagesShareAName) {
  const auto& all = catalogue();
  const auto same = [](const auto& a, const auto& b) { return a.name == b.name; };
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end(), same), all.end());
}

TEST(RoundTrip, EveryRequiredFieldIsMissedByName) {
  for_each_described_type([]<class T>() {
    const auto check = [](const auto& field) {
      const auto back = from_msgpack<T>(without_field(sample<T>(), field.name));
      if (field.presence == Presence::kOptional) {
        EXPECT_TRUE(back) << field.name;
        return;
      }
      ASSERT_FALSE(back) << field.name;
      EXPECT_EQ(back.error().code, ErrorCode::kInvalid);
      EXPECT_TRUE(back.error().message.starts_with("'" + std::string(field.name) + "' is missing"))
          << back.error().message;
    };
    for_each_field<T>(check);
  });
}

TEST(RoundTrip, AnAbsentOrNullOptionalFieldKeepsItsDefault) {
  for_each_described_type([]<class T>() {
    const auto check = [](const auto& field) {
      if (field.presence == Presence::kRequired) return;
      const auto untouched = to_msgpack(T{}.*(field.member));
      const auto absent = from_msgpack<T>(without_field(sample<T>(), field.name));
      const auto null =
          from_msgpack<T>(with_field(sample<T>(), field.name, [](Encoder& out) { out.null(); }));
      ASSERT_TRUE(absent && null) << field.name;
      EXPECT_EQ(to_msgpack((*absent).*(field.member)), untouched) << field.name;
      EXPECT_EQ(to_msgpack((*null).*(field.member)), untouched) << field.name;
    };
    for_each_field<T>(check);
  });
}

TEST(RoundTrip, NullForARequiredFieldIsRefused) {
  for_each_described_type([]<class T>() {
    const auto check = [](const auto& field) {
      if (field.presence == Presence::kOptional) return;
      EXPECT_FALSE(from_msgpack<T>(with_field(sample<T>(), field.name, [](Encoder& out) { out.null(); })))
          << field.name;
    };
    for_each_field<T>(check);
  });
}

TEST(RoundTrip, AValueOfAnotherTypeIsRefusedAndTheFieldIsNamed) {
  for_each_described_type([]<class T>() {
    const auto check = [](const auto& field) {
      using Member = std::remove_cvref_t<decltype(T{}.*(field.member))>;
      const auto wrong = [](Encoder& out) {
        if constexpr (std::is_same_v<Member, bool>)
          out.text("true");
        else
          out.boolean(true);
      };
      const auto back = from_msgpack<T>(with_field(sample<T>(), field.name, wrong));
      ASSERT_FALSE(back) << field.name;
      EXPECT_EQ(back.error().code, ErrorCode::kInvalid);
      EXPECT_TRUE(back.error().message.starts_with(std::string(field.name) + ": expected "))
          << back.error().message;
    };
    for_each_field<T>(check);
  });
}

TEST(RoundTrip, ANumberBeyondItsTypeIsRefused) {
  for_each_described_type([]<class T>() {
    const auto refused = [](const auto& field, const std::function<void(Encoder&)>& write) {
      const auto back = from_msgpack<T>(with_field(sample<T>(), field.name, write));
      ASSERT_FALSE(back) << field.name;
      EXPECT_NE(back.error().message.find("out of range"), std::string::npos) << back.error().message;
    };
    const auto check = [&](const auto& field) {
      using Member = std::remove_cvref_t<decltype(T{}.*(field.member))>;
      if constexpr (std::is_same_v<Member, std::uint32_t>) {
        refused(field, [](Encoder& out) { out.unsigned_integer(std::uint64_t(1) << 32); });
        refused(field, [](Encoder& out) { out.integer(-1); });
      } else if constexpr (std::is_same_v<Member, std::int32_t>) {
        refused(field, [](Encoder& out) { out.integer(std::int64_t(1) << 31); });
        refused(field, [](Encoder& out) { out.integer(-(std::int64_t(1) << 31) - 1); });
      } else if constexpr (std::is_same_v<Member, std::uint64_t>) {
        refused(field, [](Encoder& out) { out.integer(-1); });
      } else if constexpr (std::is_same_v<Member, std::int64_t> || std::is_same_v<Member, Duration> ||
                           std::is_same_v<Member, ModelTime> || std::is_same_v<Member, UnixTime>) {
        refused(field, [](Encoder& out) { out.unsigned_integer(std::uint64_t(1) << 63); });
      }
    };
    for_each_field<T>(check);
  });
}

TEST(RoundTrip, AnUnknownNameOfAnEnumIsRefused) {
  int enums = 0;
  for_each_described_type([&]<class T>() {
    const auto check = [&](const auto& field) {
      using Member = std::remove_cvref_t<decltype(T{}.*(field.member))>;
      if constexpr (NamedEnum<Member>) {
        ++enums;
        const auto back = from_msgpack<T>(
            with_field(sample<T>(), field.name, [](Encoder& out) { out.text("no such name"); }));
        ASSERT_FALSE(back) << field.name;
        EXPECT_TRUE(
            back.error().message.starts_with(std::string(field.name) + ": unknown value 'no such name'"))
            << back.error().message;
      }
    };
    for_each_field<T>(check);
  });
  EXPECT_GT(enums, 10);
}

TEST(RoundTrip, FieldsAreFoundInAnyOrderAndUnknownOnesAreIgnored) {
  for_each_described_type([]<class T>() {
    const T value = sample<T>();
    const Bytes mixed = with_msgpack([&](Encoder& out) {
      const auto& fields = describe<T>().fields;
      out.begin_map(fields.size() + 2);
      out.key("of a later version");
      out.begin_list(1);
      out.boolean(true);
      out.end_list();
      for (auto field = fields.rbegin(); field != fields.rend(); ++field) {
        out.key(field->name);
        field->type->encode(out, field->in(&value));
      }
      out.key("");
      out.null();
      out.end_map();
    });
    const auto back = from_msgpack<T>(mixed);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(to_msgpack(*back), to_msgpack(value));
  });
}

}  // namespace
}  // namespace synergy::schemas_test
