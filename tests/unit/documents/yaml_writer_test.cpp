// Files we write: read back as they were, and quoted wherever a reader could take text for something else.
#include "synergy/documents/yaml_writer.hpp"

#include <gtest/gtest.h>

#include "synergy/base/visible_text.hpp"
#include "synergy/documents/yaml.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/model.hpp"

namespace synergy::documents {
namespace {

struct Inner {
  std::string text;
  std::optional<double> real;

  static void fields(auto& f) {
    f.required("text", &Inner::text, "");
    f.optional("real", &Inner::real, "");
  }
  bool operator==(const Inner&) const = default;
};

struct Outer {
  Inner inner;
  std::vector<Inner> several;
  std::vector<std::int64_t> numbers;
  std::map<std::string, bool> named;
  std::uint64_t mask = 7;

  static void fields(auto& f) {
    using O = Outer;
    f.required("inner", &O::inner, "");
    f.optional("several", &O::several, "");
    f.required("numbers", &O::numbers, "", schemas::kAnyNumber);
    f.optional("named", &O::named, "");
    f.optional("mask", &O::mask, "", schemas::kAnyNumber);
  }
  bool operator==(const Outer&) const = default;
};

TEST(YamlWriter, BlocksForMapsAndOneLineForScalars) {
  const Outer value{{"a", 1.5}, {{"b", {}}, {"c", -2}}, {1, -2, 255, 256}, {{"x", true}}, 0xff00};
  EXPECT_EQ(to_yaml(value),
            "inner:\n"
            "  text: a\n"
            "  real: 1.5\n"
            "several:\n"
            "  - text: b\n"
            "  - text: c\n"
            "    real: -2\n"
            "numbers: [1, -2, 255, 0x100]\n"
            "named:\n"
            "  x: true\n"
            "mask: 0xff00\n");
}

TEST(YamlWriter, OptionalFieldsWithTheirDefaultAreLeftOutAndRequiredOnesNot) {
  EXPECT_EQ(to_yaml(Outer{{"a", {}}, {}, {}, {}, 7}), "inner:\n  text: a\nnumbers: []\n");
  EXPECT_EQ(to_yaml(Outer{{"a", {}}, {}, {}, {}, 0}), "inner:\n  text: a\nnumbers: []\nmask: 0\n");
}

TEST(YamlWriter, EveryTextIsReadBackAsTextOrRefusedForItsControlCharacters) {
  for (const std::string text : {"",
                                 " ",
                                 "plain",
                                 "two words",
                                 "trailing ",
                                 "true",
                                 "No",
                                 "NULL",
                                 "y",
                                 "~",
                                 "0x10",
                                 "1e3",
                                 "-1",
                                 "nan",
                                 "a: b",
                                 "a #b",
                                 "#",
                                 "- a",
                                 "[a]",
                                 "{a}",
                                 "'a'",
                                 "\"a\"",
                                 "a\\b",
                                 "line\nbreak\ttab",
                                 "*a",
                                 "&a",
                                 "!a",
                                 "%a",
                                 "@a",
                                 "`a",
                                 "?",
                                 "a:",
                                 ":a",
                                 "\x7f",
                                 "gr\xc3\xbc\xc3\x9f",
                                 "a,b",
                                 "<<",
                                 "...",
                                 "---"}) {
    const Outer value{{text, {}}, {{text, {}}}, {}, {}, 7};
    const auto back = read_yaml_text<Outer>(to_yaml(value), "x.yaml");
    if (visible(text) == text) {
      ASSERT_TRUE(back) << back.error().message << "\n" << to_yaml(value);
      EXPECT_EQ(*back, value) << to_yaml(value);
    } else {
      ASSERT_FALSE(back) << to_yaml(value);
      EXPECT_NE(back.error().message.find("x.yaml:2:9: inner: text: the text"), std::string::npos)
          << back.error().message;
    }
  }
}

TEST(YamlWriter, ExtremeNumbersAreReadBack) {
  Outer value{{"a", 0.1}, {}, {}, {}, ~std::uint64_t(0)};
  value.numbers = {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(), 0};
  const auto back = read_yaml_text<Outer>(to_yaml(value), "x.yaml");
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, value);
}

TEST(YamlWriter, AModelsOwnFileIsWrittenAndReadBack) {
  const auto model =
      read_yaml<schemas::ModelDescription>(SYNERGY_SOURCE_DIR "/deploy/models/digits/model.yaml");
  ASSERT_TRUE(model) << model.error().message;
  const auto back = read_yaml_text<schemas::ModelDescription>(to_yaml(*model), "x.yaml");
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, *model);
}

TEST(PlainYaml, WordsThatAReaderMayTakeForSomethingElseAreNotPlain) {
  for (const auto* text : {"no", "On", "y", "NULL", "true", "", " a", "a ", "1", "a: b", "a#b", "-"})
    EXPECT_FALSE(is_plain_yaml(text)) << text;
  for (const auto* text : {"a", "nobody", "a b", "deploy/apps/w1.yaml", "a (b)"})
    EXPECT_TRUE(is_plain_yaml(text)) << text;
}

}  // namespace
}  // namespace synergy::documents
