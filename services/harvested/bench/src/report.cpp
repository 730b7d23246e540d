#include "synergy/harvested_bench/report.hpp"

#include "synergy/schemas/describe.hpp"

namespace synergy::schemas {
template const StructInfo& describe<harvested_bench::BenchReport>();
template const StructInfo& describe<harvested_bench::Rows<harvested_bench::RatioRow>>();
template const StructInfo& describe<harvested_bench::Rows<harvested_bench::RunRow>>();
template const StructInfo& describe<harvested_bench::Rows<harvested_bench::SmallestRow>>();
template const StructInfo& describe<harvested_bench::Rows<harvested_bench::SizingRow>>();
template const StructInfo& describe<harvested_bench::Rows<harvested_bench::SharingRow>>();
template const StructInfo& describe<harvested_bench::Rows<harvested_bench::DeadlineRow>>();
template const StructInfo& describe<harvested_bench::Rows<harvested_bench::FidelityRow>>();
template const StructInfo& describe<harvested_bench::Rows<harvested_bench::DistanceRow>>();
}  // namespace synergy::schemas
