// JSON Schemas of field lists: what each kind of field becomes.
#include "synergy/schemas/json_schema.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/model.hpp"

namespace synergy::schemas {
namespace {

using Json = nlohmann::json;

struct Part {
  double value = 2.5;
  static void fields(auto& f) { f.optional("value", &Part::value, "half", in_unit("mm", amount(9.5))); }
};

struct Whole {
  std::string name;
  std::uint32_t count = 3;
  std::uint64_t mask = 0;
  double rate = 0;
  std::uint32_t width = 8;
  Fifo fifo = Fifo::kNone;
  std::vector<Part> parts;
  std::map<std::string, std::int32_t> sizes;
  std::optional<Part> maybe;
  Part inner;
  Extent window;
  static void fields(auto& f) {
    using W = Whole;
    f.required("name", &W::name, "a name", kPlainName);
    f.optional("count", &W::count, "how many", from_to(1, 256));
    f.optional("mask", &W::mask, "bits", kAnyNumber);
    f.optional("rate", &W::rate, "how often", kIsRate);
    f.optional("width", &W::width, "of outputs", kIsOutputWidth);
    f.required("fifo", &W::fifo, "which");
    f.required("parts", &W::parts, "some", items(1, 4));
    f.optional("sizes", &W::sizes, "by name", kFewCounters);
    f.optional("maybe", &W::maybe, "or not");
    f.required("inner", &W::inner, "inside");
    f.optional("window", &W::window, "rows and columns");
  }
};

class JsonSchema : public ::testing::Test {
 protected:
  const Json& field(const std::string& name) { return made_["properties"][name]; }
  /// Of an optional field: without the null that says the same as leaving it out.
  const Json& values(const std::string& name) {
    EXPECT_EQ(field(name)["anyOf"][1], (Json{{"type", "null"}}));
    return field(name)["anyOf"][0];
  }

  Json made_ = Json::parse(json_schema(describe<Whole>(), {"a whole", "for a test"}));
};

TEST_F(JsonSchema, SaysWhatItIsAndRefusesOtherKeys) {
  EXPECT_EQ(made_["$schema"], "http://json-schema.org/draft-07/schema#");
  EXPECT_EQ(made_["title"], "a whole");
  EXPECT_EQ(made_["additionalProperties"], false);
  EXPECT_EQ(made_["required"], (Json{"name", "fifo", "parts", "inner"}));
}

TEST_F(JsonSchema, NumbersHaveTheLimitsOfTheirFieldAndType) {
  EXPECT_EQ(values("count"), (Json{{"type", "integer"}, {"minimum", 1}, {"maximum", 256}}));
  EXPECT_EQ(values("mask")["maximum"], std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(values("width")["enum"], (Json{8, 32}));
  EXPECT_EQ(values("rate")["anyOf"][0], (Json{{"const", 0}}));
  EXPECT_EQ(values("rate")["anyOf"][1]["minimum"], kMinRate);
}

TEST_F(JsonSchema, TextsNamesListsAndMapsHaveTheirs) {
  EXPECT_EQ(field("name")["pattern"], std::string(kPlainNamePattern));
  EXPECT_EQ(field("name")["maxLength"], kMaxNameBytes);
  EXPECT_EQ(field("fifo")["enum"], (Json{"none", "standard", "fast", "fast_quad"}));
  EXPECT_EQ(field("parts")["minItems"], 1);
  EXPECT_EQ(field("parts")["maxItems"], 4);
  EXPECT_EQ(values("sizes")["propertyNames"]["minLength"], 1);
  EXPECT_EQ(values("sizes")["additionalProperties"]["type"], "integer");
}

TEST_F(JsonSchema, DescriptionsHaveTheUnitAndDefaultsAreTold) {
  const auto& part = made_["definitions"]["Part"];
  EXPECT_EQ(part["properties"]["value"]["description"], "half (mm)");
  EXPECT_EQ(part["properties"]["value"]["default"], 2.5);
  EXPECT_EQ(field("count")["default"], 3);
  EXPECT_FALSE(field("maybe").contains("default"));
}

TEST_F(JsonSchema, StructsAreReferredTo) {
  const Json reference{{"$ref", "#/definitions/Part"}};
  EXPECT_EQ(field("parts")["items"], reference);
  EXPECT_EQ(values("maybe"), reference);
  EXPECT_EQ(field("inner")["allOf"][0], reference) << "beside a $ref nothing counts";
}

TEST_F(JsonSchema, AnExtentIsOneNumberOrTwo) {
  EXPECT_EQ(values("window")["anyOf"][0]["type"], "integer");
  EXPECT_EQ(values("window")["anyOf"][1]["minItems"], 2);
}

TEST_F(JsonSchema, AListOfStructsIsAList) {
  const auto list = Json::parse(json_schema(describe<Part>(), {"parts", "several", true}));
  EXPECT_EQ(list["type"], "array");
  EXPECT_EQ(list["items"], (Json{{"$ref", "#/definitions/Part"}}));
}

}  // namespace
}  // namespace synergy::schemas
