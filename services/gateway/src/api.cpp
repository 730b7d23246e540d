#include "synergy/gateway/api.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "synergy/base/text.hpp"
#include "synergy/base/visible_text.hpp"
#include "synergy/gateway/json_object.hpp"
#include "synergy/planner_offline/solve_report.hpp"
#include "synergy/schemas/decode.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::gateway {
namespace {

constexpr std::string_view kOnePlan = "/api/plans/";

Answer json(std::string text) {
  Answer answer;
  answer.body = std::move(text);
  return answer;
}

/// The reply as JSON, or its error.
template <class T>
Answer told(const Result<T>& reply) {
  return reply ? json(schemas::to_json(*reply)) : answer_of(reply.error());
}

Result<std::uint64_t> number_of(std::string_view what, std::string_view text, std::uint64_t least,
                                std::uint64_t most) {
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec == std::errc{} && read.ptr == text.data() + text.size() && number >= least && number <= most)
    return number;
  return Error{ErrorCode::kInvalid, "'" + std::string(what) + "' is a number from " + std::to_string(least) +
                                        " to " + std::to_string(most) + ", not '" + visible(text) + "'"};
}

Result<std::uint32_t> limit_of(const Request& request) {
  const auto text = request.parameter("limit");
  if (!text) return kUsualLines;
  const auto number = number_of("limit", *text, 1, kMaxLines);
  if (!number) return number.error();
  return std::uint32_t(*number);
}

bool is_set(const Request& request, std::string_view name) {
  const auto text = request.parameter(name);
  return text && *text != "0" && *text != "false";
}

std::vector<std::string> names_in(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    if (comma > 0) names.emplace_back(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return names;
}

struct DeviceNamed {
  DeviceId device;
  static void fields(auto& f) {
    f.required("device", &DeviceNamed::device, "the device", schemas::kPlainName);
  }
};

struct Version {
  std::string version, mesh;
  double time_scale = 1;
  static void fields(auto& f) {
    f.required("version", &Version::version, "of the gateway");
    f.required("mesh", &Version::mesh, "the body's name; empty: not known yet");
    f.required("time_scale", &Version::time_scale, "host seconds per emulated second");
  }
};

struct Replanned {
  std::uint64_t id = 0;
  std::string policy;
  schemas::Objective objective = schemas::Objective::kFair;
  schemas::Residency residency = schemas::Residency::kResident;
  schemas::PlanStatus status = schemas::PlanStatus::kHeuristic;
  std::optional<schemas::StoppedBy> stopped_by;
  double rounds_per_second = 0, objective_value = 0;
  std::string bottleneck, reason;
  static void fields(auto& f) {
    using R = Replanned;
    f.required("id", &R::id, "the plan's number");
    f.required("policy", &R::policy, "what chose it");
    f.required("objective", &R::objective, "what was sought");
    f.required("residency", &R::residency, "resident, reload or needed");
    f.required("status", &R::status, "optimal, bounded or heuristic");
    f.required("stopped_by", &R::stopped_by, "what ended the search; null: nothing did");
    f.required("rounds_per_second", &R::rounds_per_second, "the lowest of its apps' rates");
    f.required("objective_value", &R::objective_value, "by the objective");
    f.required("bottleneck", &R::bottleneck, "of the app with the lowest rate");
    f.required("reason", &R::reason, "why this plan");
  }
};

Replanned summary_of(const schemas::CollaborationPlan& plan) {
  return {plan.id,         plan.policy,     plan.objective,         plan.residency,
          plan.status,     plan.stopped_by, plan.rounds_per_second, plan.objective_value,
          plan.bottleneck, plan.reason};
}

}  // namespace

bool Api::has(const Request& request) { return request.path == "/api" || request.path.starts_with("/api/"); }

