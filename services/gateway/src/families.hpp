// Metric families, put together figure by figure. A family's name and help are given with each figure; the
// first help counts.
#pragma once

#include <prometheus/metric_family.h>

#include <map>
#include <string>
#include <vector>

namespace synergy::gateway {

using Label = prometheus::ClientMetric::Label;

class Families {
 public:
  void gauge(const std::string& name, const std::string& help, std::vector<Label> labels, double value) {
    auto& metric = add(name, help, prometheus::MetricType::Gauge, std::move(labels));
    metric.gauge.value = value;
  }
  void counter(const std::string& name, const std::string& help, std::vector<Label> labels, double value) {
    auto& metric = add(name, help, prometheus::MetricType::Counter, std::move(labels));
    metric.counter.value = value;
  }
  /// By name.
  [[nodiscard]] std::vector<prometheus::MetricFamily> all() const {
    std::vector<prometheus::MetricFamily> list;
    for (const auto& [name, family] : families_) list.push_back(family);
    return list;
  }

 private:
  prometheus::ClientMetric& add(const std::string& name, const std::string& help, prometheus::MetricType type,
                                std::vector<Label> labels) {
    auto& family = families_[name];
    if (family.metric.empty()) family = {name, help, type, {}};
    family.metric.emplace_back().label = std::move(labels);
    return family.metric.back();
  }

  std::map<std::string, prometheus::MetricFamily> families_;
};

}  // namespace synergy::gateway
