#include "synergy/runtime/service_main.hpp"

#include <cerrno>
#include <exception>

#include "synergy/runtime/exit_code.hpp"
#include "synergy/runtime/stop_signals.hpp"

namespace synergy::runtime {
namespace {

Status run_service(const ServiceInfo& info, const std::string& process, const std::string& run_dir, Log& log,
                   const Clock& clock, const std::function<Status(Context&)>& compose) {
  auto folder = RunFolder::open(run_dir);
  if (!folder) return folder.error();
  auto lock = ProcessLock::take(*folder, process);
  if (!lock) return lock.error();
  const int signals = block_stop_signals();
  if (info.before_bus)
    if (auto status = info.before_bus(*folder); !status) return status;
  auto transport = bus::Transport::connect(folder->endpoints());
  if (!transport) return transport.error();
  Context context(process, *folder, std::move(*transport), clock, log, signals);
  return compose(context);
}

}  // namespace

int service_main(int argc, char** argv, const ServiceInfo& info, const std::function<void(Options&)>& declare,
                 const std::function<Status(Context&)>& compose) {
  std::string run_dir, level = "info";
  Options options("synergy-" + info.name, info.about);
  options.required_text("--run-dir", run_dir, "folder of the mesh's sockets and locks", "SYNERGY_RUN_DIR");
  options.text("--log-level", level, "debug, info, warn or error", "SYNERGY_LOG_LEVEL");
  declare(options);
  if (!options.parse(argc, argv)) return options.exit_code();

  std::string process = info.process ? info.process() : info.name;
  program_invocation_short_name = process.data();  // what fail_check() calls itself in the log
  const HostClock clock;
  Log log(process, level, clock);
  try {
    log.info("start", {{"version", SYNERGY_VERSION}, {"run_dir", run_dir}});
    const auto status = run_service(info, process, run_dir, log, clock, compose);
    if (status) {
      log.info("stop");
      return int(ExitCode::kOk);
    }
    log.error("stop", {{"error", status.error().message}, {"code", name_of(status.error().code)}});
    return int(exit_code_for(status.error().code));
  } catch (const std::exception& error) {
    log.error("stop", {{"error", error.what()}, {"code", "internal"}});
    return int(ExitCode::kInternal);
  }
}

}  // namespace synergy::runtime
