#include "synergy/cli/systemd.hpp"

#include <algorithm>
#include <string_view>

#include "synergy/base/visible_text.hpp"
#include "synergy/runtime/run_folder.hpp"
#include "synergy/schemas/roster.hpp"

namespace synergy::cli {
namespace {

using schemas::ProcessKind;

constexpr std::string_view kHead =
    "# Written by `synergy systemd`. Changes of yours: systemctl edit, or /etc/synergy-mesh/environment.\n";

/// What no process of the mesh needs is taken from it. Sockets are files of the run folder, so none but the
/// gateway has a network. PrivateUsers= is not among these: the broker knows who sends by the locks that a
/// process holds, and the kernel shows those to processes of the same user namespace only.
constexpr std::string_view kFences =
    "UMask=0077\n"
    "NoNewPrivileges=yes\n"
    "CapabilityBoundingSet=\n"
    "AmbientCapabilities=\n"
    "ProtectSystem=strict\n"
    "ProtectHome=yes\n"
    "PrivateTmp=yes\n"
    "PrivateDevices=yes\n"
    "DevicePolicy=closed\n"
    "ProtectProc=invisible\n"
    "ProcSubset=pid\n"
    "ProtectClock=yes\n"
    "ProtectControlGroups=yes\n"
    "ProtectHostname=yes\n"
    "ProtectKernelLogs=yes\n"
    "ProtectKernelModules=yes\n"
    "ProtectKernelTunables=yes\n"
    "LockPersonality=yes\n"
    "MemoryDenyWriteExecute=yes\n"
    "RemoveIPC=yes\n"
    "RestrictNamespaces=yes\n"
    "RestrictRealtime=yes\n"
    "RestrictSUIDSGID=yes\n"
    "SystemCallArchitectures=native\n"
    "SystemCallErrorNumber=EPERM\n"
    "SystemCallFilter=@system-service\n"
    "SystemCallFilter=~@privileged @resources\n"
    "SystemCallFilter=sched_setscheduler\n";  // libzmq's threads ask for the schedule that they have
/// The store's check and the gateway's comparisons step behind other threads.
constexpr std::string_view kOwnPriority = "SystemCallFilter=setpriority\n";
constexpr std::string_view kNoNetwork =
    "PrivateNetwork=yes\nIPAddressDeny=any\nRestrictAddressFamilies=AF_UNIX\n";
constexpr std::string_view kNetwork = "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6\n";

std::string unit_of(const ProcessKind& kind) {
  return std::string(kind.program) + (kind.is_of_device() ? "@.service" : ".service");
}

/// Who is to be there first, and ends after it.
std::string before(const ProcessKind& kind) {
  std::string names;
  for (const auto& other : schemas::roster())
    if (other.start_order < kind.start_order) names += (names.empty() ? "" : " ") + unit_of(other);
  return names.empty() ? "" : "After=" + names + "\n";
}

std::string description(const ProcessKind& kind) {
  const auto word = std::string(schemas::process::word_of(kind.name));
  return "Synergy Mesh, " + word + (kind.is_of_device() ? " of %i" : "");
}

std::string service(const ProcessKind& kind, const SystemdSettings& settings) {
  const bool is_store = kind.name == schemas::process::kStore;
  const bool is_gateway = kind.name == schemas::process::kGateway;
  const auto state = std::filesystem::path(runtime::kSystemStore).parent_path().filename().string();
  std::string text(kHead);
  text += "[Unit]\nDescription=" + description(kind) + "\nDocumentation=man:" + std::string(kind.program) +
          "(8)\nPartOf=" + kSystemdTarget + "\n" + before(kind) + "StartLimitIntervalSec=0\n\n";
  text += "[Service]\nType=exec\nExecStart=" + (settings.programs / kind.program).string() +
          (kind.is_of_device() ? " --device %i" : "") + "\nUser=synergy-mesh\nGroup=synergy-mesh\n" +
          "Environment=SYNERGY_RUN_DIR=" + runtime::kSystemRunFolder +
          "\nEnvironment=SYNERGY_DEPLOY=" + settings.data.string() +
          "\nEnvironment=SYNERGY_BODY=/etc/synergy-mesh/body.yaml\n" +
          "Environment=SYNERGY_STORE=" + runtime::kSystemStore +
          "\nEnvironmentFile=-/etc/synergy-mesh/environment\n";
  // Wrong flags and wrong files (runtime/exit_code.hpp) stay wrong when it starts again; `systemctl status`
  // shows them.
  text += "Restart=always\nRestartSec=1\nRestartPreventExitStatus=2 3\nTimeoutStopSec=5\n";
  text += "RuntimeDirectory=" + std::filesystem::path(runtime::kSystemRunFolder).filename().string() +
          "\nRuntimeDirectoryMode=0700\nRuntimeDirectoryPreserve=yes\n";
  if (is_store) text += "StateDirectory=" + state + "\nStateDirectoryMode=0700\n";
  text += kFences;
  if (is_store || is_gateway) text += kOwnPriority;
  return text += is_gateway ? kNetwork : kNoNetwork;
}

std::string target() {
  std::string wants;
  for (const auto& kind : schemas::roster())
    if (!kind.is_of_device()) wants += (wants.empty() ? "" : " ") + unit_of(kind);
  return std::string(kHead) +
         "# The services of the body's devices are added by synergy-mesh-generator at boot and at `systemctl "
         "daemon-reload`.\n"
         "[Unit]\nDescription=Synergy Mesh\nDocumentation=man:synergy-mesh(1)\nWants=" +
         wants + "\n\n[Install]\nWantedBy=multi-user.target\n";
}

/// Elsewhere a path would have to be quoted by rules that differ from line to line.
Status check_path(const std::filesystem::path& path) {
  const auto text = path.string();
  const bool is_plain = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/._+-").find(c) != std::string_view::npos;
  });
  if (path.is_absolute() && is_plain) return {};
  return Error{ErrorCode::kInvalid, "'" + visible(text) +
                                        "': a path in units of systemd is absolute and has only letters, "
                                        "digits and / . _ + -"};
}

}  // namespace

Result<std::vector<SystemdUnit>> systemd_units(const SystemdSettings& settings) {
  for (const auto& path : {settings.programs, settings.data})
    if (auto status = check_path(path); !status) return status.error();
  std::vector<SystemdUnit> units{{kSystemdTarget, target()}};
  for (const auto& kind : schemas::roster()) units.push_back({unit_of(kind), service(kind, settings)});
  return units;
}

std::vector<std::string> device_units(const schemas::BodyView& body) {
  std::vector<std::string> names;
  for (const auto& device : body.devices)
    for (const auto& kind : schemas::roster())
      if (kind.is_of_device())
        names.push_back(std::string(kind.program) + "@" + device.id.text() + ".service");
  return names;
}

}  // namespace synergy::cli