std::span<const Api::Route> Api::routes() {
  static constexpr std::array<Route, 19> kRoutes{{
      {"GET", "/api/version", &Api::version},   {"GET", "/api/state", &Api::state},
      {"GET", "/api/stream", &Api::stream},     {"GET", "/api/plan", &Api::plan},
      {"GET", "/api/plans", &Api::plans},       {"GET", kOnePlan, &Api::one_plan},
      {"GET", "/api/results", &Api::results},   {"GET", "/api/events", &Api::events},
      {"GET", "/api/tasks", &Api::tasks},       {"GET", "/api/compare", &Api::compare},
      {"GET", kRecordingPath, &Api::recording}, {"POST", kRecordingPath, &Api::play},
      {"POST", "/api/feed", &Api::feed},        {"POST", "/api/ask", &Api::ask},
      {"POST", "/api/submit", &Api::submit},    {"POST", "/api/stop", &Api::stop},
      {"POST", "/api/replan", &Api::replan},    {"POST", "/api/leave", &Api::leave},
      {"POST", "/api/join", &Api::join},
  }};
  return kRoutes;
}

Answer Api::answer(const Request& request) {
  // A stream has no end, so nobody can ask what it would be.
  const std::string_view method =
      request.method == "HEAD" && request.path != "/api/stream" ? "GET" : std::string_view(request.method);
  const Route* other = nullptr;
  for (const auto& route : routes()) {
    const bool fits =
        route.path.ends_with('/') ? request.path.starts_with(route.path) : request.path == route.path;
    if (!fits) continue;
    if (route.method == method) {
      if (auto refused = refused_of_recording(request)) return std::move(*refused);
      return (this->*route.handler)(request);
    }
    other = &route;
  }
  if (other == nullptr)
    return answer_of({ErrorCode::kNotFound, "there is nothing at '" + visible(request.path) +
                                                "'; what there is: services/gateway/README.md"});
  auto refused =
      refusal(405, "invalid", std::string(other->path) + " is asked with " + std::string(other->method));
  refused.headers.emplace_back("Allow", std::string(other->method));
  return refused;
}

Answer Api::version(const Request&) {
  const auto body = board_.body();
  return json(schemas::to_json(Version{version_, body ? body->name : "", body ? body->time_scale : 1}));
}

Answer Api::state(const Request&) { return json(snapshot()); }

Answer Api::stream(const Request& request) {
  auto source = hub_.join(is_set(request, "tasks"), [this] { return snapshot(); });
  if (!source) return answer_of(source.error());
  Answer answer;
  answer.type = "text/event-stream";
  answer.stream = std::move(*source);
  return answer;
}

Answer Api::plan(const Request&) {
  const auto plan = board_.plan();
  JsonObject all;
  if (!plan)
    return json(all.add("plan", "null")
                    .add("bottleneck", "\"\"")
                    .add("runners_up", "[]")
                    .add("why", "\"there is no plan yet: no app was accepted\"")
                    .add("explanation", "null")
                    .text());
  return json(all.add("plan", schemas::to_json(*plan))
                  .add("bottleneck", schemas::to_json(plan->bottleneck))
                  .add("runners_up", schemas::to_json(mesh_.compared().runners_up))
                  .add("why", schemas::to_json(plan->reason))
                  .add("explanation", schemas::to_json(planner_offline::make_report(*plan)))
                  .text());
}

Answer Api::plans(const Request& request) {
  const auto limit = limit_of(request);
  if (!limit) return answer_of(limit.error());
  return told(mesh_.ask(schemas::QueryHistory{*limit}));
}

Answer Api::one_plan(const Request& request) {
  const auto id = number_of("the plan's number", std::string_view(request.path).substr(kOnePlan.size()), 1,
                            schemas::kMaxWholeNumber);
  if (!id) return answer_of(id.error());
  return told(mesh_.ask(schemas::QueryPlan{*id}));
}

Result<std::vector<schemas::RunRecord>> Api::newest_runs(const schemas::AppStatus& app, std::uint32_t limit) {
  schemas::QueryRuns query;
  query.app = app.request.app;
  query.first_run = app.next_run > limit ? app.next_run - limit : 0;
  query.limit = limit;
  auto table = mesh_.ask(query);
  if (!table) return table.error();
  return std::move(table->runs);
}

