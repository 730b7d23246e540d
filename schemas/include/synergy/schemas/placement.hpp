// Placements: which layers of each app's model run on which device, as somebody else than the planner chose
// them. The form of the file that `--placement` and `--pin` read, and of what travels to the planner.
//
// A placement says where, not when: orders, switches and buffers, and the rates where none are given, follow
// from it (`synergy/planner/placement.hpp`), which also tells what is wrong with one. Here only the form is
// held to limits.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/base/strong_id.hpp"
#include "synergy/schemas/fields.hpp"

namespace synergy::schemas {

/// Layers first_layer to last_layer, both included, of a pipeline's model on one device.
struct Chunk {
  DeviceId device;
  std::uint32_t first_layer = 0, last_layer = 0;

  static void fields(auto& f) {
    f.required("device", &Chunk::device, "where it runs", kPlainName);
    f.required("first_layer", &Chunk::first_layer, "first layer, from 0");
    f.required("last_layer", &Chunk::last_layer, "last layer, included");
  }
  bool operator==(const Chunk&) const = default;
  [[nodiscard]] Status check() const;
};

/// One of several ways to run an app.
struct PlacedWay {
  double share = 1;         ///< of the app's runs; those of an app sum to 1
  DeviceId source, target;  ///< empty: the only device that can
  std::vector<Chunk> chunks;

  static void fields(auto& f) {
    using W = PlacedWay;
    f.required("share", &W::share, "of the app's runs, 0 to 1", in_unit("share", amount(1)));
    f.optional("source", &W::source, "device that senses; may be left out where only one can",
               kPlainNameOrNone);
    f.optional("target", &W::target, "device that interacts; may be left out where only one can",
               kPlainNameOrNone);
    f.required("chunks", &W::chunks, "which layers run where, in order", items(1));
  }
  bool operator==(const PlacedWay&) const = default;
};

/// One app: the chunks of its only way, or several ways.
struct PlacedApp {
  AppId app;
  DeviceId source, target;  ///< of the only way; empty: the only device that can
  std::vector<Chunk> chunks;
  std::optional<double> rate;  ///< runs per second that it is to have; nothing: the best of the objective
  std::vector<PlacedWay> ways;

  static void fields(auto& f) {
    using A = PlacedApp;
    f.required("app", &A::app, "the app", kPlainName);
    f.optional("source", &A::source, "device that senses; may be left out where only one can",
               kPlainNameOrNone);
    f.optional("target", &A::target, "device that interacts; may be left out where only one can",
               kPlainNameOrNone);
    f.optional("chunks", &A::chunks, "which layers run where, in order");
    f.optional("rate", &A::rate, "runs per second that it is to have; null: the best of the objective",
               in_unit("runs per second", from_to(kMinRate, kMaxRate)));
    f.optional("ways", &A::ways, "several ways with their shares, in place of source, chunks and target");
  }
  bool operator==(const PlacedApp&) const = default;
};

struct Placement {
  std::vector<PlacedApp> apps;

  static void fields(auto& f) {
    f.required("apps", &Placement::apps, "each app once, in any order", items(1));
  }
  bool operator==(const Placement&) const = default;
};

// The field lists are instantiated once, in src/.
extern template const StructInfo& describe<Chunk>();
extern template const StructInfo& describe<PlacedWay>();
extern template const StructInfo& describe<PlacedApp>();
extern template const StructInfo& describe<Placement>();

}  // namespace synergy::schemas
