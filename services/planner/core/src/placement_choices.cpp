#include "placement_choices.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "synergy/accel_model/program.hpp"
#include "synergy/base/text.hpp"
#include "synergy/schemas/limits.hpp"

namespace synergy::planner {
namespace {

using schemas::Chunk;
using schemas::PlacedApp;

/// Shares that people write by hand sum to 1 only nearly; verify() is stricter.
constexpr double kShareSlack = 1e-6, kExactShares = 1e-12;

std::string layers_text(std::uint64_t first, std::uint64_t last) {
  return first == last ? "layer " + std::to_string(first)
                       : "layers " + std::to_string(first) + " to " + std::to_string(last);
}

std::string layers_are(std::uint64_t first, std::uint64_t last, const std::string& what) {
  return layers_text(first, last) + (first == last ? " is " : " are ") + what;
}
std::string left_out(std::uint64_t first, std::uint64_t last) { return layers_are(first, last, "left out"); }

template <class Ids>
std::vector<std::string> texts_of(const Ids& ids) {
  std::vector<std::string> texts;
  for (const auto& id : ids) texts.push_back(id.text());
  return texts;
}

class Reading {
 public:
  Reading(CostModel& costs, const SolveOptions& options)
      : costs_(costs), problem_(costs.problem()), options_(options) {}

  Result<PlacedChoices> read(const schemas::Placement& placement) {
    constexpr auto kNowhere = std::size_t(-1);
    PlacedChoices made{Choices(problem_.pipelines.size()),
                       std::vector<std::size_t>(problem_.pipelines.size(), kNowhere)};
    for (std::size_t i = 0; i < placement.apps.size(); ++i) {
      const auto& placed = placement.apps[i];
      const auto where = place_of_app(i);
      const auto p = pipeline_of(placed.app);
      if (!p) {
        findings_.note(where + ".app", unknown_name("app", placed.app.text(), app_names()));
      } else if (made.place[*p] != kNowhere) {
        findings_.note(where + ".app", "app '" + placed.app.text() + "' is named twice: the first is " +
                                           place_of_app(made.place[*p]));
      } else {
        made.place[*p] = i;
        made.choices[*p] = read_app(where, *p, placed);
      }
    }
    for (std::size_t p = 0; p < made.place.size(); ++p)
      if (made.place[p] == kNowhere)
        findings_.note("apps", "app '" + app(p).app.text() + "' is missing: say which chunks it has");
    std::size_t ways = 0;
    for (const auto& choice : made.choices) ways += choice.executions.size();
    if (ways > schemas::kMaxRunsPerCycle)
      findings_.note("apps", "there are " + std::to_string(ways) + " ways; a cycle has a run of each, and " +
                                 std::to_string(schemas::kMaxRunsPerCycle) + " runs at most");
    if (findings_.any()) return findings_.error(ErrorCode::kInvalid);
    judge_chunks_alone(made);
    if (findings_.any()) return findings_.error(ErrorCode::kNoFit);
    if (const auto room = find_residents(problem_, made.choices, options_.residency); !room)
      return no_room(made, room.error());
    return made;
  }

 private:
  [[nodiscard]] const schemas::AppRequest& app(std::size_t p) const { return problem_.pipelines[p].app; }
  [[nodiscard]] std::optional<std::size_t> pipeline_of(const AppId& id) const {
    for (std::size_t p = 0; p < problem_.pipelines.size(); ++p)
      if (app(p).app == id) return p;
    return std::nullopt;
  }
  [[nodiscard]] std::vector<std::string> app_names() const {
    std::vector<std::string> names;
    for (std::size_t p = 0; p < problem_.pipelines.size(); ++p) names.push_back(app(p).app.text());
    return names;
  }