Answer Api::results(const Request& request) {
  const auto limit = limit_of(request);
  if (!limit) return answer_of(limit.error());
  const auto apps = board_.apps();
  const auto wanted = request.parameter("app");
  std::vector<std::string> known;
  schemas::RunTable all;
  bool found = !wanted;
  for (const auto& app : apps ? apps->apps : std::vector<schemas::AppStatus>()) {
    known.push_back(app.request.app.text());
    if (wanted && *wanted != known.back()) continue;
    found = true;
    auto runs = newest_runs(app, *limit);
    if (!runs) return answer_of(runs.error());
    std::move(runs->begin(), runs->end(), std::back_inserter(all.runs));
  }
  if (!found) return answer_of({ErrorCode::kNotFound, unknown_name("app", visible(*wanted), known)});
  std::sort(all.runs.begin(), all.runs.end(), [](const auto& a, const auto& b) {
    return std::tie(a.recorded, a.run) > std::tie(b.recorded, b.run);
  });
  if (all.runs.size() > *limit) all.runs.resize(*limit);
  return json(schemas::to_json(all));
}

Answer Api::events(const Request& request) {
  const auto limit = limit_of(request);
  if (!limit) return answer_of(limit.error());
  return told(mesh_.ask(schemas::QueryEvents{*limit}));
}

Status Api::check_device(const DeviceId& device) const {
  const auto body = board_.body();
  if (!body) return Error{ErrorCode::kUnavailable, "the body is not known yet: the monitor publishes it"};
  if (body->find(device) != nullptr) return {};
  std::vector<std::string> known;
  for (const auto& one : body->devices) known.push_back(one.id.text());
  return Error{ErrorCode::kNotFound, unknown_name("device", visible(device.text()), known)};
}

Answer Api::tasks(const Request& request) {
  const DeviceId device(request.parameter("device").value_or(""));
  if (device.empty()) return answer_of({ErrorCode::kInvalid, "say of which device: /api/tasks?device=NAME"});
  if (auto status = check_device(device); !status) return answer_of(status.error());
  schemas::QueryTasks query;
  if (const auto since = request.parameter("since_ns")) {
    const auto number = number_of("since_ns", *since, 0, schemas::kMaxWholeNumber);
    if (!number) return answer_of(number.error());
    query.since = ModelTime(Duration(std::int64_t(*number)));
  }
  return told(mesh_.ask(device, query));
}

Answer Api::compare(const Request& request) {
  return told(mesh_.compare(names_in(request.parameter("policies").value_or(""))));
}

Answer Api::submit(const Request& request) {
  const auto app = schemas::from_json<schemas::AppRequest>(request.body);
  if (!app) return answer_of(app.error().at("the app"));
  if (is_set(request, "dry_run")) return told(mesh_.ask(schemas::AppTry{*app}));
  return told(mesh_.ask(schemas::AppSubmit{*app}));
}

Answer Api::stop(const Request& request) {
  const auto command = schemas::from_json<schemas::AppStop>(request.body);
  if (!command) return answer_of(command.error());
  return told(mesh_.ask(*command));
}

Answer Api::replan(const Request& request) {
  const auto command = schemas::from_json<schemas::PlanAgain>(request.body);
  if (!command) return answer_of(command.error());
  const auto plan = mesh_.ask(*command);
  return plan ? json(schemas::to_json(summary_of(*plan))) : answer_of(plan.error());
}

Answer Api::move(const Request& request, DeviceMove move) {
  const auto named = schemas::from_json<DeviceNamed>(request.body);
  if (!named) return answer_of(named.error());
  if (auto status = check_device(named->device); !status) return answer_of(status.error());
  if (auto status = mesh_.move(named->device, move); !status) return answer_of(status.error());
  return json(schemas::to_json(*named));
}

}  // namespace synergy::gateway
