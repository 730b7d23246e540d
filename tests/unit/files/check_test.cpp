// What `synergy check` finds: all of it, at its place, with what the files name.
#include "synergy/files/check.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "temporary_folder.hpp"

namespace synergy::files {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::StartsWith;

const fs::path kDeploy = fs::path(SYNERGY_SOURCE_DIR) / "deploy";

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A deploy folder with the committed profiles and one small model.
class Check : public ::testing::Test {
 protected:
  Check() {
    for (const char* part : {"devices", "links"})
      fs::copy(kDeploy / part, folder_ / part, fs::copy_options::recursive);
    fs::create_directories(folder_ / "models");
    fs::copy(kDeploy / "models/convnet5", folder_ / "models/convnet5", fs::copy_options::recursive);
  }

  /// The findings as people see them, the folder left out.
  std::vector<std::string> lines_of(const CheckReport& report) const {
    std::vector<std::string> lines;
    for (const auto& finding : report.findings) {
      auto line = to_text(finding);
      for (auto at = line.find(folder_.path().string() + "/"); at != std::string::npos;
           at = line.find(folder_.path().string() + "/"))
        line.erase(at, folder_.path().string().size() + 1);
      lines.push_back(line);
    }
    return lines;
  }
  std::vector<std::string> found(const std::string& file, const std::string& text, const fs::path& body = {},
                                 std::optional<FileKind> as = {}) {
    CheckOptions options{folder_.path(), false, as, body};
    return lines_of(check({folder_.write(file, text)}, options));
  }

