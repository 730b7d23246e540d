// Devices, links and the body they make: profiles as people write them in `deploy/devices`, `deploy/links`
// and `deploy/bodies`, and as they travel in the body view.
//
// Each figure of a profile carries a mark (figure.hpp). A device runs on a battery, or lives on what it
// harvests (device_power.hpp); only the first kind may be part of a body.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/base/strong_id.hpp"
#include "synergy/schemas/device_power.hpp"
#include "synergy/schemas/envelope.hpp"
#include "synergy/schemas/fields.hpp"
#include "synergy/schemas/figure.hpp"
#include "synergy/schemas/frame.hpp"
#include "synergy/schemas/frame_shape.hpp"
#include "synergy/schemas/input_kinds.hpp"

namespace synergy::schemas {

/// A part of a device that works on one task at a time.
enum class Unit { kSensor, kCpu, kAccelerator, kTx, kRx, kActuator };
template <>
inline constexpr std::array<std::pair<Unit, std::string_view>, 6> kEnumNames<Unit>{{
    {Unit::kSensor, "sensor"},
    {Unit::kCpu, "cpu"},
    {Unit::kAccelerator, "accelerator"},
    {Unit::kTx, "tx"},
    {Unit::kRx, "rx"},
    {Unit::kActuator, "actuator"},
}};

enum class AcceleratorKind { kMax78000, kMax78002 };
template <>
inline constexpr std::array<std::pair<AcceleratorKind, std::string_view>, 2> kEnumNames<AcceleratorKind>{{
    {AcceleratorKind::kMax78000, "MAX78000"},
    {AcceleratorKind::kMax78002, "MAX78002"},
}};

/// One kind of wearable: accelerator, MCU, memories, times and energies. Units are in the names. It has
/// `battery_mwh`, or `harvest`, `store` and `checkpoint` in its place.
struct DeviceProfile {
  std::string name;
  AcceleratorKind accelerator = AcceleratorKind::kMax78000;
  Figure mcu_clock_mhz, measured_at_mcu_mhz, cnn_clock_mhz, startup_us;
  Figure pipeline_cycles_per_conv_pixel, pipeline_cycles_per_passthrough_pixel;
  Figure sram_bytes, sram_for_tensors_bytes, flash_for_weights_bytes, extra_weight_store_bytes;
  Figure load_input_ns_per_word, load_weight_ns_per_word, unload_ns_per_word, unpack_ns_per_byte;
  Figure accelerator_ns_per_word, register_write_ns, registers_per_layer_and_quadrant;
  Figure prepare_ns_per_byte, argmax_ns_per_byte;
  Figure accelerator_active_mw, accelerator_nj_per_input_word, accelerator_nj_per_weight_word;
  Figure accelerator_pj_per_processor_cycle;
  Figure mcu_active_mw, mcu_sleep_mw;
  std::optional<Figure> battery_mwh;
  std::optional<HarvestProfile> harvest;
  std::optional<StoreProfile> store;
  std::optional<CheckpointProfile> checkpoint;

