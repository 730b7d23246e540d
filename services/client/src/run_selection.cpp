#include "synergy/client/run_selection.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace synergy::client {
namespace {

using schemas::RunRecord;

constexpr std::uint32_t kPage = 1000;

std::uint64_t before(std::uint64_t run, std::uint64_t by) { return run - std::min(run, by); }

class Search {
 public:
  Search(const ReadRuns& read, std::uint64_t next_run, const RunSelection& selection)
      : read_(read), wanted_(selection), begin_(selection.first_run), end_(next_run) {}

  Result<SelectedRuns> run() {
    if (auto status = narrow(); !status) return status.error();
    if (auto status = find_end(); !status) return status.error();
    return newest();
  }

 private:
  [[nodiscard]] std::uint64_t last() const { return wanted_.last.value_or(kUsualRuns); }
  static bool crossed(const RunRecord& run, const DeviceId& device) {
    return std::find(run.devices.begin(), run.devices.end(), device) != run.devices.end();
  }
  [[nodiscard]] bool matches(const RunRecord& run) const {
    return run.run >= wanted_.first_run && (!wanted_.since || run.recorded >= *wanted_.since) &&
           (!wanted_.until || run.recorded < *wanted_.until) &&
           (!wanted_.plan || run.plan_id == *wanted_.plan) &&
           (!wanted_.device || crossed(run, *wanted_.device));
  }

  /// The first number from which on `late` holds of runs, as far as runs are in order.
  template <class Late>
  Result<std::uint64_t> first_that(const Late& late) {
    auto low = begin_, high = end_;
    while (low < high) {
      const auto middle = low + (high - low) / 2;
      const auto found = read_(middle, 1);
      if (!found) return found.error();
      if (found->empty() || found->front().run >= high || late(found->front()))
        high = middle;
      else
        low = found->front().run + 1;
    }
    return low;
  }

  /// Moves the bounds next to what is wanted.
  Status narrow() {
    if (wanted_.since) {
      const auto first = first_that([&](const RunRecord& run) { return run.recorded >= *wanted_.since; });
      if (!first) return first.error();
      begin_ = std::max(wanted_.first_run, before(*first, kRunsUnderWay));
    }
    if (wanted_.until) {
      const auto end = first_that([&](const RunRecord& run) { return run.recorded >= *wanted_.until; });
      if (!end) return end.error();
      end_ = std::min(end_, *end + kRunsUnderWay);
    }
    if (!wanted_.plan) return {};
    const auto first = first_that([&](const RunRecord& run) { return run.plan_id >= *wanted_.plan; });
    if (!first) return first.error();
    const auto last = first_that([&](const RunRecord& run) { return run.plan_id > *wanted_.plan; });
    if (!last) return last.error();
    begin_ = std::max(begin_, before(*first, kRunsUnderWay));
    plan_end_ = *last;
    return {};
  }

  /// A run that was repeated under a later plan may have stopped the search for the plan's last one too
  /// early.
  Status find_end() {
    if (!plan_end_) return {};
    auto end = *plan_end_;
    while (end < end_) {
      const auto page = read_(end, kPage);
      if (!page) return page.error();
      const auto last_match =
          std::find_if(page->rbegin(), page->rend(), [&](const RunRecord& run) { return matches(run); });
      if (page->empty() || last_match == page->rend()) break;
      end = last_match->run + 1;
    }
    end_ = std::min(end_, end);
    return {};
  }

  /// Backwards, a stretch at a time, until there are enough. Of the devices that runs crossed nothing is
  /// known before they are read: that may take many stretches.
  Result<SelectedRuns> newest() {
    SelectedRuns selected;
    auto& runs = selected.runs;
    std::uint64_t end = end_, read = 0;
    while (end > begin_ && runs.size() < last() && read < kMostRunsRead) {
      const auto first = std::max(begin_, before(end, last() + 2 * kRunsUnderWay));
      auto stretch = matching(first, end);
      if (!stretch) return stretch.error();
      runs.insert(runs.begin(), std::make_move_iterator(stretch->begin()),
                  std::make_move_iterator(stretch->end()));
      read += end - first;
      end = first;
    }
    selected.cut = end > begin_;
    if (runs.size() > last()) {
      runs.erase(runs.begin(), runs.end() - std::ptrdiff_t(last()));
      selected.cut = true;
    }
    return selected;
  }

  /// Of the numbers from `first` up to, not including, `end`.
  Result<std::vector<RunRecord>> matching(std::uint64_t first, std::uint64_t end) {
    std::vector<RunRecord> runs;
    while (first < end) {
      auto page = read_(first, kPage);
      if (!page) return page.error();
      if (page->empty()) break;
      first = page->back().run + 1;
      for (auto& run : *page)
        if (run.run < end && matches(run)) runs.push_back(std::move(run));
    }
    return runs;
  }

  const ReadRuns& read_;
  const RunSelection& wanted_;
  std::uint64_t begin_, end_;
  std::optional<std::uint64_t> plan_end_;  ///< where runs of later plans begin
};

}  // namespace

Result<SelectedRuns> select_runs(const ReadRuns& read, std::uint64_t next_run,
                                 const RunSelection& selection) {
  return Search(read, next_run, selection).run();
}

}  // namespace synergy::client