  test_support::TemporaryFolder folder_;
};

const std::string kApp = "app: a\nmodel: convnet5\nsensing: {needs: camera}\ninteraction: {needs: display}\n";

TEST(CommittedFiles, AreAllRight) {
  std::vector<fs::path> files{kDeploy / "workloads.yaml", kDeploy / "calibration/measurements.yaml"};
  for (const auto* folder : {"apps", "bodies", "devices", "links", "days", "devices/sensors"})
    files.push_back(kDeploy / folder);
  const auto report = check(files, {kDeploy});
  EXPECT_EQ(report.errors(), 0u);
  for (const auto& finding : report.findings) {
    // As the paper's authors recorded it (accel-emulator/README.md).
    EXPECT_THAT(to_text(finding), HasSubstr("mobilenetv2-0.75-custom/model.yaml:"));
    EXPECT_THAT(to_text(finding), HasSubstr(":5: warning: layer 6 'res1_skip'"));
    EXPECT_EQ(finding.severity, Severity::kWarning);
  }
  EXPECT_GT(report.files.size(), 50u);
}

TEST_F(Check, AGoodAppIsFoundGoodWithAllItNames) {
  CheckOptions options{folder_.path()};
  const auto report = check({folder_.write("apps/a.yaml", kApp)}, options);
  EXPECT_THAT(lines_of(report), IsEmpty());
  std::vector<std::string> kinds;
  for (const auto& file : report.files) kinds.push_back(file.kind);
  EXPECT_THAT(kinds, ElementsAre("app", "model", "sensor", "actuator"));
}

TEST_F(Check, EveryErrorOfAnAppIsToldAtOnce) {
  EXPECT_THAT(
      found("apps/a.yaml",
            "app: a/b\nmodel: convnet6\nsensing: {needs: camra}\ninteraction:\n  neds: display\n"
            "rate: 1\nmin_rate: 5\nruns: -1\nrepeat: maybe\ntrigger: frames\n"),
      ElementsAre(HasSubstr("apps/a.yaml:1:6: 'app' is 'a/b'"),
                  HasSubstr("apps/a.yaml:2:8: unknown model 'convnet6'; did you mean 'convnet5'?"),
                  HasSubstr("apps/a.yaml:3:18: unknown sensor 'camra'; did you mean 'camera'?"),
                  HasSubstr("apps/a.yaml:4:1: interaction: 'needs' is missing"),
                  HasSubstr("apps/a.yaml:5:9: interaction: unknown key 'neds'; did you mean 'needs'?"),
                  HasSubstr("apps/a.yaml:6:7: 'rate' is 1, below 'min_rate', which is 5"),
                  HasSubstr("apps/a.yaml:8:7: runs: the number is negative"),
                  HasSubstr("apps/a.yaml:9:9: repeat: expected true or false, found text; write true"),
                  HasSubstr("apps/a.yaml:10:10: trigger: unknown value 'frames'; did you mean")));
}

TEST_F(Check, MoreErrorsThanAnyReaderTellsAreAllTold) {
  std::string text = kApp;
  for (int i = 0; i < 300; ++i) text += "key_number_" + std::to_string(i) + ": 1\n";
  EXPECT_EQ(found("apps/a.yaml", text).size(), 300u);
}

TEST_F(Check, WhatIsWrongBetweenFieldsIsNotSaidOfFieldsThatWereNotRead) {
  const auto lines = found("apps/a.yaml", kApp + "rate: fast\nmin_rate: 5\n");
  EXPECT_THAT(lines, ElementsAre(HasSubstr(":5:7: rate: expected a number, found text; write a number")));
}

TEST_F(Check, ABodysProfilesSensorsAndLinkAreLookedUp) {
  EXPECT_THAT(
      found(
          "bodies/b.yaml",
          "name: b\nlink: ble\ndevices:\n"
          "  - {id: ring, profile: max7800, actuators: [haptics]}\n"
          "  - {id: ring, profile: max78000, colour: red, sensors: [{capability: camera, frames: no.npy}]}\n"
          "  - {id: watch, profile: max78000, sensors: [{capability: imu, sources: [{generator: 0, feed: "
          "true}]}]}\n"),
      ElementsAre(HasSubstr(":2:7: unknown link 'ble'"),
                  HasSubstr(":4:25: unknown device 'max7800'; did you"),
                  HasSubstr(":4:46: unknown actuator 'haptics'; did you mean 'haptic'?"),
                  HasSubstr(":5:10: devices[1].id: device id 'ring' is given twice; take one out"),
                  HasSubstr(":5:43: devices: [1]: unknown key 'colour'"),
                  HasSubstr(":5:87: frames file 'no.npy' does not exist"),
                  HasSubstr(":6:46: a source is one of 'frames', 'generator' and 'feed: true'")));
}

TEST_F(Check, WhatIsWrongWithANamedProfileIsToldOfItsOwnFileOnce) {
  folder_.write("links/bad.yaml", "name: bad\nbytes_per_second: {value: 0.5, mark: guess}\n");
  const auto lines =
      found("bodies/b.yaml",
            "name: b\nlink: bad\ndevices: [{id: a, profile: max78000}, {id: c, profile: max78000}]\n");
  EXPECT_THAT(lines,
              Contains(HasSubstr("links/bad.yaml:2:38: bytes_per_second: mark: unknown value 'guess'")));
  EXPECT_THAT(lines, Contains(HasSubstr("links/bad.yaml:1:1: 'tx_mw' is missing")));
  EXPECT_THAT(lines, Not(Contains(HasSubstr("bodies/b.yaml"))));
  EXPECT_TRUE(std::all_of(lines.begin(), lines.end(), [&](const auto& line) {
    return std::count(lines.begin(), lines.end(), line) == 1;
  }));
}

TEST_F(Check, ALinkFileIsSeenFromTheBodysFile) {
  folder_.write("mine/link.yaml", "name: l\n");
  const std::string rest = "devices: [{id: a, profile: max78000}]\n";
  EXPECT_THAT(found("mine/body.yaml", "name: b\nlink: ./link.yaml\n" + rest),
              Contains(HasSubstr("link.yaml:1:1: 'bytes_per_second' is missing")));
  EXPECT_THAT(found("mine/body.yaml", "name: b\nlink: ./lnk.yaml\n" + rest),
              ElementsAre(HasSubstr("mine/body.yaml:2:7: link file 'mine/./lnk.yaml' does not exist")));
}

TEST_F(Check, ADevicesFiguresAreHeldAgainstEachOtherAllAtOnce) {
  auto text = std::string();
  std::ifstream in(kDeploy / "devices/max78000.yaml");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("cnn_clock_mhz") || line.starts_with("battery_mwh"))
      line = line.substr(0, line.find("value:") + 7) + "0" + line.substr(line.find(", mark"));
    text += line + "\n";
  }
  const auto lines = found("devices/d.yaml", text + "colour: red\n");
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_THAT(lines, IsSupersetOf({HasSubstr("'cnn_clock_mhz' must be at least 0.001 MHz"),
                                   HasSubstr("'battery_mwh' must be at least 0.001 mWh"),
                                   HasSubstr("unknown key 'colour'")}));
}

