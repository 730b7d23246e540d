// What `classify` finds: the answer to each picture, and their sums.
//
// Pure. The accuracy of a map of classes is that of its pixels.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "synergy/accel/model_files.hpp"
#include "synergy/cli/client.hpp"
#include "synergy/client/answer.hpp"
#include "synergy/schemas/fields.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::cli {

/// What the model's result is made of, as a plan's pipeline has it: kind, width, classes, pixels, names.
[[nodiscard]] schemas::PipelinePlan result_form(const accel::LoadedModel& model);

/// How many labels a picture gets: 1, or one for each pixel of a map; 0 where the result is raw.
[[nodiscard]] std::size_t labels_a_picture(const accel::LoadedModel& model);

struct Classification {
  std::uint64_t pictures = 0;
  std::vector<ClassCount> classes, pixels;
  std::optional<double> accuracy_percent;
  std::optional<std::uint64_t> outputs_that_differ;
  std::vector<Answer> answers;

  static void fields(auto& f) {
    using C = Classification;
    f.required("pictures", &C::pictures, "classified");
    f.required("classes", &C::classes, "of the pictures, the most frequent first");
    f.required("pixels", &C::pixels, "of maps: pixels of all pictures with each class");
    f.required("accuracy_percent", &C::accuracy_percent, "labels that are right; null without labels");
    f.required("outputs_that_differ", &C::outputs_that_differ,
               "pictures whose raw outputs are not those given; null when none were given");
    f.required("answers", &C::answers, "to each picture, in order");
  }
};

/// Adds what left the last layer for the next picture; returns how many of its labels are right, in `labels`
/// labels_a_picture() bytes or none.
std::size_t add_picture(const schemas::PipelinePlan& form, const schemas::Bytes& output,
                        std::span<const std::int32_t> labels, Classification& done);
/// Sums up, after the last picture.
void sum_up(const schemas::PipelinePlan& form, Classification& done);

[[nodiscard]] std::string to_text(const Classification& done);

}  // namespace synergy::cli

// The field list is instantiated once, in src/.
extern template const synergy::schemas::StructInfo&
synergy::schemas::describe<synergy::cli::Classification>();