  Choice read_app(const std::string& where, std::size_t p, const PlacedApp& placed) {
    if (placed.ways.empty()) {
      if (!placed.chunks.empty())
        return {{read_way(where, p, {1, placed.source, placed.target, placed.chunks})}};
      findings_.note(where, "app '" + placed.app.text() +
                                "' has no 'chunks'; write them, or several 'ways' with their shares");
      return {};
    }
    if (!placed.chunks.empty())
      findings_.note(where + ".chunks", "'ways' take the place of 'chunks': leave one of them out");
    if (!placed.source.empty())
      findings_.note(where + ".source", "each of the 'ways' has a source of its own: write it there");
    if (!placed.target.empty())
      findings_.note(where + ".target", "each of the 'ways' has a target of its own: write it there");
    Choice choice;
    double sum = 0;
    for (std::size_t w = 0; w < placed.ways.size(); ++w) {
      const auto place = where + ".ways[" + std::to_string(w) + "]";
      if (!(placed.ways[w].share > 0)) findings_.note(place + ".share", "a share must be above 0");
      sum += placed.ways[w].share;
      choice.executions.push_back(read_way(place, p, placed.ways[w]));
    }
    if (std::abs(sum - 1) > kShareSlack)
      findings_.note(where + ".ways", "the shares sum to " + std::to_string(sum) + "; they must sum to 1");
    else if (std::abs(sum - 1) > kExactShares)
      for (auto& execution : choice.executions) execution.share /= sum;
    return choice;
  }

  ExecutionChoice read_way(const std::string& where, std::size_t p, const schemas::PlacedWay& way) {
    const auto& pipeline = problem_.pipelines[p];
    ExecutionChoice choice{way.share, {}, {}, way.chunks};
    choice.source = end_of(where, "source", way.source, pipeline.app.sensing,
                           sources_for(problem_.body, pipeline), "can sense '");
    choice.target = end_of(where, "target", way.target, pipeline.app.interaction,
                           targets_for(problem_.body, pipeline), "has '");
    read_chunks(where, p, way.chunks);
    return choice;
  }

  /// The device at one end of a way. `able`: those that may be it. `does` begins what they do.
  DeviceId end_of(const std::string& where, const std::string& end, const DeviceId& given,
                  const schemas::Requirement& need, const Result<std::vector<DeviceId>>& able,
                  const std::string& does) {
    const auto place = where + "." + end;
    if (!given.empty() && !is_there(place, given)) return given;
    if (!able) {
      findings_.note(place, able.error().message);
    } else if (given.empty()) {
      if (able->size() == 1) return able->front();
      findings_.note(
          place, "several devices can be the " + end + ": write one of them: " + list_of(texts_of(*able)));
    } else if (!need.on.empty() && given != need.on) {
      findings_.note(place, "the app insists on device '" + need.on.text() + "'");
    } else if (std::find(able->begin(), able->end(), given) == able->end()) {
      findings_.note(place, "'" + given.text() + "' is no device that " + does + need.needs +
                                "' for this app; those that are: " + list_of(texts_of(*able)));
    }
    return given;
  }

  bool is_there(const std::string& where, const DeviceId& id) {
    std::vector<std::string> known;
    for (const auto& device : problem_.body.devices) known.push_back(device.id.text());
    if (problem_.body.find(id) == nullptr)
      findings_.note(where, unknown_name("device", id.text(), known));
    else if (problem_.body.is_absent(id))
      findings_.note(where, "device '" + id.text() + "' is absent now");
    else
      return true;
    return false;
  }

  void read_chunks(const std::string& where, std::size_t p, const std::vector<Chunk>& chunks) {
    const auto count = problem_.pipelines[p].model.program.layers.size();
    if (chunks.empty()) return findings_.note(where, "a way has no 'chunks'");
    std::set<DeviceId> used;
    std::uint64_t next = 0;
    bool follow = true;
    for (std::size_t k = 0; k < chunks.size(); ++k) {
      const auto place = where + ".chunks[" + std::to_string(k) + "]";
      const auto& chunk = chunks[k];
      (void)is_there(place + ".device", chunk.device);
      if (!used.insert(chunk.device).second)
        findings_.note(place + ".device", "device '" + chunk.device.text() +
                                              "' is used twice; a way has one chunk on a device at most");
      if (follow) follow = follows(place, p, chunk, next);
      next = std::uint64_t(chunk.last_layer) + 1;
    }
    if (follow && next != count)
      findings_.note(
          where + ".chunks[" + std::to_string(chunks.size() - 1) + "].last_layer",
          left_out(next, count - 1) + ": the last chunk must end with layer " + std::to_string(count - 1));
    const auto most = options_.max_chunks;
    if (chunks.size() < app(p).at_least_devices)
      findings_.note(where + ".chunks", "the app wants " + std::to_string(app(p).at_least_devices) +
                                            " devices at least (at_least_devices)");
    if (most > 0 && chunks.size() > most)
      findings_.note(where + ".chunks", "at most " + std::to_string(most) + " chunks are asked for");
  }

