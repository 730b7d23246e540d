// The files below deploy/: the committed ones load, and each mistake in one is named.
#include "synergy/documents/load.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "png_file.hpp"
#include "synergy/documents/digest.hpp"
#include "synergy/documents/npy.hpp"
#include "temporary_folder.hpp"
#include "wav_file.hpp"

namespace synergy::documents {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

const fs::path kDeploy = fs::path(SYNERGY_SOURCE_DIR) / "deploy";

/// A deploy folder with the committed profiles, in which a test writes its own bodies, apps and models.
class OwnDeploy : public ::testing::Test {
 protected:
  OwnDeploy() {
    for (const char* part : {"devices", "links"})
      fs::copy(kDeploy / part, folder_ / part, fs::copy_options::recursive);
  }

  /// A body file whose devices are these lines.
  fs::path body(const std::string& devices, const std::string& head = "name: b\nlink: ideal\n") {
    return folder_.write("bodies/b.yaml", head + "devices:\n" + devices);
  }
  std::string body_error(const std::string& devices, const std::string& head = "name: b\nlink: ideal\n") {
    const auto view = deploy_.body(body(devices, head));
    if (view) return "no error";
    const auto start = (folder_ / "bodies/b.yaml").string();
    const auto& message = view.error().message;
    return message.starts_with(start) ? message.substr(start.size()) : message;
  }

  /// Unsigned bytes of that shape.
  void write_frames(const std::string& name, const std::vector<std::size_t>& shape) {
    NpyArray array{"|u1", shape, {}};
    array.data.resize(array.items());
    const auto bytes = to_npy(array);
    folder_.write(name, std::string(bytes.begin(), bytes.end()));
  }

