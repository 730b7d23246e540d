// Exported rows as CSV, JSON and YAML.
#include "synergy/cli/export_text.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace synergy::cli {
namespace {

const std::vector<std::string> kNames = {"a", "b", "c", "d"};

std::string text_of(Format format, const std::vector<std::vector<store::ExportValue>>& rows) {
  ExportText text(format);
  auto all = text.begin(kNames);
  for (const auto& row : rows) all += text.row(row);
  return all + text.end();
}

const std::vector<std::vector<store::ExportValue>> kRows = {
    {std::int64_t(-7), 0.1, std::string("plain"), {}},
    {std::numeric_limits<std::int64_t>::max(), 1e300, std::string("a, \"b\"\nc"), std::string()}};

TEST(ExportText, CsvQuotesWhatWouldEndAField) {
  EXPECT_EQ(text_of(Format::kCsv, kRows),
            "a,b,c,d\n"
            "-7,0.1,plain,\n"
            "9223372036854775807,1e+300,\"a, \"\"b\"\"\nc\",\n");
}

TEST(ExportText, JsonIsAnArrayOfObjectsALineEach) {
  EXPECT_EQ(text_of(Format::kJson, kRows),
            "[\n"
            R"({"a":-7,"b":0.1,"c":"plain","d":null},)"
            "\n"
            R"({"a":9223372036854775807,"b":1e+300,"c":"a, \"b\"\nc","d":""})"
            "\n]\n");
}

TEST(ExportText, YamlIsAListOfMaps) {
  EXPECT_EQ(text_of(Format::kYaml, kRows),
            "- a: -7\n  b: 0.1\n  c: plain\n  d: null\n"
            "- a: 9223372036854775807\n  b: 1e+300\n  c: \"a, \\\"b\\\"\\nc\"\n  d: \"\"\n");
}

TEST(ExportText, WithoutRowsItCanBeReadAllTheSame) {
  EXPECT_EQ(text_of(Format::kCsv, {}), "a,b,c,d\n");
  EXPECT_EQ(text_of(Format::kJson, {}), "[]\n");
  EXPECT_EQ(text_of(Format::kYaml, {}), "[]\n");
}

}  // namespace
}  // namespace synergy::cli
