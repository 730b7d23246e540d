#include "synergy/harvested_offline/course.hpp"

#include <algorithm>
#include <utility>

namespace synergy::harvested_offline {

CourseMaker::CourseMaker(Duration length, std::size_t most_columns) {
  const auto most = Duration::rep(most_columns);
  course_.length = length;
  course_.width = Duration((length.count() + most - 1) / most);
  course_.columns.resize(std::size_t((length + course_.width - Duration(1)) / course_.width));
}

std::size_t CourseMaker::column_of(ModelTime time) const {
  return std::min(std::size_t(time.time_since_epoch() / course_.width), course_.columns.size() - 1);
}

void CourseMaker::add_time(ModelTime from, ModelTime to, accel_model::PowerState state) {
  while (from < to) {
    const auto index = column_of(from);
    const bool last = index + 1 == course_.columns.size();
    const auto end = last ? to : std::min(to, ModelTime(Duration::rep(index + 1) * course_.width));
    course_.columns[index].time_in[std::size_t(state)] += end - from;
    from = end;
  }
}

void CourseMaker::add(const harvested::RunPoint& point) {
  add_time(before_.at, point.at, before_.state);
  before_ = point;
  auto& column = course_.columns[column_of(point.at)];
  const ChargeAt charge{point.at, point.charge_uj};
  if (std::exchange(column.empty, false)) column.first = column.lowest = column.highest = charge;
  if (charge.uj < column.lowest.uj) column.lowest = charge;
  if (charge.uj > column.highest.uj) column.highest = charge;
  column.last = charge;
}

Course CourseMaker::finish(const harvested::RunReport& report, const accel_model::HarvestTrace& trace,
                           Duration into_trace) && {
  for (const auto& result : report.results) ++course_.columns[column_of(result.at)].results;
  for (std::size_t i = 0; i < course_.columns.size(); ++i) {
    const auto begin = Duration::rep(i) * course_.width;
    const auto end = std::min(begin + course_.width, course_.length);
    // An attojoule in a nanosecond is a nanowatt.
    course_.columns[i].harvest_uw =
        double(trace.energy(into_trace + begin, into_trace + end)) / double((end - begin).count()) * 1e-3;
  }
  return std::move(course_);
}

}  // namespace synergy::harvested_offline
