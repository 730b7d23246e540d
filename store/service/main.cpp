// The store: owns the mesh's SQLite file and answers for it on the bus.
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>

#include "synergy/runtime/room.hpp"
#include "synergy/runtime/service_main.hpp"
#include "synergy/store/check.hpp"
#include "synergy/store/database.hpp"
#include "synergy/store_service/keeping.hpp"
#include "synergy/store_service/store_service.hpp"

using namespace synergy;

namespace {

constexpr Duration kLookAtFile = std::chrono::milliseconds(250);

/// A command that the store keeps refusing for the same reason is logged once: keeps_nothing tells the rest.
template <schemas::Command C>
void serve(runtime::Context& context, store::StoreService& service, store::Keeping& keeping) {
  context.bus().serve<C>(
      schemas::topics::command("store"), [&](const C& command) -> Result<typename C::Reply> {
        auto answer = service.on(command);
        const bool refused_before = keeping.trouble() == store::Trouble::kKeepsNothing;
        if constexpr (std::is_same_v<typename C::Reply, schemas::Done>)
          keeping.ended(answer ? Status() : answer.error(), context.clock().monotonic());
        if (answer) return answer;
        const runtime::Log::Fields fields{{"message", C::kMessage.name}, {"error", answer.error().message}};
        if (answer.error().code ==
            ErrorCode::kNotFound)  // who asks for what is not there is told; nothing is wrong
          context.log().info("refused", fields);
        else if (refused_before)
          context.log().debug("refused", fields);
        else
          context.log().warn("refused", fields);
        return answer;
      });
}

/// Reads a large file while the store serves it. Ends early when it is destroyed.
class CheckBeside {
 public:
  CheckBeside(runtime::Context& context, store::Database& database, const std::string& file) {
    context.log().info("checks", {{"file", file}});
    thread_ = std::jthread([&context, &database, file](const std::stop_token& stop) {
      ::setpriority(PRIO_PROCESS, id_t(::gettid()), kLeastUrgent);  // of this thread only
      const auto found = store::check_content(file, [&] { return stop.stop_requested(); });
      if (stop.stop_requested()) return;
      context.post([&context, &database, found] {
        database.checked(found);
        if (found) return context.log().info("checked", {{"found", "no damage"}});
        context.log().error("checked", {{"error", found.error().message}});
      });
    });
  }

 private:
  static constexpr int kLeastUrgent = 19;
  std::jthread thread_;
};

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

}  // namespace

int main(int argc, char** argv) {
  std::string file;
  return runtime::service_main(
      argc, argv, {"store", "Keeps profiles, apps, plans, runs and events in one SQLite file."},
      [&](runtime::Options& options) {
        options.required_text("--database", file, "the SQLite file", "SYNERGY_STORE");
      },
      [&](runtime::Context& context) -> Status {
        auto database = store::Database::open(file, [&] { return context.asked_to_stop(); });
        if (!database) return context.asked_to_stop() ? Status() : database.error();
        store::StoreService service(**database, context.clock());
        store::Keeping keeping;
        serve<schemas::StoreBody>(context, service, keeping);
        serve<schemas::StoreDecision>(context, service, keeping);
        serve<schemas::StoreRuns>(context, service, keeping);
        serve<schemas::StoreSwitch>(context, service, keeping);
        serve<schemas::LoadState>(context, service, keeping);
        serve<schemas::QueryHistory>(context, service, keeping);
        serve<schemas::QueryPlan>(context, service, keeping);
        serve<schemas::QueryRuns>(context, service, keeping);
        watch(context, **database, file, keeping);
        std::optional<CheckBeside> check;
        if ((*database)->needs_check()) check.emplace(context, **database, file);
        context.ready();
        return context.run();
      });
}
