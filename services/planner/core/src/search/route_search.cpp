#include "route_search.hpp"

#include <algorithm>

namespace synergy::planner::search {

RouteSearch::RouteSearch(const Space& space, const RouteQuery& query)
    : space_(space),
      table_(space.pipelines[query.pipeline]),
      query_(query),
      dual_(space, query.pipeline, *query.dual),
      plain_(space, query.pipeline, *query.plain),
      own_(space.devices.size() * kUnits, 0.0),
      used_(space.devices.size(), false) {
  route_.pipeline = query.pipeline;
  most_chunks_ = query.most_chunks > 0 ? std::min(query.most_chunks, space.max_chunks) : space.max_chunks;
  peak_weight_ = query.ignores_peak ? 0 : space.peak_weight;
  rate_ = space.rates[query.pipeline];
  for (const auto& battery : space.batteries)
    if (battery.in_peak) peak_ = std::max(peak_, battery.base);
  if (query.beside != nullptr) peak_ = query.beside->value().peak;
}

bool RouteSearch::within(double dual, double plain, double peak) const {
  return query_.dual_base + dual < query_.limit &&
         query_.plain_base + plain + peak_weight_ * std::max(peak_, peak) < query_.limit;
}

void RouteSearch::add_load(int device, std::size_t part, double load) {
  if (load == 0) return;
  const auto unit = std::size_t(device) * kUnits + part;
  own_[unit] += load;
  if (!space_.in_peak(unit)) return;
  const double beside =
      query_.beside != nullptr ? query_.beside->load(std::uint32_t(unit)) : space_.base_of(unit);
  peak_ = std::max(peak_, own_[unit] + beside);
}

void RouteSearch::load_edge(const Edge& edge, int from, int to) {
  load(from, kCpu, edge.cpu_from);
  load(from, kAccelerator, edge.accelerator_from);
  load(from, kTx, edge.radio);
  load(to, kRx, edge.radio);
  load(to, kCpu, edge.cpu_to);
  load(to, kAccelerator, edge.accelerator_to);
  drain(from, edge.energy_from);
  drain(to, edge.energy_to);
}

/// Every end of a chunk that begins at `i` on `device`, with the costs up to its input being loaded.
void RouteSearch::consider(std::vector<Step>& steps, Step from, double dual, double plain, int device,
                           std::size_t i) const {
  const std::size_t n = table_.segments(), chunks = route_.segments.size() + 1;
  const bool must_end = chunks >= most_chunks_;
  for (std::size_t j = must_end ? n : i + 1; j <= n; ++j) {
    const auto& node = table_.node(space_.kind_of[std::size_t(device)], i, j);
    if (!node.valid) continue;
    if (chunks + (n - j) < table_.at_least) break;
    Step step = from;
    step.device = device;
    step.i = std::uint16_t(i);
    step.j = std::uint16_t(j);
    step.dual_cost = dual + dual_.node(device, i, j);
    step.plain_cost = plain + plain_.node(device, i, j);
    step.dual = step.dual_cost + query_.dual_completion->after(j, device);
    step.plain = step.plain_cost + query_.plain_completion->after(j, device);
    if (space_.batteries.empty())  // else none of these units counts
      step.peak = rate_ * std::max({node.infer, node.buffer, query_.bottleneck->after(j, device)});
    if (within(step.dual, step.plain, step.peak)) steps.push_back(step);
  }
}

std::vector<RouteSearch::Step> RouteSearch::openings() const {
  std::vector<Step> steps;
  for (const int source : table_.sources)
    for (int d = 0; d < int(used_.size()); ++d) {
      Step from{};
      from.source = source;
      consider(steps, from, dual_.source(source) + dual_.first(source, d),
               plain_.source(source) + plain_.first(source, d), d, 0);
    }
  return steps;
}

std::vector<RouteSearch::Step> RouteSearch::extensions(const Step& last) const {
  std::vector<Step> steps;
  for (int d = 0; d < int(used_.size()); ++d)
    if (!used_[std::size_t(d)])
      consider(steps, last, last.dual_cost + dual_.middle(last.j, last.device, d),
               last.plain_cost + plain_.middle(last.j, last.device, d), d, last.j);
  return steps;
}

bool RouteSearch::run(Budget& budget, const Visit& visit) {
  auto steps = openings();
  std::stable_sort(steps.begin(), steps.end(), [](const auto& a, const auto& b) { return a.dual < b.dual; });
  for (const auto& step : steps) {
    if (!within(step.dual, step.plain, step.peak)) continue;
    route_.source = step.source;
    if (!descend(step, budget, visit)) return false;
  }
  return true;
}

bool RouteSearch::descend(const Step& step, Budget& budget, const Visit& visit) {
  if (!budget.spend()) return false;
  const auto own = own_;
  const double peak = peak_;
  const auto kind = space_.kind_of[std::size_t(step.device)];
  const auto& node = table_.node(kind, step.i, step.j);
  if (step.i == 0) {
    load(step.source, kSensor, table_.sense);
    const auto source_kind = space_.kind_of[std::size_t(step.source)];
    load(step.source, kCpu, table_.prepare[source_kind]);
    drain(step.source, table_.prepare_energy[source_kind]);
    const bool local = step.source == step.device;
    load_edge(local ? table_.first_local(kind) : dual_.edge_at(0, step.source, step.device), step.source,
              step.device);
  } else {
    const int before = route_.segments.back().device;
    load_edge(dual_.edge_at(step.i, before, step.device), before, step.device);
  }
  load(step.device, kAccelerator, node.infer);
  load(step.device, kBuffer, node.buffer);
  drain(step.device, node.energy);
  if (query_.beside != nullptr) {
    const double added = query_.beside->added_switch(query_.pipeline, step.device, space_.switch_cost(node));
    add_load(step.device, kCpu, added);
    add_load(step.device, kAccelerator, added);
  }
  route_.segments.push_back({step.device, step.i, step.j});
  used_[std::size_t(step.device)] = true;
  bool go_on = true;
  if (within(step.dual, step.plain, step.peak)) {
    if (step.j == table_.segments()) {
      go_on = finish(step, visit);
    } else {
      auto steps = extensions(step);
      std::stable_sort(steps.begin(), steps.end(),
                       [](const auto& a, const auto& b) { return a.dual < b.dual; });
      for (const auto& next : steps) {
        if (!within(next.dual, next.plain, next.peak)) continue;
        go_on = descend(next, budget, visit);
        if (!go_on) break;
      }
    }
  }
  used_[std::size_t(step.device)] = false;
  route_.segments.pop_back();
  own_ = own;
  peak_ = peak;
  return go_on;
}

bool RouteSearch::finish(const Step& step, const Visit& visit) {
  if (route_.segments.size() < table_.at_least) return true;
  for (const int target : table_.targets) {
    const double dual = step.dual_cost + dual_.last(step.device, target) + dual_.target(target);
    const double plain = step.plain_cost + plain_.last(step.device, target) + plain_.target(target);
    if (!within(dual, plain, 0)) continue;
    route_.target = target;
    Route found = route_;
    complete(space_, found);
    if (table_.deadline > 0 && found.time > table_.deadline) continue;
    query_.limit = std::min(query_.limit, visit(found, query_.dual_base + dual));
  }
  return true;
}

}  // namespace synergy::planner::search