TEST_F(Check, ADeviceWithoutABatteryIsNoneOfABody) {
  EXPECT_THAT(
      found("bodies/b.yaml", "name: b\nlink: ideal\ndevices:\n  - {id: a, profile: max78000-harvested}\n"),
      Contains(HasSubstr("bodies/b.yaml:4:22: profile 'max78000-harvested' has no battery")));
}

TEST_F(Check, ADevicesRecordingIsReadFromHarvestOrFromAFileBesideIt) {
  auto text = text_of(kDeploy / "devices/max78000-harvested.yaml");
  const std::string trace = "trace: wrist-office-1";
  const auto line = 1 + std::count(text.begin(), text.begin() + std::ptrdiff_t(text.find(trace)), '\n');
  const auto at = "devices/max78000-harvested.yaml:" + std::to_string(line) + ":10: ";
  const auto with = [&](const std::string& value) {
    auto changed = text;
    changed.replace(changed.find(trace), trace.size(), "trace: " + value);
    return found("devices/max78000-harvested.yaml", changed);
  };
  EXPECT_THAT(with("wrist-office-1"), ElementsAre(at + "unknown harvest 'wrist-office-1'; known: none"));
  folder_.write("harvest/dark.csv", "# kind: harvester_output_power\n# duration_us: 9\nt_us,p_nw\n0,0\n");
  EXPECT_THAT(with("dark"), IsEmpty());
  EXPECT_THAT(with("../harvest/dark.csv"), IsEmpty());
  EXPECT_THAT(with("drak"), ElementsAre(at + "unknown harvest 'drak'; did you mean 'dark'?"));
  folder_.write("devices/odd.csv", "# kind: harvester_output_power\n# duration_us: 9\nt_us,p_nw\n0,-4\n");
  EXPECT_THAT(with("odd.csv"), ElementsAre(AllOf(StartsWith(at), HasSubstr("devices/odd.csv:4:3: "))));
}

TEST_F(Check, AModelsFilesAndLayersAreLookedAt) {
  const std::string head = "name: m\ninput: {channels: 1, height: 8, width: 8}\nlayers:\n";
  const std::string layer =
      "processors: 1, output_processors: 1, in_offset: 0, out_offset: 0x1000, out_channels: 1, weights: "
      "w.npy}\n";
  EXPECT_THAT(found("models/m/model.yaml", head + "  - {name: a, op: conv2d, kernel_size: 3, " + layer),
              ElementsAre(HasSubstr("models/m/model.yaml:4:")))
      << "no such file of weights";
  EXPECT_THAT(found("models/n/model.yaml",
                    "weights_seed: 1\n" + head + "  - {name: a, op: conv2d, kernel_size: 5, " + layer),
              Contains(HasSubstr("models/n/model.yaml:5:5: layer 0 'a'")));
  EXPECT_THAT(found("models/n/model.yaml", "weights_seed: 1\n" + head +
                                               "  - {name: a, op: conv2d, kernel_size: 3, pad: 1, " + layer),
              ElementsAre(HasSubstr("model.yaml:2:7: 'name' is 'm', and its folder's is 'n'")));
}

TEST_F(Check, AModelThatNoChipHoldsIsRefused) {
  const auto lines = found(
      "models/big/model.yaml",
      "name: big\nweights_seed: 1\ninput: {channels: 64, height: 8, width: 8}\nlayers:\n"
      "  - {name: a, op: conv2d, kernel_size: 3, pad: 1, out_channels: 2048, processors: 0xffffffffffffffff, "
      "output_processors: 0xffffffffffffffff, in_offset: 0, out_offset: 0x1000, weights: w}\n");
  EXPECT_THAT(lines, Contains(HasSubstr("models/big/model.yaml:5:5: layer 0 'a'")));
}

TEST_F(Check, ADayIsHeldAgainstItsBodyWhereThereIsOne) {
  folder_.write("apps/a.yaml", kApp);
  const auto body =
      folder_.write("bodies/b.yaml",
                    "name: b\nlink: ideal\ndevices: [{id: ring, profile: max78000, actuators: "
                    "[display], sensors: [{capability: camera, sources: [{generator: 0}]}]}]\n");
  const std::string day =
      "- {at_s: 1, submit: ../apps/a.yaml}\n- {at_s: 2, leave: watch}\n- {at_s: 3, lnk: ideal}\n- {until_s: "
      "9}\n";
  EXPECT_THAT(found("days/d.yaml", day), ElementsAre(HasSubstr("days/d.yaml:3:18: unknown key 'lnk'")));
  EXPECT_THAT(
      found("days/d.yaml", day, body),
      ElementsAre(HasSubstr("days/d.yaml:2:3: unknown device 'watch'"), HasSubstr("unknown key 'lnk'")));
}

