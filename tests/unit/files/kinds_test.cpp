// Kinds of files: what tells them apart, and that each has its schema.
#include "synergy/files/kinds.hpp"

#include <gmock/gmock.h>

#include "synergy/documents/yaml.hpp"

namespace synergy::files {
namespace {

using ::testing::HasSubstr;

std::optional<FileKind> kind_of_text(const std::string& text) {
  std::optional<FileKind> kind;
  const auto status = documents::with_yaml_text(text, "x.yaml", [&](schemas::Node root) -> Status {
    kind = kind_of(root);
    return {};
  });
  EXPECT_TRUE(status) << status.error().message;
  return kind;
}

TEST(Kinds, StandInTheOrderOfTheirNames) {
  const auto kinds = file_kinds();
  ASSERT_EQ(kinds.size(), schemas::kEnumNames<FileKind>.size());
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    EXPECT_EQ(kinds[i].kind, schemas::kEnumNames<FileKind>[i].first);
    EXPECT_EQ(&info_of(kinds[i].kind), &kinds[i]);
  }
}

TEST(Kinds, AreToldByTheKeysOfAFile) {
  EXPECT_EQ(kind_of_text("app: a\nmodel: m\n"), FileKind::kApp);
  EXPECT_EQ(kind_of_text("name: b\ndevices: []\n"), FileKind::kBody);
  EXPECT_EQ(kind_of_text("name: d\nbattery_mwh: 3\n"), FileKind::kDevice);
  EXPECT_EQ(kind_of_text("name: s\nfixed_us: 3\n"), FileKind::kSensor);
  EXPECT_EQ(kind_of_text("name: a\nlabel_us: 3\n"), FileKind::kActuator);
  EXPECT_EQ(kind_of_text("name: l\ntx_mw: 3\n"), FileKind::kLink);
  EXPECT_EQ(kind_of_text("name: m\nlayers: []\n"), FileKind::kModel);
  EXPECT_EQ(kind_of_text("apps: []\n"), FileKind::kPlacement);
  EXPECT_EQ(kind_of_text("- {until_s: 3}\n"), FileKind::kDay);
  EXPECT_EQ(kind_of_text("workloads: []\n"), FileKind::kWorkloads);
  EXPECT_EQ(kind_of_text("powers: []\n"), FileKind::kMeasurements);
}

TEST(Kinds, AreToldThoughSomeKeysAreMisspelt) {
  EXPECT_EQ(kind_of_text("ap: a\nmodel: m\nsensng: {}\ninteraction: {}\n"), FileKind::kApp);
}

TEST(Kinds, AreNotToldByWhatSeveralHave) {
  EXPECT_EQ(kind_of_text("name: x\n"), std::nullopt);
  EXPECT_EQ(kind_of_text("nothing: x\n"), std::nullopt);
  EXPECT_EQ(kind_of_text("5\n"), std::nullopt);
}

TEST(Schemas, AreThereForEachKind) {
  for (const auto& kind : file_kinds()) {
    EXPECT_THAT(schema_of(kind.kind), HasSubstr("http://json-schema.org/draft-07/schema#"));
    EXPECT_THAT(schema_file_name(kind.kind), ::testing::EndsWith(".schema.json"));
  }
}

}  // namespace
}  // namespace synergy::files
