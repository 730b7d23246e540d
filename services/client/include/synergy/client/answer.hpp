// What a model answered, as a person and a script are shown it: a class, a map of classes, or values.
//
// Pure. An argmax is a class, or a map where the output has a class for each pixel; a softmax is a class and
// its values; raw output is values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "synergy/schemas/plan.hpp"
#include "synergy/schemas/run.hpp"

namespace synergy::client {

/// A class, and how often it was the answer: of results, or of a map's pixels.
struct ClassCount {
  std::int32_t label = 0;
  std::string name;
  std::uint64_t count = 0;
  static void fields(auto& f) {
    f.required("label", &ClassCount::label, "number of the class");
    f.required("name", &ClassCount::name, "its name, where the model gives names");
    f.required("count", &ClassCount::count, "how often it was the answer");
  }
  bool operator==(const ClassCount&) const = default;
};

/// The most frequent first; of classes that are as frequent, the lower number.
[[nodiscard]] std::vector<ClassCount> counted(const std::map<std::int32_t, std::uint64_t>& counts,
                                              const std::vector<std::string>& names);
/// `3 (three) x 12, 5 x 7 and 4 classes more`.
[[nodiscard]] std::string to_text(const std::vector<ClassCount>& classes);

/// So many values of an answer are shown.
inline constexpr std::size_t kValuesShown = 8;

struct Answer {
  std::optional<std::int32_t> label, score;
  std::string label_name;
  std::vector<ClassCount> pixels;          ///< of a map
  std::uint64_t values = 0;                ///< of raw or softmax output
  std::vector<std::int32_t> first_values;  ///< kValuesShown at most

  static void fields(auto& f) {
    using A = Answer;
    f.required("label", &A::label, "number of the class; null for maps and raw values");
    f.required("label_name", &A::label_name, "its name, where the model gives names");
    f.required("score", &A::score, "the class's output value; null for maps and raw values");
    f.required("pixels", &A::pixels, "of a map of classes: pixels with each class, the most frequent first");
    f.required("values", &A::values, "of a softmax or raw output: how many there are");
    f.required("first_values", &A::first_values, "the first of them");
  }
};

/// `class`, `map` or `values`.
[[nodiscard]] std::string kind_of_answer(const schemas::PipelinePlan& pipeline);

/// `output`: what leaves the last layer.
[[nodiscard]] Answer answer_of_output(const schemas::PipelinePlan& pipeline, schemas::Bytes output);
/// A result as it travels. Without its pipeline (nullptr) the output can only be counted in bytes.
[[nodiscard]] Answer answer_of(const schemas::PipelinePlan* pipeline, const schemas::RunResult& result);

/// In one line: `3 (three), value 93`; `map of 2304 pixels: 1 x 2000, 0 x 304`; `1024 values: 3 -1 0 ...`.
[[nodiscard]] std::string to_text(const Answer& answer);

}  // namespace synergy::client