TEST_F(Check, AnAppIsHeldAgainstABody) {
  const auto body = folder_.write("bodies/b.yaml",
                                  "name: b\nlink: ideal\ndevices: [{id: ring, profile: max78000, sensors: "
                                  "[{capability: camera, sources: [{generator: 0}]}]}]\n");
  EXPECT_THAT(
      found("apps/a.yaml", kApp + "at_least_devices: 3\n", body),
      ElementsAre(HasSubstr("apps/a.yaml:4:14: interaction: 'display' is offered by no device of body 'b'"),
                  HasSubstr("apps/a.yaml:5:19: 'at_least_devices' is 3; ")));
  EXPECT_THAT(found("apps/a.yaml", "app: a\nmodel: convnet5\nsensing: {needs: camera, on: rng}\n", body),
              IsSupersetOf({HasSubstr("apps/a.yaml:3:30: unknown device 'rng'; did you mean 'ring'?"),
                            HasSubstr("'interaction' is missing")}));
}

TEST_F(Check, APlacementNamesDevicesOfTheBody) {
  const auto body =
      folder_.write("bodies/b.yaml", "name: b\nlink: ideal\ndevices: [{id: ring, profile: max78000}]\n");
  EXPECT_THAT(
      found("p.yaml",
            "apps:\n  - {app: a, source: rng, chunks: [{device: ring, first_layer: 3, last_layer: 1}]}\n"
            "  - {app: b}\n",
            body),
      ElementsAre(HasSubstr("p.yaml:2:22: unknown device 'rng'; did you mean 'ring'?"),
                  HasSubstr("'last_layer' is 1, before 'first_layer', which is 3"),
                  HasSubstr("p.yaml:3:5: it says nowhere where its layers run")));
}

TEST_F(Check, ABodyThatIsWrongIsToldOfAndNothingIsHeldAgainstIt) {
  const auto body =
      folder_.write("bodies/b.yaml", "name: b\nlink: idal\ndevices: [{id: ring, profile: max78000}]\n");
  EXPECT_THAT(found("apps/a.yaml", kApp, body),
              ElementsAre(HasSubstr("bodies/b.yaml:2:7: unknown link 'idal'; did you mean 'ideal'?")));
}

TEST_F(Check, WhatIsNoYamlOrNotThereIsAFinding) {
  EXPECT_THAT(found("apps/a.yaml", "app: [a\nmodel: b\n"), ElementsAre(HasSubstr("apps/a.yaml:2:")));
  EXPECT_THAT(lines_of(check({folder_ / "apps/none.yaml"}, {folder_.path()})),
              ElementsAre(HasSubstr("apps/none.yaml: ")));
  EXPECT_THAT(lines_of(check({folder_.path()}, {folder_.path()})).size(), 1u) << "a folder without files";
}

TEST_F(Check, TheKindIsToldByContentByModelineOrByFlag) {
  EXPECT_THAT(found("a.yaml", "name: x\n"),
              ElementsAre(HasSubstr("a.yaml:1:1: its keys do not tell what kind")));
  const std::string modeline = "# yaml-language-server: $schema=../schemas/sensor.schema.json\n";
  EXPECT_THAT(found("a.yaml", modeline + "name: x\n"), Contains(HasSubstr("'fixed_us' is missing")));
  EXPECT_THAT(found("a.yaml", "name: x\n", {}, FileKind::kLink), Contains(HasSubstr("'tx_mw' is missing")));
}

TEST_F(Check, AVeryLargeWrongFileIsAnsweredAllTheSame) {
  std::string text = "apps:\n";
  for (int i = 0; i < 40'000; ++i) text += "- {app: a/b}\n";
  const auto lines = found("p.yaml", text);
  EXPECT_GT(lines.size(), 1000u);
  EXPECT_EQ(lines.back(), "p.yaml: has more errors than are told; mend these, and check again");
}

}  // namespace
}  // namespace synergy::files
