// Rows of a store file for other programs: exact values under names that stay.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"
#include "synergy/base/strong_id.hpp"

namespace synergy::store {

enum class ExportKind {
  kRuns,    ///< a row for each run, by app and number
  kPlans,   ///< a row for each plan, by number
  kEvents,  ///< a row for each event, in the order they were kept
  kHours,   ///< a row for each hour, app, plan and outcome of runs that are not kept by themselves any more
            ///< (retention.hpp)
};

/// What is given must all hold. An event has no app and no device, an hour no device; a plan has those that
/// it uses, a run those that it crossed.
struct ExportFilter {
  std::optional<UnixTime> since, until;  ///< recorded, made or decided from then on; before then
  std::optional<AppId> app;
  std::optional<DeviceId> device;
};

/// Nothing: the store does not know.
using ExportValue = std::variant<std::monostate, std::int64_t, double, std::string>;

/// Called in this order: `columns` once, `row` for each row with as many values. False from either ends the
/// work.
struct ExportSink {
  std::function<bool(std::span<const std::string>)> columns;
  std::function<bool(std::span<const ExportValue>)> row;
};

/// Reads through a connection of its own that can not write, beside a running mesh or not, and holds one row
/// at a time. All rows are of one moment. Fails with kNotFound where there is no file, kInvalid for a filter
/// that the kind has not (an event's app, an hour's device), kEnvironment where the file is of another schema
/// version (the message says what to do), kUnavailable where the sink ended it, and as check_file where it
/// can not be read.
[[nodiscard]] Status export_rows(const std::filesystem::path& file, ExportKind kind,
                                 const ExportFilter& filter, const ExportSink& sink);

}  // namespace synergy::store