  static void fields(auto& f) {
    using P = DeviceProfile;
    f.required("name", &P::name, "the profile's name");
    f.required("accelerator", &P::accelerator, "MAX78000 or MAX78002");
    f.required("mcu_clock_mhz", &P::mcu_clock_mhz, "clock of the Arm core");
    f.optional("measured_at_mcu_mhz", &P::measured_at_mcu_mhz,
               "clock of the Arm core at which this profile's times and mcu_active_mw hold; 0 = 100 on a "
               "MAX78000, 120 on a MAX78002");
    f.required("cnn_clock_mhz", &P::cnn_clock_mhz, "accelerator clock during inference");
    f.required("startup_us", &P::startup_us, "added to each start of the accelerator");
    f.required("pipeline_cycles_per_conv_pixel", &P::pipeline_cycles_per_conv_pixel,
               "extra cycles per output pixel of a convolution when pipelined; 0 when not");
    f.required("pipeline_cycles_per_passthrough_pixel", &P::pipeline_cycles_per_passthrough_pixel,
               "extra cycles per pixel and pass of a passthrough layer when pipelined; 0 when not");
    f.required("sram_bytes", &P::sram_bytes, "SRAM of the MCU");
    f.required("sram_for_tensors_bytes", &P::sram_for_tensors_bytes, "SRAM free for tensor buffers");
    f.required("flash_for_weights_bytes", &P::flash_for_weights_bytes, "flash free for weights");
    f.required("extra_weight_store_bytes", &P::extra_weight_store_bytes, "weight store beside the flash");
    f.required("load_input_ns_per_word", &P::load_input_ns_per_word, "writing one 32-bit input word");
    f.required("load_weight_ns_per_word", &P::load_weight_ns_per_word, "writing one 32-bit weight word");
    f.required("unload_ns_per_word", &P::unload_ns_per_word, "reading one 32-bit word");
    f.required("unpack_ns_per_byte", &P::unpack_ns_per_byte, "cpu time to unpack one result byte");
    f.optional(
        "accelerator_ns_per_word", &P::accelerator_ns_per_word,
        "of each of these words, what the accelerator's own clock takes, whatever the MCU's; 0 = none");
    f.required("register_write_ns", &P::register_write_ns, "writing one register or bias word");
    f.required("registers_per_layer_and_quadrant", &P::registers_per_layer_and_quadrant,
               "layer registers written at a switch");
    f.required("prepare_ns_per_byte", &P::prepare_ns_per_byte, "crop, normalise, to signed bytes");
    f.required("argmax_ns_per_byte", &P::argmax_ns_per_byte, "cpu time of the argmax, per input byte");
    f.required("accelerator_active_mw", &P::accelerator_active_mw, "computing, above idle");
    f.required("accelerator_nj_per_input_word", &P::accelerator_nj_per_input_word, "loading one input word");
    f.required("accelerator_nj_per_weight_word", &P::accelerator_nj_per_weight_word,
               "loading one weight word");
    f.optional("accelerator_pj_per_processor_cycle", &P::accelerator_pj_per_processor_cycle,
               "computing, above idle and the part of accelerator_active_mw: per layer cycle and input "
               "processor");
    f.required("mcu_active_mw", &P::mcu_active_mw, "MCU working");
    f.required("mcu_sleep_mw", &P::mcu_sleep_mw, "MCU asleep; the device's idle power without radio");
    f.optional("battery_mwh", &P::battery_mwh,
               "battery capacity, at least 0.001; without it: the three blocks that follow");
    f.optional("harvest", &P::harvest, "of a device without a battery: what it harvests, and its converter");
    f.optional("store", &P::store, "of a device without a battery: its capacitor");
    f.optional("checkpoint", &P::checkpoint,
               "of a device without a battery: how its work outlives a loss of power");
  }
  bool operator==(const DeviceProfile&) const = default;
  [[nodiscard]] Status check() const;

  /// Of its battery, full; 0: it has none.
  [[nodiscard]] double battery_energy_mwh() const { return battery_mwh ? battery_mwh->value : 0; }
  /// It has no battery and lives on what it harvests.
  [[nodiscard]] bool is_harvested() const { return harvest.has_value(); }
};

/// A kind of sensor: the time to take one frame is `fixed_us + bytes x ns_per_byte`.
struct SensorProfile {
  std::string name;
  Figure fixed_us, ns_per_byte, fresh_per_second;

  static void fields(auto& f) {
    using P = SensorProfile;
    f.required("name", &P::name, "the capability it offers");
    f.required("fixed_us", &P::fixed_us, "time to take a frame or window, fixed part");
    f.required("ns_per_byte", &P::ns_per_byte, "and per byte");
    f.required("fresh_per_second", &P::fresh_per_second, "new frames or windows per second",
               in_unit("frames per second"));
  }
  bool operator==(const SensorProfile&) const = default;
};

struct ActuatorProfile {
  std::string name;
  Figure label_us, map_us;

  static void fields(auto& f) {
    using P = ActuatorProfile;
    f.required("name", &P::name, "the capability it offers");
    f.required("label_us", &P::label_us, "hand-over time of a label");
    f.required("map_us", &P::map_us, "hand-over time of a map (one byte a pixel)");
  }
  bool operator==(const ActuatorProfile&) const = default;
};

/// A kind of link between two devices: `message_overhead_us + bytes / bytes_per_second`; 0 = unlimited rate.
struct LinkProfile {
  std::string name;
  Figure bytes_per_second, message_overhead_us, tx_mw, rx_mw, idle_mw;