  test_support::TemporaryFolder folder_;
  DeployFolder deploy_{folder_.path()};
};

/// The committed profile of a device without a battery, on another recording.
std::string solar(const std::string& trace) {
  std::ifstream file(kDeploy / "devices/max78000-harvested.yaml");
  std::string text((std::istreambuf_iterator<char>(file)), {});
  const std::string usual = "trace: wrist-office-1";
  return text.replace(text.find(usual), usual.size(), "trace: " + trace);
}

TEST(CommittedDeploy, EveryBodyLoadsWithItsProfiles) {
  const DeployFolder deploy(kDeploy);
  int bodies = 0;
  for (const auto& entry : fs::directory_iterator(kDeploy / "bodies")) {
    ++bodies;
    const auto body = deploy.body(entry.path());
    ASSERT_TRUE(body) << body.error().message;
    EXPECT_EQ(body->name, entry.path().stem().string());
    for (const auto& device : body->devices) {
      for (const auto& sensor : device.sensors)
        EXPECT_TRUE(sensor.may_serve({7, 11, 13}, schemas::Trigger::kFree, {}))
            << "a generator serves what no file does";
      EXPECT_EQ(body->device_profiles.at(device.profile).name, device.profile);
      for (const auto& sensor : device.sensors)
        EXPECT_TRUE(body->sensor_profiles.contains(sensor.capability));
      for (const auto& actuator : device.actuators) EXPECT_TRUE(body->actuator_profiles.contains(actuator));
    }
  }
  EXPECT_GE(bodies, 4);
}

TEST(CommittedDeploy, EveryProfileBearsTheNameOfItsFile) {
  for (const char* part : {"devices", "devices/sensors", "devices/actuators", "links"}) {
    for (const auto& entry : fs::directory_iterator(kDeploy / part)) {
      if (entry.path().extension() != ".yaml") continue;
      std::ifstream file(entry.path());
      const std::string text{std::istreambuf_iterator<char>(file), {}};
      EXPECT_NE(text.find("\nname: " + entry.path().stem().string() + "\n"), std::string::npos)
          << entry.path();
    }
  }
}

TEST(CommittedDeploy, EveryRecordingLoads) {
  const DeployFolder deploy(kDeploy);
  EXPECT_GE(deploy.harvest_names().size(), 5u);
  for (const auto& name : deploy.harvest_names()) EXPECT_TRUE(deploy.harvest(name)) << name;
}

TEST(CommittedDeploy, EveryModelAndAppLoads) {
  const DeployFolder deploy(kDeploy);
  EXPECT_FALSE(deploy.model_names().empty());
  for (const auto& name : deploy.model_names()) {
    const auto model = deploy.model(ModelId(name));
    ASSERT_TRUE(model) << model.error().message;
    EXPECT_EQ(model->digest.size(), 64u) << name;
  }
  for (const auto& entry : fs::recursive_directory_iterator(kDeploy / "apps")) {
    if (entry.path().extension() != ".yaml") continue;
    const auto app = read_app(entry.path());
    EXPECT_TRUE(app) << entry.path();
  }
}

TEST_F(OwnDeploy, ABodyLoadsInTheOrderOfItsFile) {
  const auto view =
      deploy_.body(body("  - {id: ring, profile: max78000}\n  - {id: earbud, profile: max78002}\n",
                        "name: b\nlink: ideal\ntime_scale: 2.5\n"));
  ASSERT_TRUE(view) << view.error().message;
  ASSERT_EQ(view->devices.size(), 2u);
  EXPECT_EQ(view->devices[0].id, DeviceId("ring"));
  EXPECT_EQ(view->devices[1].id, DeviceId("earbud"));
  EXPECT_EQ(view->time_scale, 2.5);
  EXPECT_EQ(view->link.name, "ideal");
  EXPECT_EQ(view->device_profiles.size(), 2u);
  EXPECT_TRUE(view->absent.empty());
}

TEST_F(OwnDeploy, TwoDevicesOfOneIdAreRefused) {
  EXPECT_EQ(body_error("  - {id: ring, profile: max78000}\n  - {id: ring, profile: max78002}\n"),
            ":5:10: devices[1].id: device id 'ring' is given twice");
}

TEST_F(OwnDeploy, ADeviceIdThatCanNotStandInATopicIsRefused) {
  for (const char* id : {"\"a/b\"", "\"a b\"", "\"\"", ".hidden", "\"../x\"", "\"\xc3\xa4\""})
    EXPECT_NE(body_error("  - {id: " + std::string(id) + ", profile: max78000}\n")
                  .find("letters, digits, - _ . (not first)"),
              std::string::npos)
        << id;
  EXPECT_NE(body_error("  - {id: " + std::string(65, 'a') + ", profile: max78000}\n"), "no error");
}

TEST_F(OwnDeploy, AnUnknownProfileNamesTheLikelyOne) {
  EXPECT_EQ(body_error("  - {id: ring, profile: max7800}\n"),
            ": device 'ring': unknown device profile 'max7800'; did you mean 'max78000' or 'max78002'?");
}

TEST_F(OwnDeploy, AnUnknownLinkListsThoseThatExist) {
  const auto error = body_error("  - {id: ring, profile: max78000}\n", "name: b\nlink: smoke-signals\n");
  EXPECT_TRUE(error.starts_with(": unknown link 'smoke-signals'; known: ble-2m, ")) << error;
}

TEST_F(OwnDeploy, AnUnknownSensorNamesTheLikelyOne) {
  EXPECT_EQ(body_error("  - {id: ring, profile: max78000, sensors: [{capability: camra}]}\n"),
            ": device 'ring': unknown sensor 'camra'; did you mean 'camera'?");
}

TEST_F(OwnDeploy, AnUnknownActuatorNamesTheLikelyOne) {
  EXPECT_EQ(body_error("  - {id: ring, profile: max78000, actuators: [displai]}\n"),
            ": device 'ring': unknown actuator 'displai'; did you mean 'display'?");
}

TEST_F(OwnDeploy, AProfileNameIsNeverAPath) {
  folder_.write("outside.yaml", "name: x\n");
  EXPECT_NE(body_error("  - {id: ring, profile: ../outside}\n").find("unknown device profile '../outside'"),
            std::string::npos);
}

TEST_F(OwnDeploy, AMissingFramesFileIsNamed) {
  const std::string device =
      "  - {id: ring, profile: max78000, sensors: [{capability: camera, frames: f.npy}]}\n";
  EXPECT_EQ(body_error(device), ": device 'ring', sensor 'camera': frames file 'f.npy' does not exist in " +
                                    folder_.path().string());
  write_frames("f.npy", {2, 3, 4});
  EXPECT_EQ(body_error(device), "no error");
}

TEST_F(OwnDeploy, ASensorTellsItsSourcesAndTheirShapes) {
  write_frames("f.npy", {2, 3, 4});
  write_frames("g.npy", {5, 8, 6, 3});
  const auto sources_of = [&](const std::string& sensor) {
    const auto view = deploy_.body(body("  - {id: ring, profile: max78000, sensors: [" + sensor + "]}\n"));
    EXPECT_TRUE(view) << view.error().message;
    const auto& read = view->devices.at(0).sensors.at(0);
    EXPECT_TRUE(read.frames.empty());
    return read.sources;
  };
  using Sources = std::vector<schemas::SensorSource>;
  const schemas::SensorSource f{"f.npy", schemas::Layout::kChw, {}, {3, 4}};
  EXPECT_EQ(sources_of("{capability: camera, frames: f.npy}"), Sources{f}) << "the short form";
  EXPECT_EQ(
      sources_of("{capability: camera, sources: [{frames: f.npy}, {frames: g.npy, layout: hwc}, "
                 "{generator: 7}]}"),
      (Sources{f, {"g.npy", schemas::Layout::kHwc, {}, {8, 6, 3}}, {"", schemas::Layout::kChw, 7, {}}}));
  EXPECT_EQ(sources_of("{capability: camera, sources: [{frames: f.npy, shape: [3, 4]}]}"), Sources{f});
  EXPECT_EQ(sources_of("{capability: camera}"), Sources{}) << "it is known that there are none";
}

TEST_F(OwnDeploy, SourcesThatCanNotServeAreRefused) {
  write_frames("f.npy", {2, 3, 4});
  write_frames("same.npy", {7, 3, 4});
  write_frames("one.npy", {12});
  folder_.write("not.npy", "");
  const auto error = [&](const std::string& sources) {
    return body_error("  - {id: ring, profile: max78000, sensors: [{capability: camera, sources: [" +
                      sources + "]}]}\n");
  };
  const auto path = [&](const std::string& name) { return (folder_.path() / name).string(); };
  const std::string where = ": device 'ring', sensor 'camera': ";
  EXPECT_EQ(error("{frames: not.npy}"), where + path("not.npy") + ": not a .npy file");
  EXPECT_EQ(error("{frames: one.npy}"),
            where + path("one.npy") + ": has the shape (12,); frames are an array (N, ...) of one or more");
  EXPECT_EQ(error("{frames: f.npy, shape: [4, 3]}"),
            where + path("f.npy") + ": its frames are (3, 4), not (4, 3) as 'shape' says");
  EXPECT_EQ(error("{frames: f.npy}, {frames: same.npy}"),
            where +
                "'f.npy' and 'same.npy' have frames of one shape, of which only the first would be taken: "
                "leave one out");
  EXPECT_NE(error("{generator: 1}, {generator: 2}").find("one generator at most"), std::string::npos);
  for (const char* several : {"{frames: f.npy, generator: 2}", "{frames: f.npy, feed: true}",
                              "{generator: 2, feed: true}", "{layout: hwc}", "{feed: false}"})
    EXPECT_EQ(error(several), where + "a source is one of 'frames', 'generator' and 'feed: true'");
  const auto of_frames =
      where +
      "'layout', 'shape', 'pictures', 'sounds' and 'hop' are of 'frames'; a generator makes any "
      "shape, and so does a feed";
  EXPECT_EQ(error("{feed: true, layout: hwc}"), of_frames);
  EXPECT_EQ(error("{feed: true}, {feed: true}"),
            where + "a sensor has one feed: the second would be the same");
  for (const char* of_a_file : {"layout: hwc", "shape: [1]", "pictures: 2", "sounds: 2", "hop: 0.5"})
    EXPECT_EQ(error("{generator: 2, " + std::string(of_a_file) + "}"), of_frames);
  for (const char* of_a_folder : {"pictures: 2", "sounds: 2", "hop: 0.5"})
    EXPECT_EQ(error("{frames: f.npy, " + std::string(of_a_folder) + "}"),
              where + path("f.npy") + ": 'pictures', 'sounds' and 'hop' are of a folder, and this is a file");
  EXPECT_EQ(
      body_error("  - {id: ring, profile: max78000, sensors: [{capability: camera, frames: f.npy, sources: "
                 "[{generator: 2}]}]}\n"),
      where + "'frames' is short for one source: write it in 'sources', beside the others");
}

TEST_F(OwnDeploy, ASourceMayBeAFolderOfPictures) {
  folder_.write("photos/a.png", test_support::png_file(2, 3, 1, {1, 2, 3, 4, 5, 6}));
  folder_.write("photos/b.png", test_support::png_file(1, 1, 3, {1, 2, 3}));
  folder_.write("more/a.png", test_support::png_file(1, 1, 1, {1}));
  const schemas::SensorSource photos{"photos", {}, {}, {}, false, 2};
  using Sources = std::vector<schemas::SensorSource>;
  const auto sources_of = [&](const std::string& sensor) {
    const auto view = deploy_.body(body("  - {id: ring, profile: max78000, sensors: [" + sensor + "]}\n"));
    EXPECT_TRUE(view) << view.error().message;
    return view->devices.at(0).sensors.at(0).sources;
  };
  EXPECT_EQ(sources_of("{capability: camera, frames: photos}"), Sources{photos});
  EXPECT_EQ(sources_of("{capability: camera, sources: [{frames: photos, pictures: 2}]}"), Sources{photos});
  const auto error = [&](const std::string& sources) {
    return body_error("  - {id: ring, profile: max78000, sensors: [{capability: camera, sources: [" +
                      sources + "]}]}\n");
  };
  const std::string where = ": device 'ring', sensor 'camera': ";
  const auto path = [&](const std::string& name) { return (folder_ / name).string(); };
  EXPECT_EQ(
      error("{frames: photos}, {frames: more}"),
      where +
          "'photos' and 'more' are both folders of pictures, of which only the first would be taken: leave "
          "one out");
  EXPECT_EQ(error("{frames: photos, pictures: 3}"),
            where + path("photos") + ": holds 2 pictures, not 3 as 'pictures' says");
  EXPECT_EQ(
      error("{frames: photos, layout: hwc}"),
      where + path("photos") + ": 'layout' and 'shape' are of a file; pictures in a folder have their own");
  folder_.write("photos/c.png", "hello");
  EXPECT_EQ(error("{frames: photos}"),
            where + path("photos/c.png") + ": is neither PNG nor JPEG: save the picture as PNG or JPEG");
}

TEST_F(OwnDeploy, ASourceMayBeAFolderOfSounds) {
  const auto wav = [](std::vector<std::int16_t> samples) {
    const auto bytes = test_support::wav_of(samples);
    return std::string(bytes.begin(), bytes.end());
  };
  folder_.write("words/a.wav", wav({1, 2, 3}));
  folder_.write("words/b.wav", wav({4}));
  folder_.write("more/a.wav", wav({5}));
  folder_.write("mixed/a.wav", wav({5}));
  folder_.write("mixed/b.png", test_support::png_file(1, 1, 1, {1}));
  folder_.write("photos/b.png", test_support::png_file(1, 1, 1, {1}));
  const auto error = [&](const std::string& sources) {
    return body_error("  - {id: ring, profile: max78000, sensors: [{capability: microphone, sources: [" +
                      sources + "]}]}\n");
  };
  const auto view =
      deploy_.body(body("  - {id: ring, profile: max78000, sensors: [{capability: microphone, sources: "
                        "[{frames: photos}, {frames: words, hop: 0.25}]}]}\n"));
  ASSERT_TRUE(view) << view.error().message;
  const auto& sources = *view->devices.at(0).sensors.at(0).sources;
  EXPECT_EQ(sources.at(0).pictures, 1u);
  EXPECT_EQ(sources.at(1).sounds, 2u);
  EXPECT_EQ(sources.at(1).hop, 0.25);
  const std::string where = ": device 'ring', sensor 'microphone': ";
  const auto path = [&](const std::string& name) { return (folder_ / name).string(); };
  EXPECT_EQ(error("{frames: words}, {frames: more}"),
            where +
                "'words' and 'more' are both folders of sounds, of which only the first would be taken: "
                "leave one out");
  EXPECT_EQ(error("{frames: words, sounds: 3}"),
            where + path("words") + ": holds 2 sounds, not 3 as 'sounds' says");
  EXPECT_EQ(error("{frames: words, pictures: 2}"), where + path("words") + ": holds sounds, not 'pictures'");
  EXPECT_EQ(error("{frames: photos, hop: 0.5}"),
            where + path("photos") + ": 'hop' is of sounds, and these are pictures");
  EXPECT_EQ(
      error("{frames: words, layout: hwc}"),
      where + path("words") + ": 'layout' and 'shape' are of a file; sounds in a folder have their own");
  EXPECT_EQ(error("{frames: mixed}"),
            where + path("mixed") + ": holds pictures and sounds: put them in a folder each");
  folder_.write("words/c.wav", wav({1, 2}).substr(0, 46));
  EXPECT_NE(error("{frames: words}")
                .find(path("words/c.wav") + ": the WAV file is cut off: its header promises 4 bytes"),
            std::string::npos);
}

TEST_F(OwnDeploy, AModelThatExpectsAnUnknownSensorIsRefused) {
  const auto error = [&](const std::string& sensor) {
    folder_.write("models/m/model.yaml",
                  "name: m\ninput: {channels: 1, height: 2, width: 2, sensor: " + sensor + "}\nlayers: []\n");
    const auto model = deploy_.model(ModelId("m"));
    return model ? "no error" : model.error().message;
  };
  EXPECT_EQ(error("camera"), "no error");
  EXPECT_EQ(error("camra"), (folder_.path() / "models/m/model.yaml").string() +
                                ": input: unknown sensor 'camra'; did you mean 'camera'?");
  fs::remove_all(folder_ / "devices");
  EXPECT_EQ(error("camra"), "no error") << "a folder of models alone says nothing of sensors";
}

TEST_F(OwnDeploy, AFramesFileThatCanNotBeLookedForIsRefused) {
  const auto refusal = [&](const std::string& frames) {
    return body_error("  - {id: ring, profile: max78000, sensors: [{capability: camera, frames: \"" + frames +
                      "\"}]}\n");
  };
  EXPECT_NE(refusal(std::string(300, 'a')).find("File name too long"), std::string::npos);
  fs::create_symlink("loop.npy", folder_ / "loop.npy");
  EXPECT_NE(refusal("loop.npy").find("Too many levels of symbolic links"), std::string::npos);
}

TEST_F(OwnDeploy, ATimeScaleThatStopsTimeIsRefused) {
  for (const char* scale : {"0", "-1", "1000001", "0.001", "1e-300"})
    EXPECT_EQ(body_error("  - {id: ring, profile: max78000}\n",
                         "name: b\nlink: ideal\ntime_scale: " + std::string(scale) + "\n"),
              ":3:13: 'time_scale' must be from 0.01 to 1000000; it is " + std::string(scale))
        << scale;
}

TEST_F(OwnDeploy, ABodyWithoutDevicesIsRefused) {
  const auto view = deploy_.body(folder_.write("bodies/b.yaml", "name: b\nlink: ideal\ndevices: []\n"));
  ASSERT_FALSE(view);
  EXPECT_NE(view.error().message.find("'devices' has 0 items; allowed: 1 to 64"), std::string::npos);
}

TEST_F(OwnDeploy, AMistakeInAProfileIsNamedWithTheProfilesFile) {
  folder_.write("links/short.yaml", "name: short\n");
  const auto error = body_error("  - {id: ring, profile: max78000}\n", "name: b\nlink: short\n");
  EXPECT_NE(error.find((folder_ / "links/short.yaml").string() + ":1:1: 'bytes_per_second' is missing"),
            std::string::npos)
      << error;
}

TEST_F(OwnDeploy, ABatteryOfNothingIsRefusedWithItsLine) {
  std::ifstream file(std::filesystem::path(SYNERGY_SOURCE_DIR) / "deploy/devices/max78000.yaml");
  std::string text((std::istreambuf_iterator<char>(file)), {});
  const std::string whole = "battery_mwh: {value: 555,";
  const auto at = text.find(whole);
  ASSERT_NE(at, std::string::npos);
  const auto line = 1 + std::count(text.begin(), text.begin() + std::ptrdiff_t(at), '\n');
  text.replace(at, whole.size(), "battery_mwh: {value: 0,");
  text.replace(text.find("name: max78000"), 14, "name: empty");
  folder_.write("devices/empty.yaml", text);
  const auto error = body_error("  - {id: ring, profile: empty}\n");
  EXPECT_NE(
      error.find("empty.yaml:" + std::to_string(line) + ":14: 'battery_mwh' must be at least 0.001 mWh"),
      std::string::npos)
      << error;
}

TEST_F(OwnDeploy, ABatteryBesideAHarvestOrNeitherIsRefusedWithItsLine) {
  const auto text = solar("wrist-office-1");
  const auto refusal = [&](const std::string& changed) {
    const auto read = deploy_.device_profile_at(folder_.write("mine/d.yaml", changed).string());
    return read ? "no error" : read.error().message;
  };
  EXPECT_EQ(refusal(text), "no error");
  const auto line = std::to_string(1 + std::count(text.begin(), text.end(), '\n'));
  EXPECT_THAT(
      refusal(text + "battery_mwh: {value: 555, mark: assumed}\n"),
      HasSubstr("d.yaml:" + line + ":14: 'battery_mwh' stands beside 'harvest', 'store' or 'checkpoint'"));
  const auto without_blocks = text.substr(0, text.find("harvest:\n"));
  EXPECT_THAT(refusal(without_blocks), HasSubstr(":5:1: the device has neither a battery nor a harvest"));
  EXPECT_THAT(
      refusal(without_blocks + "battery_mwh: {value: 0, mark: assumed}\n"),
      AllOf(HasSubstr("'battery_mwh' must be at least 0.001 mWh"), HasSubstr("leave it out and give")));
}

TEST_F(OwnDeploy, ADeviceWithoutABatteryIsNoneOfABody) {
  folder_.write("devices/solar.yaml", solar("office"));
  EXPECT_EQ(body_error("  - {id: ring, profile: solar}\n")
                .find(": device 'ring': profile 'max78000-harvested' has no battery"),
            0u)
      << body_error("  - {id: ring, profile: solar}\n");
}

TEST_F(OwnDeploy, ARecordingIsNamedInHarvestOrAsSeenFromTheProfile) {
  const std::string recording = "# kind: harvester_output_power\n# duration_us: 9\nt_us,p_nw\n0,";
  folder_.write("harvest/office.csv", recording + "4\n");
  folder_.write("mine/office.csv", recording + "5\n");
  const auto power = [&](const fs::path& device) {
    const auto profile = deploy_.device_profile_at(device.string());
    EXPECT_TRUE(profile) << profile.error().message;
    const auto read = deploy_.harvest(profile->harvest->trace);
    EXPECT_TRUE(read) << read.error().message;
    return read->rows.at(0).p_nw;
  };
  EXPECT_EQ(power(folder_.write("mine/d.yaml", solar("office"))), 4u);
  EXPECT_EQ(power(folder_.write("mine/d.yaml", solar("office.csv"))), 5u);
  EXPECT_EQ(power(folder_.write("mine/d.yaml", solar("../harvest/office.csv"))), 4u);
  folder_.write("devices/solar.yaml", solar("../mine/office.csv"));
  EXPECT_EQ(power("solar"), 5u) << "by its name";
  const auto none = deploy_.harvest("offise");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(none.error().message, HasSubstr("did you mean 'office'?"));
  EXPECT_EQ(deploy_.harvest("./none.csv").error().code, ErrorCode::kNotFound);
}

TEST_F(OwnDeploy, AClockThatNoMcuHasIsRefusedWithItsLineAndColumn) {
  const auto file = folder_ / "devices/max78000.yaml";
  std::ifstream stream(file);
  const std::string good{std::istreambuf_iterator<char>(stream), {}};
  const std::string clock = "\nmcu_clock_mhz: {value: 100,";
  const auto at = good.find(clock);
  ASSERT_NE(at, std::string::npos);
  const auto error = [&](const std::string& value) {
    auto text = good;
    folder_.write("devices/max78000.yaml",
                  text.replace(at, clock.size(), "\nmcu_clock_mhz: {value: " + value + ","));
    const auto profile = deploy_.device_profile("max78000");
    if (profile) return std::string("no error");
    return profile.error().message.substr(std::min(profile.error().message.size(), file.string().size()));
  };
  EXPECT_EQ(error("60"), "no error");
  EXPECT_EQ(error("0"), ":6:16: 'mcu_clock_mhz' must be at least 0.001 MHz: times are divided by it");
  EXPECT_EQ(error("-5"), ":6:24: mcu_clock_mhz: 'value' must be from 0 to 1000000000; it is -5");
  EXPECT_EQ(error("1e300"), ":6:24: mcu_clock_mhz: 'value' must be from 0 to 1000000000; it is 1e+300");
  for (const char* word : {"nan", ".nan", ".inf", "fast"})
    EXPECT_EQ(error(word), ":6:24: mcu_clock_mhz: value: expected a number, found text") << word;
}

TEST_F(OwnDeploy, AMissingBodyFileIsNotFound) {
  const auto view = deploy_.body(folder_ / "bodies/none.yaml");
  ASSERT_FALSE(view);
  EXPECT_EQ(view.error().code, ErrorCode::kNotFound);
}

TEST_F(OwnDeploy, AnAppFileIsReadWithItsDefaults) {
  const auto app = read_app(folder_.write(
      "apps/a.yaml",
      "app: a\nmodel: m\nsensing: {needs: camera}\ninteraction: {needs: display, on: watch}\n"));
  ASSERT_TRUE(app) << app.error().message;
  EXPECT_EQ(app->app, AppId("a"));
  EXPECT_EQ(app->sensing.on, DeviceId());
  EXPECT_EQ(app->interaction.on, DeviceId("watch"));
  EXPECT_EQ(app->runs, 0u);
  EXPECT_EQ(app->at_least_devices, 1u);
}

TEST_F(OwnDeploy, AnAppFilesMistakesAreNamed) {
  const auto error_of = [&](const std::string& text) {
    const auto app = read_app(folder_.write("apps/a.yaml", text));
    if (app) return std::string("no error");
    const auto file = (folder_ / "apps/a.yaml").string();
    const auto at = app.error().message.find(file);
    return at == std::string::npos ? app.error().message : app.error().message.substr(at + file.size());
  };
  const std::string rest = "model: m\nsensing: {needs: camera}\ninteraction: {needs: display}\n";
  EXPECT_EQ(error_of(rest),
            ":1:1: 'app' is missing (the app's name, unique in the mesh: letters, digits, - _ .)");
  EXPECT_EQ(error_of("app: a\nprio: 3\n" + rest),
            ":2:7: unknown key 'prio'; known: app, model, sensing, interaction, runs, at_least_devices, "
            "priority, rate, "
            "min_rate, weight, repeat, trigger, deadline_us");
  EXPECT_EQ(error_of("app: a\nruns: -5\n" + rest), ":2:7: runs: the number is negative or out of range");
  EXPECT_EQ(error_of("app: a\npriority: high\n" + rest),
            ":2:11: priority: expected a whole number, found text");
  for (const std::string name : {"\"a/b\"", "\"\"", ".a", "\"a b\""})
    EXPECT_NE(error_of("app: " + name + "\n" + rest).find("up to 64 letters, digits, - _ ."),
              std::string::npos)
        << name;
  EXPECT_EQ(error_of("app: \"a\\nb\"\n" + rest),
            ":1:6: app: the text 'a\\x0ab' has control characters or is no UTF-8");
  EXPECT_EQ(error_of("app: " + std::string(64, 'a') + "\n" + rest), "no error");
  EXPECT_NE(error_of("app: " + std::string(65, 'a') + "\n" + rest), "no error");
}

/// The smallest model with weights and a bias of its own.
class OwnModel : public OwnDeploy {
 protected:
  static constexpr const char* kYaml =
      "name: tiny\ninput: {channels: 1, height: 1, width: 1}\nlayers:\n"
      "  - {name: l, op: linear, processors: 0x1, output_processors: 0x1, in_offset: 0, out_offset: 0,"
      " weights: w.npy, bias: b.npy}\n";
  OwnModel() {
    folder_.write("models/tiny/model.yaml", kYaml);
    folder_.write("models/tiny/w.npy", "weights");
    folder_.write("models/tiny/b.npy", "bias");
  }
  std::string digest() {
    const auto model = deploy_.model(ModelId("tiny"));
    return model ? model->digest : model.error().message;
  }
};

TEST_F(OwnModel, TheDigestIsThatOfTheFilesInOrder) {
  const std::string all = std::string(kYaml) + "weights" + "bias";
  EXPECT_EQ(digest(), sha256({reinterpret_cast<const std::uint8_t*>(all.data()), all.size()}));
}

TEST_F(OwnModel, TheDigestChangesWithOneByteOfTheWeightsTheBiasOrTheDescription) {
  const auto before = digest();
  EXPECT_EQ(before.size(), 64u);
  EXPECT_EQ(digest(), before);
  folder_.write("models/tiny/w.npy", "weightz");
  const auto other_weights = digest();
  EXPECT_NE(other_weights, before);
  folder_.write("models/tiny/w.npy", "weights");
  EXPECT_EQ(digest(), before);
  folder_.write("models/tiny/b.npy", "biaz");
  EXPECT_NE(digest(), before);
  folder_.write("models/tiny/b.npy", "bias");
  folder_.write("models/tiny/model.yaml", std::string(kYaml) + "# a comment\n");
  EXPECT_NE(digest(), before);
}

TEST_F(OwnModel, AMissingWeightsFileIsNamedWithItsLayer) {
  fs::remove(folder_ / "models/tiny/w.npy");
  const auto model = deploy_.model(ModelId("tiny"));
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, ErrorCode::kNotFound);
  EXPECT_NE(model.error().message.find("models/tiny/w.npy: "), std::string::npos) << model.error().message;
  EXPECT_TRUE(model.error().message.ends_with("(model 'tiny', layer 0 'l')")) << model.error().message;
}

