// Every number that travels has a range: what lies far outside is refused where the message is read.
//
// A number without one comes back later: as an id that nothing can follow, as a sum that overflows, as a row
// that the database can not hold.
#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "samples.hpp"
#include "synergy/schemas/catalogue.hpp"
#include "synergy/schemas/health.hpp"

namespace synergy::schemas_test {
namespace {

using Json = nlohmann::json;

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
            {"2e18, which travels as a whole number", [](Encoder& out) { out.real(2e18); }},
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
      EXPECT_EQ(field.limits.any_number, kAnyValue.contains(name)) << name;
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

/// Values of one field: the outermost that its limits allow, and those next to them that they do not.
struct Edges {
  std::vector<Write> allowed, refused;
};

Write text(const std::string& value) {
  return [=](Encoder& out) { out.text(value); };
}
Write whole(std::int64_t value) {
  return [=](Encoder& out) { out.integer(value); };
}
Write real(double value) {
  return [=](Encoder& out) { out.real(value); };
}

void add_number_edges(const Limits& limits, Edges& edges) {
  if (limits.least) edges.allowed.push_back(whole(*limits.least));
  if (limits.most) edges.allowed.push_back(whole(*limits.most));
  // What is below 0 fails at the type where that has no sign, which is refused as well.
  if (limits.least && *limits.least > 0) edges.refused.push_back(whole(*limits.least - 1));
  if (limits.most && *limits.most < kMaxCount) edges.refused.push_back(whole(*limits.most + 1));
  if (limits.least_real) {
    edges.allowed.push_back(real(*limits.least_real));
    edges.refused.push_back(real(*limits.least_real > 0 ? *limits.least_real / 2 : -0.5));
  }
  if (limits.most_real) edges.allowed.push_back(real(*limits.most_real));
  if (limits.most_real && *limits.most_real < kMaxNumber)
    edges.refused.push_back(real(*limits.most_real * 1.01));
}

void add_text_edges(const Limits& limits, Edges& edges) {
  if (limits.most_bytes == kNoLimit) return;
  edges.allowed.push_back(text(std::string(limits.most_bytes, 'a')));
  edges.refused.push_back(text(std::string(limits.most_bytes + 1, 'a')));
  // Four bytes each when they are written out: \\x01.
  edges.refused.push_back(text(std::string(limits.most_bytes / 4 + 1, '\x01')));
  if (limits.least_bytes > 0 && !limits.or_nothing) edges.refused.push_back(text(""));
  if (!limits.plain_name) return;
  for (const auto* name : {".hidden", "a/b", "a b", "\xff"}) edges.refused.push_back(text(name));
}

/// Lists and maps of so many of the items that the sample has.
void add_size_edges(const Limits& limits, const TypeInfo& type, Edges& edges) {
  const auto of_size = [&](std::size_t size) -> Write {
    return [=, &type](Encoder& out) {
      const bool is_map = type.kind == ValueKind::kMap;
      is_map ? out.begin_map(size) : out.begin_list(size);
      for (std::size_t i = 0; i < size; ++i) {
        if (is_map) out.key("key" + std::to_string(i));
        if (const auto* part = type.part())
          encode(out, *part, sample_of(*part).value.get());
        else if (type.item()->kind == ValueKind::kEnum)
          out.text(type.enum_names().front().name);
        else
          type.item()->kind == ValueKind::kText ? out.text("a") : out.integer(1);
      }
      is_map ? out.end_map() : out.end_list();
    };
  };
  if (limits.least_items > 0) edges.refused.push_back(of_size(limits.least_items - 1));
  if (limits.most_items != kNoLimit) {
    edges.allowed.push_back(of_size(limits.most_items));
    edges.refused.push_back(of_size(limits.most_items + 1));
  }
}

Edges edges_of(const FieldInfo& field) {
  Edges edges;
  if (field.type->item() != nullptr) {
    add_size_edges(field.limits, *field.type, edges);
    return edges;
  }
  add_number_edges(field.limits, edges);
  add_text_edges(field.limits, edges);
  return edges;
}

/// Whether it is the field's own limit that refuses it, and not a rule between fields.
bool names_field(const Error& error, const FieldInfo& field) {
  const auto name = "'" + std::string(field.name) + "'";
  return error.message.starts_with(name + " must be ") || error.message.starts_with(name + " has ") ||
         error.message.starts_with(name + " is '");
}

TEST(Ranges, TheLimitsOfEveryFieldAreKept) {
  std::size_t allowed = 0, refused = 0;
  for (const auto& sample : messages_and_parts())
    for (const auto& field : sample.info->fields) {
      SCOPED_TRACE(std::string(sample.info->name) + "." + std::string(field.name));
      const auto edges = edges_of(field);
      for (const auto& write : edges.allowed) {
        const auto back = read(*sample.info, with_field(*sample.info, sample.value.get(), field.name, write));
        EXPECT_TRUE(back || !names_field(back.error(), field)) << back.error().message;
        ++allowed;
      }
      for (const auto& write : edges.refused) {
        const auto back = read(*sample.info, with_field(*sample.info, sample.value.get(), field.name, write));
        ASSERT_FALSE(back);
        EXPECT_TRUE(names_field(back.error(), field)) << back.error().message;
        ++refused;
      }
    }
  EXPECT_GT(allowed, 120u);
  EXPECT_GT(refused, 150u);
}

/// Whether decoding refuses the value for what the field itself may hold.
bool refuses(const Sample& sample, const FieldInfo& field, const Write& write) {
  const auto back = read(*sample.info, with_field(*sample.info, sample.value.get(), field.name, write));
  return !back && (names_field(back.error(), field) ||
                   back.error().message.starts_with(std::string(field.name) + ": "));
}

/// What the document says of one field of a struct that it lists, held against decode().
void expect_as_told(const Json& told, const Sample& sample, const FieldInfo& field, const Json& enums) {
  EXPECT_EQ(told["name"], field.name);
  EXPECT_EQ(told["optional"], field.presence == Presence::kOptional);
  const auto& type = told["type"];
  if (type["kind"] == "integer") {
    if (type.contains("one_of")) {
      for (const auto& one : type["one_of"])
        EXPECT_FALSE(refuses(sample, field, whole(one.get<std::int64_t>())));
      EXPECT_TRUE(refuses(sample, field, whole(type["one_of"].back().get<std::int64_t>() - 1)));
      return;
    }
    const auto max = type["max"].get<std::uint64_t>();
    EXPECT_FALSE(refuses(sample, field, [&](Encoder& out) { out.unsigned_integer(max); }));
    EXPECT_FALSE(refuses(sample, field, whole(type["min"].get<std::int64_t>())));
    if (field.limits.any_number) return;
    EXPECT_TRUE(refuses(sample, field, whole(std::int64_t(max) + 1)));
    EXPECT_TRUE(refuses(sample, field, whole(type["min"].get<std::int64_t>() - 1)));
  } else if (type["kind"] == "number") {
    EXPECT_FALSE(refuses(sample, field, real(type["max"].get<double>())));
    EXPECT_TRUE(refuses(sample, field, real(type["max"].get<double>() * 1.01)));
    EXPECT_FALSE(refuses(sample, field, real(type["min"].get<double>())));
    EXPECT_TRUE(refuses(sample, field, real(type["min"].get<double>() - 1e17)));
  } else if (type["kind"] == "text") {
    const auto most = type.value("max_bytes", std::size_t(100'000));
    EXPECT_FALSE(refuses(sample, field, text(std::string(most, 'a'))));
    EXPECT_EQ(refuses(sample, field, text(std::string(most + 1, 'a'))), type.contains("max_bytes"));
    EXPECT_EQ(refuses(sample, field, text("")), type["min_bytes"] > 0 && !type.contains("or"));
    EXPECT_EQ(refuses(sample, field, text("a/b")), type.contains("pattern"));
  } else if (type["kind"] == "enum") {
    for (const auto& word : enums[type["enum"].get<std::string>()])
      EXPECT_FALSE(refuses(sample, field, text(word.get<std::string>())));
    EXPECT_EQ(enums[type["enum"].get<std::string>()].size(), field.type->enum_names().size());
  }
}

TEST(Ranges, TheCatalogueAsDataTellsWhatDecodingHoldsTo) {
  const auto json = Json::parse(catalogue_json());
  std::size_t fields = 0;
  for (const auto& sample : messages_and_parts()) {
    const auto told = json["structs"].find(std::string(sample.info->name));
    if (told == json["structs"].end()) continue;  // of files that people write
    ASSERT_EQ((*told)["fields"].size(), sample.info->fields.size()) << sample.info->name;
    for (std::size_t i = 0; i < sample.info->fields.size(); ++i, ++fields) {
      SCOPED_TRACE(std::string(sample.info->name) + "." + std::string(sample.info->fields[i].name));
      expect_as_told((*told)["fields"][i], sample, sample.info->fields[i], json["enums"]);
    }
  }
  EXPECT_GT(fields, 250u);
}

TEST(Ranges, TheCatalogueAsDataListsEveryErrorCode) {
  const auto codes = Json::parse(catalogue_json())["error_codes"];
  EXPECT_EQ(codes.size(), 10u);
  EXPECT_EQ(codes.front(), "invalid");
  EXPECT_EQ(codes.back(), "internal");
  for (const auto& code : codes) EXPECT_TRUE(error_code_from(code.get<std::string>())) << code;
}

TEST(Ranges, ANameOfACounterIsShort) {
  for (const auto& name : {std::string(), std::string(65, 'n')}) {
    auto health = sample<Health>();
    health.counters[name] = 1;
    const auto back = from_msgpack<Health>(to_msgpack(health));
    ASSERT_FALSE(back);
    EXPECT_NE(back.error().message.find("a name in 'counters' has "), std::string::npos)
        << back.error().message;
  }
}

}  // namespace
}  // namespace synergy::schemas_test
