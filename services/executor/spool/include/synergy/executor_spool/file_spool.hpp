// The spool on disk: one SQLite file of the executor's own, in the run folder.
//
// A frame that was added survives the end of the process, however it ends (SQLite's WAL is written before
// add() returns). It does not survive a power cut: the file is not synchronised at each frame, which would
// cost milliseconds a frame on flash.
//
// What a reader gets wrong: this is no second store. Outcomes are kept in the mesh's store; the spool only
// knows which frames still wait for one.
#pragma once

#include <filesystem>
#include <memory>

#include "synergy/executor/frame_spool.hpp"

namespace synergy::executor_spool {

/// Opens the file, or makes it. Fails with kCorrupt where its content is damaged or no spool, and with
/// kEnvironment where it can not be opened or written; the message says what to do. One process at a time;
/// one thread.
[[nodiscard]] Result<std::unique_ptr<executor::FrameSpool>> open(const std::filesystem::path& file);

}  // namespace synergy::executor_spool
