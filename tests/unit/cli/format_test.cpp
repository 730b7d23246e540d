#include "synergy/cli/format.hpp"

#include <gmock/gmock.h>

#include <map>
#include <optional>

#include "synergy/schemas/describe.hpp"

namespace synergy::cli {
namespace {

struct End {
  std::string needs, on;
  static void fields(auto& f) {
    f.required("needs", &End::needs, "a capability");
    f.optional("on", &End::on, "a device");
  }
};

struct Thing {
  std::string name;
  End end;
  std::optional<End> other;
  std::optional<double> rate;
  std::uint64_t count = 0;
  bool good = false;
  std::vector<std::string> words;
  std::map<std::string, std::int64_t> numbers;
  static void fields(auto& f) {
    using T = Thing;
    f.required("name", &T::name, "its name");
    f.required("end", &T::end, "one end");
    f.required("other", &T::other, "another; null: none");
    f.required("rate", &T::rate, "null: any");
    f.required("count", &T::count, "how many");
    f.required("good", &T::good, "whether");
    f.required("words", &T::words, "some");
    f.required("numbers", &T::numbers, "by name");
  }
};

struct Things {
  std::string title;
  std::vector<std::string> notes;
  std::vector<Thing> things;
  static void fields(auto& f) {
    f.required("title", &Things::title, "a title");
    f.required("notes", &Things::notes, "some");
    f.required("things", &Things::things, "all");
  }
};

template <class T>
std::string in(Format format, const T& value) {
  return in_format(format, schemas::to_json(value, 2), schemas::describe<T>());
}

Thing some_thing() {
  Thing thing;
  thing.name = "a, \"b\"";
  thing.end = {"camera", ""};
  thing.other = End{"display", "watch"};
  thing.rate = 0.1;
  thing.count = 18446744073709551615u;
  thing.words = {"x", "y, z"};
  thing.numbers = {{"n", -7}};
  return thing;
}

constexpr auto kHeading = "name,end.needs,end.on,other.needs,other.on,rate,count,good,words,numbers\n";

TEST(Csv, HasALineForEachThingAndAColumnForEachFieldAlsoOfStructsInside) {
  Things things{"left out", {"left out"}, {some_thing(), Thing{}}};
  EXPECT_EQ(in(Format::kCsv, things), std::string(kHeading) +
                                          "\"a, \"\"b\"\"\",camera,,display,watch,0.1,18446744073709551615,"
                                          "false,\"[\"\"x\"\",\"\"y, z\"\"]\",\"{\"\"n\"\":-7}\"\n"
                                          ",,,,,,0,false,[],{}\n");
}

TEST(Csv, HasTheSameColumnsWithoutAnyThing) { EXPECT_EQ(in(Format::kCsv, Things{}), kHeading); }

TEST(Csv, OfADocumentWithoutThingsIsOneLine) {
  EXPECT_EQ(in(Format::kCsv, Thing{}), std::string(kHeading) + ",,,,,,0,false,[],{}\n");
}

TEST(Csv, QuotesWhatWouldBreakALine) {
  EXPECT_EQ(csv_field("plain"), "plain");
  EXPECT_EQ(csv_field("two\nlines"), "\"two\nlines\"");
  EXPECT_EQ(csv_field("a\rb"), "\"a\rb\"");
}

TEST(Yaml, HasTheSameNamesAndNumbersAsJson) {
  EXPECT_EQ(in(Format::kYaml, Things{"t", {}, {some_thing()}}), R"yaml(title: t
notes: []
things:
  - name: "a, \"b\""
    end:
      needs: camera
      "on": ""
    other:
      needs: display
      "on": watch
    rate: 0.1
    count: 18446744073709551615
    good: false
    words: [x, "y, z"]
    numbers:
      "n": -7
)yaml");
}

TEST(Yaml, QuotesTextThatAReaderMayTakeForSomethingElse) {
  for (const char* text :
       {"true", "No", "null", "12", "1e5", "-", "a: b", "# x", "", "~", "y", " x", "2026-01-01"})
    EXPECT_EQ(json_to_yaml(schemas::to_json(std::string(text))), "\"" + std::string(text) + "\"\n");
  EXPECT_EQ(json_to_yaml(R"j(["ab c", "a/b-c_d.e (f)", null, 1.5])j"), "[ab c, a/b-c_d.e (f), null, 1.5]\n");
}

TEST(Yaml, WritesListsOfListsAndEmptyContainers) {
  EXPECT_EQ(json_to_yaml(R"({"a": [[1, 2], [], {}], "b": {}, "c": [{"d": {"e": 1}}]})"),
            "a:\n  - [1, 2]\n  - []\n  - {}\nb: {}\nc:\n  - d:\n      e: 1\n");
}

TEST(Json, IsTheDocumentItself) {
  EXPECT_EQ(in(Format::kJson, End{"a", "b"}), schemas::to_json(End{"a", "b"}, 2) + "\n");
}

std::string series_of(Format format) {
  Series series(format);
  std::string text;
  for (const char* name : {"one", "two"})
    text += series.next(schemas::to_json(End{name, ""}), schemas::describe<End>());
  return text;
}

TEST(Series, IsOneTextThatAProgramCanRead) {
  EXPECT_EQ(series_of(Format::kJson), "{\"needs\":\"one\",\"on\":\"\"}\n{\"needs\":\"two\",\"on\":\"\"}\n");
  EXPECT_EQ(series_of(Format::kYaml), "---\nneeds: one\n\"on\": \"\"\n---\nneeds: two\n\"on\": \"\"\n");
  EXPECT_EQ(series_of(Format::kCsv), "needs,on\none,\ntwo,\n");
}

TEST(FormatNames, ComeBack) {
  for (const auto& name : format_names()) EXPECT_EQ(format_names().at(std::size_t(format_named(name))), name);
}

}  // namespace
}  // namespace synergy::cli