/// A model whose weights come from outside its folder was planned, and then loaded by no emulator; one that
/// named /dev/zero ended the planner for want of memory.
TEST_F(OwnModel, AFileOutsideTheFolderIsRefusedUnread) {
  for (const std::string name : {"../w.npy", "/dev/zero", "..", "sub/w.npy"}) {
    std::string yaml = kYaml;
    yaml.replace(yaml.find("w.npy"), 5, name);
    folder_.write("models/tiny/model.yaml", yaml);
    EXPECT_EQ(digest(), "'" + name + "' is no plain file name; a model's files stand in its folder (model " +
                            "'tiny', layer 0 'l')");
  }
}

TEST_F(OwnModel, WhatIsNoFileOrTooLargeIsRefusedUnread) {
  const auto weights = folder_ / "models/tiny/w.npy";
  fs::remove(weights);
  fs::create_symlink("/dev/zero", weights);
  EXPECT_NE(digest().find("w.npy: not a regular file"), std::string::npos) << digest();
  fs::remove(weights);
  folder_.write("models/tiny/w.npy", "");
  fs::resize_file(weights, kMaxModelBytes + 1);  // holes: nothing is written
  EXPECT_NE(digest().find("w.npy: has 268435457 bytes; at most 268435456 are read"), std::string::npos)
      << digest();
}