  /// Whether the chunk takes up where the one before ended: with layer `next`.
  bool follows(const std::string& place, std::size_t p, const Chunk& chunk, std::uint64_t next) {
    const auto& program = problem_.pipelines[p].model.program;
    const auto count = program.layers.size();
    const auto first = place + ".first_layer";
    const std::string begins = ": this chunk must begin with layer ";
    if (chunk.last_layer >= count) {
      findings_.note(place + ".last_layer",
                     "model '" + app(p).model.text() + "' has " + layers_text(0, count - 1) + " only");
    } else if (chunk.last_layer < chunk.first_layer) {
      findings_.note(place, "the chunk's last layer is before its first");
    } else if (chunk.first_layer > next) {
      findings_.note(first, left_out(next, chunk.first_layer - 1) + begins + std::to_string(next));
    } else if (chunk.first_layer < next) {
      findings_.note(first, layers_are(chunk.first_layer, next - 1, "in the chunk before already") + begins +
                                std::to_string(next));
    } else if (const auto cuts = accel_model::clean_cuts(program);
               next != 0 && !std::binary_search(cuts.begin(), cuts.end(), std::uint32_t(next))) {
      std::vector<std::string> possible;
      for (const auto cut : cuts) possible.push_back(std::to_string(cut));
      findings_.note(first, "more than one tensor is live before layer " + std::to_string(next) +
                                "; chunks may begin with layers " + list_of(possible));
    } else {
      return true;
    }
    return false;
  }

  /// Calls `see(path, p, chunk)` for each chunk, in the problem's order, until it returns false.
  template <class See>
  void each_chunk(const PlacedChoices& made, See see) const {
    for (std::size_t p = 0; p < made.choices.size(); ++p) {
      const auto& executions = made.choices[p].executions;
      for (std::size_t e = 0; e < executions.size(); ++e)
        for (std::size_t k = 0; k < executions[e].chunks.size(); ++k) {
          auto path = place_of_app(made.place[p]);
          if (executions.size() > 1) path += ".ways[" + std::to_string(e) + "]";
          if (!see(path + ".chunks[" + std::to_string(k) + "]", p, executions[e].chunks[k])) return;
        }
    }
  }

  void judge_chunks_alone(const PlacedChoices& made) {
    each_chunk(made, [&](const std::string& path, std::size_t p, const Chunk& chunk) {
      const auto& device = *problem_.body.find(chunk.device);
      const auto& cost = costs_.chunk(p, chunk.first_layer, chunk.last_layer, device);
      if (!cost) findings_.note(path, "device '" + chunk.device.text() + "': " + cost.error().message);
      return true;
    });
  }

  /// Names the first chunk that finds no room beside those before it.
  Error no_room(const PlacedChoices& made, const Refusal& refusal) {
    Choices part(made.choices.size());
    each_chunk(made, [&](const std::string& path, std::size_t p, const Chunk& chunk) {
      part[p].executions.push_back({1, {}, {}, {chunk}});
      const auto room = find_residents(problem_, part, options_.residency);
      if (!room)
        findings_.note(path, layers_text(chunk.first_layer, chunk.last_layer) + " of app '" +
                                 app(p).app.text() +
                                 "' do not fit beside the chunks before them: " + room.error().reason);
      return room.has_value();
    });
    if (!findings_.any()) findings_.note("apps", refusal.reason);
    return findings_.error(ErrorCode::kNoFit);
  }

  CostModel& costs_;
  const Problem& problem_;
  const SolveOptions& options_;
  PlacementFindings findings_;
};

}  // namespace

void PlacementFindings::note(const std::string& where, const std::string& what) {
  text_ += (text_.empty() ? "" : "\n") + where + ": " + what;
}

std::string place_of_app(std::size_t index) { return "apps[" + std::to_string(index) + "]"; }

Result<PlacedChoices> choices_of(CostModel& costs, const schemas::Placement& placement,
                                 const SolveOptions& options) {
  return Reading(costs, options).read(placement);
}

}  // namespace synergy::planner
