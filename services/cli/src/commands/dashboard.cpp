// dashboard: the address of the running mesh's page, or the page of a recording.
#include <algorithm>
#include <fstream>
#include <memory>

#include "flags.hpp"
#include "synergy/base/places.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/client/table.hpp"
#include "synergy/gateway/address.hpp"
#include "synergy/gateway_recorded/show.hpp"
#include "synergy/runtime/running.hpp"
#include "synergy/runtime/stop_signals.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/roster.hpp"

namespace synergy::cli {
namespace {

/// A recording that takes longer to read is announced.
constexpr Duration kPatience = std::chrono::seconds(1);

struct DashboardFlags {
  std::string recording, listen, page;
};

struct Shown {
  std::string url, recording;
  double duration_us = 0;
  static void fields(auto& f) {
    using S = Shown;
    f.required("url", &S::url, "to be opened in a browser; it bears the token");
    f.required("recording", &S::recording, "the file; empty: a mesh that runs");
    f.required("duration_us", &S::duration_us, "of the recording; 0: of a mesh");
  }
};

std::string to_text(const Shown& shown) {
  if (shown.recording.empty()) return shown.url + "\n";
  return "shows " + shown.recording + " (" + fixed(shown.duration_us * 1e-6, 3) + " s) at\n" + shown.url +
         "\nCtrl-C ends it\n";
}

Status print_address(const Shared& shared) {
  const auto running = runtime::running_in(shared.run_folder);
  if (!running) return running.error();
  const bool is_there = std::any_of(running->begin(), running->end(), [](const auto& process) {
    return process.name == schemas::process::kGateway;
  });
  std::string url;
  std::ifstream file(shared.run_folder.folder / gateway::kUrlFile);
  if (!is_there || !std::getline(file, url))
    return Error{ErrorCode::kUnavailable,
                 "no mesh with a page runs in " + shared.run_folder.folder.string() + "; " +
                     Places::here().script +
                     " up starts one, synergy dashboard --recording FILE shows a recording"};
  print<Shown>(shared, {url, "", 0}, to_text);
  return {};
}

Result<client::RecordingIndex> read_index(client::RecordingReader& recording, runtime::StopRequest& stop) {
  const HostClock clock;
  const auto begin = clock.monotonic();
  bool announced = false;
  return client::RecordingIndex::of(recording, [&] {
    if (!announced && clock.monotonic() - begin > kPatience)
      announced = std::fprintf(stderr, "reading %s ...\n", recording.name().c_str()) > 0;
    return !stop.came();
  });
}

Status show_recording(const Shared& shared, const DashboardFlags& flags) {
  runtime::StopRequest stop;  // before any thread begins
  auto recording = client::RecordingReader::open(flags.recording);
  if (!recording) return recording.error();
  auto index = read_index(*recording, stop);
  if (stop.came()) return {};
  if (!index) return index.error();
  if (const auto& lacks = index->shortcomings(); !lacks.empty())
    std::fprintf(stderr, "synergy: warning: %s\n", lacks.c_str());
  const Shown shown{"", recording->name(), microseconds(index->length())};
  gateway_recorded::RecordingFile file(std::move(*recording), std::move(*index));
  const auto ready = [&](const std::string& url) {
    print<Shown>(shared, {url, shown.recording, shown.duration_us}, to_text);
    std::fflush(stdout);
  };
  return gateway_recorded::show(file, {shared.deploy_folder, flags.page, flags.listen, shared.version}, ready,
                                [&] { return stop.came(); });
}

}  // namespace

void add_dashboard_command(const NewCommand& made) {
  auto& shared = made.shared;
  auto flags = std::make_shared<DashboardFlags>();
  auto* command = add_command(made, [&shared, flags] {
    return flags->recording.empty() ? print_address(shared) : show_recording(shared, *flags);
  });
  auto* recording = command->add_option("--recording", flags->recording,
                                        "serve the page of this recording of 'synergy record', until Ctrl-C");
  command
      ->add_option("--listen", flags->listen,
                   "ADDRESS or ADDRESS:PORT (default: 127.0.0.1, port 8642 or where that is taken another)")
      ->needs(recording);
  command
      ->add_option("--page", flags->page,
                   "folder of the page's files (default: share/dashboard beside the programs)")
      ->needs(recording);
  add_deploy_option(*command, shared, "the models, for comparing policies")->needs(recording);
}

}  // namespace synergy::cli
