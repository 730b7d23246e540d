// Table D: the smallest capacitors, as `synergy intermittent size` has them.
#include "synergy/intermittent_offline/size_report.hpp"
#include "tables.hpp"

namespace synergy::harvested_bench {
namespace {

Result<SmallestRow> smallest_of(const Subject& subject) {
  SmallestRow row;
  row.figures = subject.figures;
  row.model = subject.model();
  constexpr double kNoSweep = 0;
  const auto report = intermittent_offline::size(subject.planned, kNoSweep);
  if (!report && report.error().code != ErrorCode::kNoFit) return report.error();
  if (!report) {
    row.reason = report.error().message;
    return row;
  }
  for (const auto& line : report->sizes) {
    if (line.cut == "whole") row.whole_uf = line.smallest_uf;
    if (line.cut == "layer") row.pieces_uf = line.smallest_uf;
    if (line.cut != "best") continue;
    row.smallest_uf = line.smallest_uf;
    row.need_uj = line.need_uj;
    row.hardest = line.layers;
  }
  return row;
}

}  // namespace

Result<std::vector<SmallestRow>> smallest_capacitors(const Subjects& subjects) {
  std::vector<SmallestRow> rows;
  for (const auto& subject : subjects.all) {
    auto row = smallest_of(subject);
    if (!row) return row.error();
    rows.push_back(*std::move(row));
  }
  return rows;
}

}  // namespace synergy::harvested_bench
