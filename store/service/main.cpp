// The store: owns the mesh's SQLite file and answers for it on the bus.
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "synergy/runtime/service_main.hpp"
#include "synergy/store/check.hpp"
#include "synergy/store/database.hpp"
#include "synergy/store_service/store_service.hpp"

using namespace synergy;

namespace {

constexpr Duration kLookAtFile = std::chrono::milliseconds(250);

template <schemas::Command C>
void serve(runtime::Context& context, store::StoreService& service) {
  context.bus().serve<C>(
      schemas::topics::command("store"), [&](const C& command) -> Result<typename C::Reply> {
        auto answer = service.on(command);
        if (answer) return answer;
        const runtime::Log::Fields fields{{"message", C::kMessage.name}, {"error", answer.error().message}};
        if (answer.error().code ==
            ErrorCode::kNotFound)  // who asks for what is not there is told; nothing is wrong
          context.log().info("refused", fields);
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

/// Says in heartbeats and in the log, from both edges, that nothing is kept: the file is not at its path, or
/// damaged.
void watch_file(runtime::Context& context, const store::Database& database) {
  auto status = std::make_shared<Status>();
  context.every(kLookAtFile, [&context, &database, status] {
    const bool kept = bool(*status);
    *status = database.may_write();
    if (kept && !*status) context.log().error("keeps_nothing", {{"error", status->error().message}});
    if (!kept && *status) context.log().info("keeps_again");
  });
  context.tell([status] { return *status ? std::string() : "keeps nothing: " + status->error().message; });
  context.report([status] {
    return std::map<std::string, std::uint64_t>{{schemas::kTroubleCounter, *status ? 0 : 1}};
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
        serve<schemas::StoreBody>(context, service);
        serve<schemas::StoreDecision>(context, service);
        serve<schemas::StoreRuns>(context, service);
        serve<schemas::StoreSwitch>(context, service);
        serve<schemas::LoadState>(context, service);
        serve<schemas::QueryHistory>(context, service);
        serve<schemas::QueryPlan>(context, service);
        serve<schemas::QueryRuns>(context, service);
        watch_file(context, **database);
        std::optional<CheckBeside> check;
        if ((*database)->needs_check()) check.emplace(context, **database, file);
        context.ready();
        return context.run();
      });
}