  static void fields(auto& f) {
    using P = LinkProfile;
    f.required("name", &P::name, "the profile's name");
    f.required("bytes_per_second", &P::bytes_per_second, "rate; 0 = unlimited");
    f.required("message_overhead_us", &P::message_overhead_us, "fixed part of each message");
    f.required("tx_mw", &P::tx_mw, "sender while active");
    f.required("rx_mw", &P::rx_mw, "receiver while active");
    f.required("idle_mw", &P::idle_mw, "radio asleep, each device");
  }
  bool operator==(const LinkProfile&) const = default;
  [[nodiscard]] Status check() const;
};

/// Where an emulated sensor's frames come from: a file, of which run n takes frame n modulo their number; a
/// folder of pictures or of sounds, in order of their names, of which each model that takes pictures, or
/// sounds, gets its own kind of frame (a sound that is longer than the model's window gives several); a
/// generator of pseudo-random bytes, the same for the same seed and run; or whoever feeds them
/// (frame.hpp).
struct SensorSource {
  std::string frames;                      ///< a file or folder; empty: none
  Layout layout = Layout::kChw;            ///< of a file's frames
  std::optional<std::uint64_t> generator;  ///< its seed
  Axes shape;         ///< of one frame of the file, as it stands there; known when the body has been loaded
  bool feed = false;  ///< frames are fed, of any shape that an app can use
  std::uint64_t pictures = 0;  ///< in the folder, each of a size of its own; 0: none, or not loaded yet
  std::uint64_t sounds = 0;    ///< in the folder, each of a length of its own; 0: none, or not loaded yet
  double hop = 0;              ///< from one window of a longer sound to the next; 0: half a window

  static void fields(auto& f) {
    using S = SensorSource;
    f.optional("frames", &S::frames,
               ".npy of frames (N, ...), or a folder of pictures (PNG, JPEG) or of sounds (WAV, FLAC, OGG), "
               "relative to deploy/");
    f.optional("layout", &S::layout, "of the file's frames: chw (default), or hwc, which is converted");
    f.optional("generator", &S::generator, "seed of noise for models that no file serves", kAnyNumber);
    f.optional("shape", &S::shape, "of one frame of the file: need not be written, it is read there",
               items(0, kMaxAxes));
    f.optional("feed", &S::feed, "true: frames are fed, by `synergy feed` for one; in place of a file");
    f.optional("pictures", &S::pictures, "in the folder: need not be written, they are counted there");
    f.optional("sounds", &S::sounds, "in the folder: need not be written, they are counted there");
    f.optional("hop", &S::hop,
               "from one window of a sound to the next, where it is longer than the model's; 0 (default): "
               "half a window",
               kIsHop);
  }
  bool operator==(const SensorSource&) const = default;
};

/// A sensor of one device. It serves models of several sizes, each from the source of its shape.
struct Sensor {
  std::string capability;
  std::string frames;  ///< in a body's file: short for one source; empty in a BodyView
  /// Not told: nothing is known of its sources, as in body views of programs before this field. A body that
  /// was loaded tells them, or that there are none.
  std::optional<std::vector<SensorSource>> sources{};

  static void fields(auto& f) {
    f.required("capability", &Sensor::capability, "camera, microphone, imu, ppg or ecg",
               text_of(1, kMaxNameBytes));
    f.optional("frames", &Sensor::frames, "short for sources: [{frames: ...}]");
    f.optional("sources", &Sensor::sources, "where its frames come from", items(0, kMaxSources));
  }
  bool operator==(const Sensor&) const = default;

  /// Frames are fed to it, perhaps among other sources.
  [[nodiscard]] bool is_fed() const;
  /// The source that serves an app whose model has that input, or nullptr. An app that runs for each frame
  /// takes those that are fed, where some are. Otherwise: a file of such frames; where the model takes
  /// pictures, or sounds, a folder of them; else the generator; else the feed, which serves all shapes.
  [[nodiscard]] const SensorSource* source_for(const FrameShape& input, Trigger trigger,
                                               const InputKinds& kinds) const;
  /// Whether it serves such an app, as far as is known.
  [[nodiscard]] bool may_serve(const FrameShape& input, Trigger trigger, const InputKinds& kinds) const;
  /// How runs of such an app take frames. `repeat`: several runs may take the same one.
  [[nodiscard]] FrameUse use_by(const FrameShape& input, Trigger trigger, bool repeat,
                                const InputKinds& kinds) const;
};

/// For people, what a sensor's sources give: `faces.npy of (3, 64, 64), a generator for any shape`.
[[nodiscard]] std::string to_text(const std::vector<SensorSource>& sources);

/// Whether a mesh can be told to use such a device: one that is harvested it can not, and the error says so,
/// names the profile and what to do. Every way into a body asks this.
Status check_mesh_can_use(const DeviceProfile& profile);

struct Device {
  DeviceId id;
  std::string profile;
  std::vector<Sensor> sensors;
  std::vector<std::string> actuators;

  static void fields(auto& f) {
    f.required("id", &Device::id, "its name on the body", kPlainName);
    f.required("profile", &Device::profile, "a profile of deploy/devices");
    f.optional("sensors", &Device::sensors, "what it senses");
    f.optional("actuators", &Device::actuators, "what it can do: display, haptic, speaker");
  }
  bool operator==(const Device&) const = default;
  [[nodiscard]] Status check() const;
};

/// The devices of one wearer, in order (the first has the lowest id), and the link between every two of them.
struct Body {
  std::string name;
  std::string link;
  double time_scale = 1;
  std::vector<Device> devices;

