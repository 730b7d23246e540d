// The spool in memory: for virtual days and tests, where nothing has to survive.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "synergy/executor/frame_spool.hpp"

namespace synergy::executor {

/// Its numbers begin with 1. It remembers every id.
class MemorySpool final : public FrameSpool {
 public:
  Result<Added> add(const schemas::FrameFeed& frame) override;
  Result<std::optional<Added>> find(const std::string& sensor, const std::string& id) override;
  Status set_takers(const Takers& takers) override;
  Status drop_taker(const AppId& app) override;
  Result<SpooledFrame> read(std::uint64_t sequence) override;
  Result<SpooledFrame> newest(const std::string& sensor) override;
  Status ended(const AppId& app, std::uint64_t sequence) override;
  Result<std::vector<schemas::OpenFrame>> open_after(std::uint64_t sequence, std::size_t most) override;
  [[nodiscard]] std::size_t open() const override { return open_; }

 private:
  struct Entry {
    SpooledFrame frame;
    std::vector<AppId> apps;
    std::set<AppId> waiting;
    bool has_content = true;
  };
  [[nodiscard]] bool is_newest(const Entry& entry) const;
  void drop_contents(const std::string& sensor);

  std::map<std::uint64_t, Entry> frames_;  ///< by sequence
  std::map<std::pair<std::string, std::string>, std::uint64_t> ids_;
  std::map<std::string, std::uint64_t> newest_;  ///< by sensor
  Takers takers_;
  std::uint64_t next_ = 1, bytes_ = 0;
  std::size_t open_ = 0;
};

}  // namespace synergy::executor
