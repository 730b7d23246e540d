// A damaged folder is an error that names file and place; it never stops the process and never passes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "case_copy.hpp"

namespace synergy::accel_kat_test {
namespace {

using ::testing::HasSubstr;

/// Files whose absence a folder may not survive.
const std::vector<std::string> kNeeded{"network.json", "timing.json",   "resources.json",
                                       "input.npy",    "weights_0.npy", "bias_0.npy"};

TEST(DamagedFolder, AMissingFileIsNamed) {
  for (const auto& file : kNeeded) {
    const CaseCopy copy;
    fs::remove(copy.folder() / file);
    EXPECT_THAT(copy.check().error, HasSubstr(file));
  }
}

TEST(DamagedFolder, AMissingLargeArrayIsNone) {
  const CaseCopy copy;
  fs::remove(copy.folder() / "layer_0.npy");
  fs::remove(copy.folder() / "mem/outmem_0.npy");
  fs::remove(copy.folder() / "mem/kmem_words.npy");
  EXPECT_TRUE(copy.check().passed);
}

TEST(DamagedFolder, ACutOffFileIsNamed) {
  for (const auto& entry : fs::recursive_directory_iterator(golden("MAX78000/average-rounded-then-conv"))) {
    if (!entry.is_regular_file()) continue;
    const auto file = fs::relative(entry.path(), golden("MAX78000/average-rounded-then-conv")).string();
    const CaseCopy copy;
    const auto content = copy.read(file);
    for (const auto size : {std::size_t{0}, content.size() / 3, content.size() - 3}) {
      copy.write(file, content.substr(0, size));
      EXPECT_THAT(copy.check().error, HasSubstr(entry.path().filename().string())) << size;
    }
  }
}

TEST(DamagedFolder, AChangedByteOfAnArrayIsNamed) {
  for (const auto& entry : fs::recursive_directory_iterator(golden("MAX78000/average-rounded-then-conv"))) {
    if (entry.path().extension() != ".npy") continue;
    const auto file = fs::relative(entry.path(), golden("MAX78000/average-rounded-then-conv")).string();
    const CaseCopy copy;
    auto content = copy.read(file);
    content.back() = char(content.back() ^ 0x10);
    copy.write(file, content);
    EXPECT_THAT(copy.check().error, HasSubstr(entry.path().filename().string() + ": damaged"));
  }
}

/// The place of every value of a JSON text: numbers, texts, true, false, null.
std::vector<std::pair<std::size_t, std::size_t>> values_of(const std::string& text) {
  static const std::regex value(R"re((: |\n *)("[^"]*"|-?[0-9]+|true|false|null)(?=,?\n))re");
  std::vector<std::pair<std::size_t, std::size_t>> places;
  for (auto it = std::sregex_iterator(text.begin(), text.end(), value); it != std::sregex_iterator(); ++it)
    places.emplace_back(it->position(2), it->length(2));
  return places;
}

void change_each_value(const std::string& golden_case, const std::string& file,
                       const std::vector<std::string>& values) {
  const CaseCopy copy(golden_case);
  const auto text = copy.read(file);
  const auto places = values_of(text);
  ASSERT_GT(places.size(), 4u);
  for (const auto& [at, length] : places)
    for (const auto& value : values) {
      auto changed = text;
      copy.write(file, changed.replace(at, length, value));
      const auto report = copy.check();  // that it returns is the test
      EXPECT_TRUE(report.passed || !report.error.empty() || !report.differences.empty());
    }
}

TEST(DamagedFolder, NoChangedValueOfAnyJsonFileStopsTheProcess) {
  for (const auto* file : {"network.json", "timing.json", "resources.json"})
    change_each_value("MAX78000/average-rounded-then-conv", file,
                      {"-1", "0", "4294967295", "1e300", "\"nonsense\""});
  change_each_value("MAX78000/data-buffer", "network.json", {"0", "65535"});
  change_each_value("MAX78002/read-gap", "network.json", {"0", "65535"});
}

TEST(DamagedFolder, AWrongTypeIsNamedWithItsPlace) {
  const CaseCopy copy;
  copy.replace("network.json", "\"write_gap\": 0", "\"write_gap\": \"none\"");
  EXPECT_THAT(copy.check().error, HasSubstr("network.json: layers: [0]: output: write_gap: "));
}

TEST(DamagedFolder, AnUnknownDeviceIsNamed) {
  const CaseCopy copy;
  copy.replace("network.json", "\"device\": \"MAX78000\"", "\"device\": \"MAX78001\"");
  EXPECT_THAT(copy.check().error, HasSubstr("network.json: device: unknown value 'MAX78001'"));
}

TEST(DamagedFolder, AnOrderThatNamesALayerTwiceIsRefused) {
  const CaseCopy copy("MAX78000/cropped-rows");
  copy.replace("network.json", "\"execution_order\": [\n   0,\n   1\n  ]", "\"execution_order\": [0, 0]");
  EXPECT_THAT(copy.check().error, HasSubstr("execution_order"));
}

TEST(DamagedFolder, AFolderWithoutCasesIsAnError) {
  const synergy::test_support::TemporaryFolder empty;
  const auto found = accel_kat::find_known_answers(empty.path());
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, HasSubstr("network.json"));
  EXPECT_FALSE(accel_kat::find_known_answers(empty.path() / "nowhere"));
}

}  // namespace
}  // namespace synergy::accel_kat_test
