// Compares what we compute with what was recorded, in every respect that a folder tells of.
//
// Nothing is printed and nothing stops at the first difference; a report says all of them in words.
#pragma once

#include <string>
#include <vector>

#include "synergy/accel_kat/known_answer.hpp"
#include "synergy/schemas/encode.hpp"
#include "synergy/schemas/fields.hpp"

namespace synergy::accel_kat {

/// Which of the two implementations of the arithmetic is judged.
enum class Path { kReference, kFast };

/// Every layer's output, in the order of the program. Fails with kInternal when the fast path contradicts
/// itself.
[[nodiscard]] Result<std::vector<accel::LayerOutput>> compute_outputs(const KnownAnswer& answer, Path path);

struct CaseReport {
  std::string name, device;
  bool passed = false;
  std::string error;            ///< why the folder could not be read; all else is empty then
  std::uint64_t layers = 0;     ///< whose outputs were compared
  std::uint64_t estimates = 0;  ///< layers whose cycles are an estimate of the vendor's tool
  std::uint64_t images = 0;     ///< memory images compared
  std::vector<std::uint32_t> mismatching_layers;  ///< output, accumulator or operator input differ
  std::vector<std::uint32_t> cycle_mismatches;    ///< estimates not among them
  std::vector<std::uint32_t> estimate_mismatches;
  std::vector<std::uint32_t> placement_mismatches;  ///< columns of weight memory
  std::vector<std::string> image_mismatches;        ///< file and first word
  std::vector<std::string> resource_mismatches;     ///< also totals of cycles, and refusals of a rule
  /// One sentence a difference, in the order of the lists above.
  std::vector<std::string> differences;

  static void fields(auto& f) {
    using R = CaseReport;
    f.required("name", &R::name, "of the case");
    f.required("device", &R::device, "MAX78000 or MAX78002");
    f.required("passed", &R::passed, "whether all agrees");
    f.required("error", &R::error, "why the folder could not be read");
    f.required("layers", &R::layers, "whose outputs were compared");
    f.required("estimates", &R::estimates, "layers with cycles that are an estimate");
    f.required("images", &R::images, "memory images compared");
    f.required("mismatching_layers", &R::mismatching_layers, "numbers of layers with other values");
    f.required("cycle_mismatches", &R::cycle_mismatches, "numbers of layers with other cycles");
    f.required("estimate_mismatches", &R::estimate_mismatches, "the same where cycles are an estimate");
    f.required("placement_mismatches", &R::placement_mismatches, "numbers of layers placed elsewhere");
    f.required("image_mismatches", &R::image_mismatches, "images that differ");
    f.required("resource_mismatches", &R::resource_mismatches, "bytes, columns, refusals that differ");
    f.required("differences", &R::differences, "all differences in words");
  }
};

/// `outputs` as `compute_outputs` returns them.
[[nodiscard]] CaseReport check(const KnownAnswer& answer, const std::vector<accel::LayerOutput>& outputs);

/// Reads, computes and compares one folder; a failure of either is the report's `error`.
[[nodiscard]] CaseReport check_folder(const std::filesystem::path& folder, Path path);

struct Summary {
  std::uint64_t cases = 0, passed = 0, failed = 0, unreadable = 0;
  std::uint64_t layers = 0, mismatching_layers = 0, cycle_mismatches = 0;
  std::uint64_t estimates = 0, estimate_mismatches = 0, placement_mismatches = 0;
  std::uint64_t images = 0, image_mismatches = 0, resource_mismatches = 0;

  static void fields(auto& f) {
    using S = Summary;
    f.required("cases", &S::cases, "folders");
    f.required("passed", &S::passed, "in which all agrees");
    f.required("failed", &S::failed, "all others");
    f.required("unreadable", &S::unreadable, "of these, damaged or not to be resolved");
    f.required("layers", &S::layers, "whose outputs were compared");
    f.required("mismatching_layers", &S::mismatching_layers, "with other values");
    f.required("cycle_mismatches", &S::cycle_mismatches, "layers with other cycles");
    f.required("estimates", &S::estimates, "layers whose cycles are an estimate");
    f.required("estimate_mismatches", &S::estimate_mismatches, "of these, with others");
    f.required("placement_mismatches", &S::placement_mismatches, "layers placed elsewhere");
    f.required("images", &S::images, "memory images compared");
    f.required("image_mismatches", &S::image_mismatches, "that differ");
    f.required("resource_mismatches", &S::resource_mismatches, "bytes, columns, refusals");
  }
};

[[nodiscard]] Summary summarize(const std::vector<CaseReport>& reports);

}  // namespace synergy::accel_kat