TEST_F(OwnModel, FilesAreLimitedTogetherHoweverOftenTheyAreNamed) {
  fs::resize_file(folder_.write("models/tiny/w.npy", ""), kMaxModelBytes / 2 + 1);
  std::string yaml = kYaml;
  yaml.replace(yaml.find("b.npy"), 5, "w.npy");
  folder_.write("models/tiny/model.yaml", yaml);
  EXPECT_NE(digest().find("w.npy: with it the model has more than 268435456 bytes"), std::string::npos)
      << digest();
}

TEST_F(OwnModel, TheFilesComeWithTheDigestTheyMade) {
  const auto model = deploy_.model(ModelId("tiny"));
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->files.size(), 2u);
  const auto& bias = model->files.at("b.npy");
  EXPECT_EQ(std::string(bias.begin(), bias.end()), "bias");
}

TEST_F(OwnModel, AnUnknownModelNamesTheLikelyOne) {
  const auto model = deploy_.model(ModelId("tinny"));
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error(), (Error{ErrorCode::kNotFound, "unknown model 'tinny'; did you mean 'tiny'?"}));
  EXPECT_FALSE(deploy_.model(ModelId("../models/tiny")));
}

TEST_F(OwnModel, AModelThatIsNotNamedAsItsFolderIsRefused) {
  fs::copy(folder_ / "models/tiny", folder_ / "models/small");
  const auto model = deploy_.model(ModelId("small"));
  ASSERT_FALSE(model);
  EXPECT_NE(model.error().message.find("is named 'tiny', its folder 'small'"), std::string::npos);
}

TEST_F(OwnModel, OnlyFoldersWithADescriptionAreModels) {
  folder_.write("models/notes/README.md", "");
  folder_.write("models/also/model.yaml", "");
  EXPECT_EQ(deploy_.model_names(), (std::vector<std::string>{"also", "tiny"}));
}

TEST(Sha256, GivesThePublishedDigests) {
  const auto of = [](const std::string& text) {
    return sha256({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  };
  EXPECT_EQ(of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(of(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

}  // namespace
}  // namespace synergy::documents
