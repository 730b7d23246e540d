#include "synergy/store_adapter/run.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "check_beside.hpp"
#include "synergy/runtime/room.hpp"
#include "synergy/store/database.hpp"
#include "synergy/store_service/keeping.hpp"
#include "synergy/store_service/store_service.hpp"

namespace synergy::store_adapter {
namespace {

/// A command that the store keeps refusing for the same reason is logged once: keeps_nothing tells the rest.
void log_refusal(runtime::Log& log, std::string_view message, const Error& error, bool refused_before,
                 const std::string& request) {
  const auto level = error.code == ErrorCode::kNotFound  // who asks for what is not there is told that
                         ? LogLevel::kInfo
                         : refused_before ? LogLevel::kDebug : LogLevel::kWarn;
  log.write(level, "refused", {{"message", message}, {"error", error.message}}, request);
}

/// The command that this one goes back to: another process's, or itself.
template <schemas::Command C>
const std::string& origin_of(const C& command, const bus::Responder<C>& answer) {
  if constexpr (requires { command.origin; })
    if (!command.origin.empty()) return command.origin;
  return answer.request_id();
}

template <schemas::Command C>
void serve(runtime::Context& context, store::StoreService& service, store::Keeping& keeping) {
  context.bus().serve<C>(schemas::topics::command("store"), [&](const C& command,
                                                                const bus::Responder<C>& answer) {
    const auto done = service.on(command);
    const bool refused_before = keeping.trouble() == store::Trouble::kKeepsNothing;
    if constexpr (std::is_same_v<typename C::Reply, schemas::Done>)
      keeping.ended(done ? Status() : done.error(), context.clock().monotonic());
    if (!done)
      log_refusal(context.log(), C::kMessage.name, done.error(), refused_before, origin_of(command, answer));
    answer(done);
  });
}

/// Every command of schemas/store.hpp.
void serve_all(runtime::Context& context, store::StoreService& service, store::Keeping& keeping) {
  serve<schemas::StoreBody>(context, service, keeping);
  serve<schemas::StoreDecision>(context, service, keeping);
  serve<schemas::StoreRuns>(context, service, keeping);
  serve<schemas::StoreSwitch>(context, service, keeping);
  serve<schemas::LoadState>(context, service, keeping);
  serve<schemas::QueryHistory>(context, service, keeping);
  serve<schemas::QueryPlan>(context, service, keeping);
  serve<schemas::QueryRuns>(context, service, keeping);
  serve<schemas::QueryEvents>(context, service, keeping);
  serve<schemas::QueryFrames>(context, service, keeping);
  serve<schemas::BackupStore>(context, service, keeping);
  context.every(std::chrono::seconds(1), [&service] { service.look_after_backup(); });
}

/// Says in heartbeats and in the log, from both edges, that nothing is kept, or soon will not be.
void watch(runtime::Context& context, store::Database& database, const std::filesystem::path& file,
           store::Keeping& keeping) {
  const auto folder = std::filesystem::absolute(file).parent_path();
  context.every(kLookAtFile, [&, folder, before = store::Trouble::kNone]() mutable {
    keeping.look(database, runtime::check_room(folder), context.clock().monotonic());
    if (const auto last = std::exchange(before, keeping.trouble()); last == before) return;
    if (before == store::Trouble::kKeepsNothing)
      context.log().error("keeps_nothing", {{"error", keeping.note()}});
    else if (before == store::Trouble::kLittleRoom)
      context.log().error("little_room", {{"error", keeping.note()}});
    else
      context.log().info("keeps_again");
  });
  context.tell([&keeping] { return keeping.note(); });
  context.report([&keeping] {
    return std::map<std::string, std::uint64_t>{
        {schemas::kTroubleCounter, keeping.trouble() == store::Trouble::kNone ? 0 : 1}};
  });
}

/// Makes old runs small, a few at a time. A failure is told once, and by whoever stores next.
void thin_runs(runtime::Context& context, store::StoreService& service, Duration keep) {
  context.every(kThinEvery, [&context, &service, keep, failed = false]() mutable {
    const auto thinned = service.thin(keep);
    if (!thinned && !failed) context.log().warn("runs_not_thinned", {{"error", thinned.error().message}});
    failed = !thinned;
    if (thinned && *thinned > 0) context.log().info("runs_thinned", {{"runs", *thinned}});
  });
}

}  // namespace

Status run(runtime::Context& context, const std::filesystem::path& file, std::optional<Duration> keep) {
  auto database = store::Database::open(file, [&] { return context.asked_to_stop(); });
  if (!database) return context.asked_to_stop() ? Status() : database.error();
  store::StoreService service(**database, context.clock());
  store::Keeping keeping;
  serve_all(context, service, keeping);
  watch(context, **database, file, keeping);
  if (keep) thin_runs(context, service, *keep);
  std::optional<CheckBeside> check;
  if ((*database)->needs_check()) check.emplace(context, **database, file);
  context.ready();
  return context.run();
}

}  // namespace synergy::store_adapter