  static void fields(auto& f) {
    f.required("name", &Body::name, "the body's name");
    f.required("link", &Body::link, "a profile of deploy/links, between all pairs");
    f.optional("time_scale", &Body::time_scale, "host seconds per emulated second; 1 = real time",
               kIsTimeScale);
    f.required("devices", &Body::devices, "in order", items(1, kMaxDevices));
  }
  bool operator==(const Body&) const = default;
  [[nodiscard]] Status check() const;
};

/// A body with every profile it names: all that planning needs to know of the hardware.
struct BodyView {
  std::string name;
  double time_scale = 1;
  std::vector<Device> devices;
  std::vector<DeviceId> absent;  ///< devices of the body that are not there now, or not to be used
  std::map<std::string, std::string> notes;        ///< of absent devices: why, by id
  std::map<std::string, std::uint32_t> batteries;  ///< percent left, by id, where it is known
  LinkProfile link;
  std::map<std::string, DeviceProfile> device_profiles;
  std::map<std::string, SensorProfile> sensor_profiles;
  std::map<std::string, ActuatorProfile> actuator_profiles;

  static constexpr MessageName kMessage{"body", 1, 1, "state/body"};
  static void fields(auto& f) {
    using V = BodyView;
    f.required("name", &V::name, "the body's name");
    f.required("time_scale", &V::time_scale, "host seconds per emulated second", kIsTimeScale);
    f.required("devices", &V::devices, "all devices, in order", items(1, kMaxDevices));
    f.required("absent", &V::absent, "devices that are not there now, or not to be used");
    f.optional("notes", &V::notes, "why a device is absent, by id");
    f.optional("batteries", &V::batteries, "percent left, by id", in_unit("percent"));
    f.required("link", &V::link, "between all pairs");
    f.required("device_profiles", &V::device_profiles, "by name");
    f.required("sensor_profiles", &V::sensor_profiles, "by name");
    f.required("actuator_profiles", &V::actuator_profiles, "by name");
  }
  bool operator==(const BodyView&) const = default;
  /// Among others: whatever a device names is in the view, so that profile_of() and the maps can be relied
  /// on.
  [[nodiscard]] Status check() const;

  /// The device of that id, or nullptr.
  [[nodiscard]] const Device* find(const DeviceId& id) const {
    for (const auto& device : devices)
      if (device.id == id) return &device;
    return nullptr;
  }
  [[nodiscard]] bool is_absent(const DeviceId& id) const {
    for (const auto& device : absent)
      if (device == id) return true;
    return false;
  }
  [[nodiscard]] const DeviceProfile& profile_of(const Device& device) const {
    return device_profiles.at(device.profile);
  }
  /// Power that a device of the body takes while it does nothing, radio included: mW.
  [[nodiscard]] double idle_power_mw(const Device& device) const {
    return profile_of(device).mcu_sleep_mw.value + link.idle_mw.value;
  }
  /// How long its battery lasts at that power (mW), from as full as the body knows it, or from full where it
  /// does not. Nothing where the power is 0, or it has no battery.
  [[nodiscard]] std::optional<double> hours_at(const Device& device, double power_mw) const;
};

/// To `cmd/monitor`: changes the live body. What is left empty stays as it is. Lasts until the monitor ends.
struct BodyChange {
  std::string link;     ///< profile of deploy/links, between all pairs
  DeviceId device;      ///< whose profile or battery changes
  std::string profile;  ///< of deploy/devices, of the same accelerator
  std::optional<double> battery_percent;
  static constexpr MessageName kMessage{"body.change", 1, 1, "cmd/monitor"};
  using Reply = Done;
  static void fields(auto& f) {
    using C = BodyChange;
    f.optional("link", &C::link, "another link profile");
    f.optional("device", &C::device, "the device that changes");
    f.optional("profile", &C::profile, "its new profile");
    f.optional("battery_percent", &C::battery_percent, "its battery, 0 to 100", from_to(0.0, 100.0));
  }
};

// The field lists are instantiated once, in src/.
extern template const StructInfo& describe<DeviceProfile>();
extern template const StructInfo& describe<SensorProfile>();
extern template const StructInfo& describe<ActuatorProfile>();
extern template const StructInfo& describe<LinkProfile>();
extern template const StructInfo& describe<SensorSource>();
extern template const StructInfo& describe<Sensor>();
extern template const StructInfo& describe<Device>();
extern template const StructInfo& describe<Body>();
extern template const StructInfo& describe<BodyView>();
extern template const StructInfo& describe<BodyChange>();

}  // namespace synergy::schemas
