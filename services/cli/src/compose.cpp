#include "synergy/cli/compose.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string_view>

#include "synergy/base/text.hpp"
#include "synergy/base/visible_text.hpp"
#include "synergy/documents/yaml.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/roster.hpp"

namespace synergy::cli {
namespace {

// The subset of the Compose Specification that the mesh uses.

struct Build {
  std::string context, dockerfile;
  static void fields(auto& f) {
    f.required("context", &Build::context, "folder");
    f.required("dockerfile", &Build::dockerfile, "file");
  }
};
struct Healthcheck {
  std::vector<std::string> test;
  std::string interval, timeout, start_period;
  std::uint32_t retries = 0;
  static void fields(auto& f) {
    using H = Healthcheck;
    f.required("test", &H::test, "command");
    f.required("interval", &H::interval, "e.g. 2s");
    f.required("timeout", &H::timeout, "e.g. 5s");
    f.required("retries", &H::retries, "number");
    f.required("start_period", &H::start_period, "e.g. 10s");
  }
};
struct Logging {
  std::string driver;
  std::map<std::string, std::string> options;
  static void fields(auto& f) {
    f.required("driver", &Logging::driver, "who keeps what it logs");
    f.optional("options", &Logging::options, "how much is kept");
  }
};
struct Condition {
  std::string condition;
  static void fields(auto& f) { f.required("condition", &Condition::condition, "service_healthy"); }
};
struct ComposeService {
  std::string image, restart, stop_grace_period;
  Build build;
  std::vector<std::string> command;
  std::map<std::string, std::string> environment;
  std::vector<std::string> volumes;
  std::map<std::string, Condition> depends_on;
  Healthcheck healthcheck;
  std::optional<Logging> logging;
  static void fields(auto& f) {
    using S = ComposeService;
    f.required("image", &S::image, "image");
    f.required("build", &S::build, "how to make the image");
    f.required("command", &S::command, "program and flags");
    f.required("environment", &S::environment, "variables");
    f.required("volumes", &S::volumes, "shared folders");
    f.optional("depends_on", &S::depends_on, "services to wait for");
    f.required("healthcheck", &S::healthcheck, "when it is ready");
    f.optional("logging", &S::logging, "where its log goes; supervisord has rules of its own");
    f.required("restart", &S::restart, "unless-stopped");
    f.required("stop_grace_period", &S::stop_grace_period, "time to stop in");
  }
};
struct Nothing {
  static void fields(auto&) {}
};
struct ComposeFile {
  std::map<std::string, ComposeService> services;
  std::map<std::string, Nothing> volumes;
  static void fields(auto& f) {
    using F = ComposeFile;
    f.required("services", &F::services, "by name");
    f.required("volumes", &F::volumes, "by name");
  }
};

/// What one service of the generated file is.
struct Part {
  std::string name, process;
  std::vector<std::string> command, after;
};

Part part_of(const schemas::ProcessKind& kind) {
  return {std::string(kind.name),
          std::string(kind.name),
          {std::string(kind.program)},
          {kind.after.begin(), kind.after.end()}};
}

Part part_of(const schemas::ProcessKind& kind, const DeviceId& device) {
  auto part = part_of(kind);
  part.name = std::string(schemas::process::word_of(kind.name)) + "-" + device.text();
  part.process = schemas::process::of_device(kind.name, device);
  part.command.insert(part.command.end(), {"--device", device.text()});
  return part;
}

std::vector<Part> parts_of(const schemas::BodyView& body) {
  std::vector<Part> parts;
  for (const auto& kind : schemas::roster())
    if (!kind.is_of_device()) parts.push_back(part_of(kind));
  for (const auto& device : body.devices)
    for (const auto& kind : schemas::roster())
      if (kind.is_of_device()) parts.push_back(part_of(kind, device.id));
  return parts;
}

std::string joined(const std::vector<std::string>& items) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "" : ", ") + item;
  return "[" + text + "]";
}

/// A name that would need quoting in two languages at once is no default.
std::string body_value(const std::string& body_name) {
  if (!is_plain_name(body_name)) return "${SYNERGY_BODY}";
  return "${SYNERGY_BODY:-/usr/share/synergy-mesh/bodies/" + body_name + "}";
}

std::string service_text(const Part& part, const std::string& body_name) {
  std::string text = "  " + part.name + ":\n" +
                     "    image: synergy-mesh\n"
                     "    build: {context: .., dockerfile: deploy/Dockerfile}\n"
                     "    command: " +
                     joined(part.command) +
                     "\n"
                     "    environment:\n"
                     "      SYNERGY_RUN_DIR: ${SYNERGY_RUN_DIR:-/run/synergy-mesh}\n"
                     "      SYNERGY_DEPLOY: ${SYNERGY_DEPLOY:-/usr/share/synergy-mesh}\n"
                     "      SYNERGY_BODY: " +
                     body_value(body_name) +
                     "\n"
                     "      SYNERGY_STORE: ${SYNERGY_STORE:-/var/lib/synergy-mesh/mesh.db}\n"
                     "    volumes: [\"run:/run/synergy-mesh\", \"store:/var/lib/synergy-mesh\"]\n";
  if (!part.after.empty()) {
    text += "    depends_on:\n";
    for (const auto& name : part.after) text += "      " + name + ": {condition: service_healthy}\n";
  }
  return text +
         "    healthcheck:\n"
         "      test: [CMD, synergy, health, " +
         part.process +
         "]\n"
         "      interval: 2s\n      timeout: 5s\n      retries: 15\n      start_period: 10s\n"
         "    logging: {driver: json-file, options: {max-size: 5m, max-file: \"3\"}}\n"
         "    restart: unless-stopped\n"
         "    stop_grace_period: 5s\n";
}

Result<ComposeFile> read_compose(const std::filesystem::path& file) {
  return documents::read_yaml<ComposeFile>(file);
}

/// `${NAME}`, `${NAME:-default}` and `$$`, as Compose has them; its other forms are refused.
Result<std::string> interpolate(const std::string& text,
                                const std::map<std::string, std::string>& environment) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '$') {
      out += text[at++];
      continue;
    }
    if (text.compare(at, 2, "$$") == 0) {
      out += '$';
      at += 2;
      continue;
    }
    if (text.compare(at, 2, "${") != 0)
      return Error{ErrorCode::kInvalid, "'" + text + "': write ${NAME}, or $$ for a dollar sign"};
    const auto end = text.find('}', at);
    if (end == std::string::npos) return Error{ErrorCode::kInvalid, "'" + text + "': '}' is missing"};
    const auto inside = text.substr(at + 2, end - at - 2);
    const auto colon = inside.find(":-");
    const auto found = environment.find(inside.substr(0, colon));
    if (found != environment.end() && (colon == std::string::npos || !found->second.empty()))
      out += found->second;
    else if (colon != std::string::npos)
      out += inside.substr(colon + 2);
    else
      return Error{ErrorCode::kInvalid, "'" + text + "': " + inside + " is not set"};
    at = end + 1;
  }
  return out;
}

/// supervisord expands `%` in every value.
std::string percent_doubled(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '%' ? "%%" : std::string(1, c);
  return out;
}

/// What no line of supervisord's file can hold: its reader takes lines as UTF-8 text.
Status check_line(const std::string& text) {
  if (visible(text) == text) return {};
  return Error{
      ErrorCode::kInvalid,
      "'" + visible(text) + "' has control characters or is no UTF-8, which supervisord can not read"};
}

/// A word of supervisord's `command=`, which is taken apart as a shell does. A backslash before each special
/// character also keeps ` ;` and ` #` from being read as the beginning of a comment.
Result<std::string> supervisor_word(const std::string& text) {
  if (auto status = check_line(text); !status) return status.error();
  constexpr std::string_view kSpecial = " \"'\\;#$&|<>()*?[]{}~`!";
  std::string out;
  for (const char c : text) {
    if (kSpecial.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out.empty() ? "\"\"" : percent_doubled(out);
}

/// A value of supervisord's `environment=`, in quotes. There is no escaping in them: quotes at either end are
/// lost, and ` ;` begins a comment. Nothing where the value can not be written.
std::optional<std::string> supervisor_value(const std::string& text) {
  const auto is_quote = [](char c) { return c == '"' || c == '\''; };
  if (!check_line(text)) return std::nullopt;
  if (!text.empty() && (is_quote(text.front()) || is_quote(text.back()))) return std::nullopt;
  for (auto at = text.find_first_of(";#"); at != std::string::npos; at = text.find_first_of(";#", at + 1))
    if (at > 0 && !std::isgraph(static_cast<unsigned char>(text[at - 1]))) return std::nullopt;
  for (const char quote : {'"', '\''})
    if (text.find(quote) == std::string::npos) return quote + percent_doubled(text) + quote;
  return std::nullopt;
}

/// The service's `command=`. The first word is the program.
Result<std::string> supervisor_command(const ComposeService& service, const SupervisorSettings& settings) {
  std::string command;
  for (const auto& word : service.command) {
    const auto expanded = interpolate(word, settings.environment);
    if (!expanded) return expanded.error();
    const auto written =
        supervisor_word(command.empty() ? (settings.programs / *expanded).string() : *expanded);
    if (!written) return written.error();
    command += (command.empty() ? "" : " ") + *written;
  }
  return command;
}

/// The service's `environment=`. What can not be written there is left out where the processes inherit it.
Result<std::string> supervisor_environment(const ComposeService& service,
                                           const SupervisorSettings& settings) {
  std::string environment;
  for (const auto& [variable, value] : service.environment) {
    const auto expanded = interpolate(value, settings.environment);
    if (!expanded) return expanded.error();
    if (const auto written = supervisor_value(*expanded)) {
      environment += (environment.empty() ? "" : ",") + variable + "=" + *written;
      continue;
    }
    const auto inherited = settings.environment.find(variable);
    if (inherited == settings.environment.end() || inherited->second != *expanded)
      return Error{ErrorCode::kInvalid, variable + " is '" + visible(*expanded) +
                                            "', which supervisord's configuration can not hold; set " +
                                            variable + " itself in the environment"};
  }
  return environment;
}

/// Its paths are relative to the file itself, whatever the run folder is called. `%(here)s` is expanded by
/// supervisord; in the files of the processes' logs twice.
constexpr const char* kSupervisorHead =
    "; Written by `synergy supervisor` from the compose file; made again at each `deploy/mesh up`.\n"
    "[unix_http_server]\nfile=%(here)s/supervisor.sock\nchmod=0700\n\n"
    "[supervisord]\nlogfile=%(here)s/logs/supervisord.log\nlogfile_maxbytes=1MB\nlogfile_backups=1\n"
    "pidfile=%(here)s/supervisord.pid\nchildlogdir=%(here)s/logs\nidentifier=synergy-mesh\n\n"
    "[rpcinterface:supervisor]\n"
    "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n\n"
    "[supervisorctl]\nserverurl=unix://%(here)s/supervisor.sock\n";

constexpr int kUsualPriority = 10;

/// startsecs=0: a process counts as started at once, so supervisord never gives up on one that is killed
/// often; it starts it again at its next look around, a second later at most. Its stop order is by falling
/// priority.
std::string supervisor_program(const std::string& name, const ComposeService& service,
                               const std::string& command, const std::string& environment) {
  const auto* kind = schemas::find_kind(name);  // a service of a device, or another, has no kind's name
  const int priority = kind == nullptr ? kUsualPriority : kind->start_order;
  return "\n[program:" + name + "]\ncommand=" + command + "\nenvironment=" + environment +
         "\npriority=" + std::to_string(priority) +
         "\nautostart=true\nautorestart=" + (service.restart == "no" ? "false" : "true") +
         "\nstartsecs=0\nstopsignal=TERM\nstopwaitsecs=5\nredirect_stderr=true\nstdout_logfile=%%(here)s/"
         "logs/" +
         name + ".log\nstdout_logfile_maxbytes=5MB\nstdout_logfile_backups=2\n";
}

}  // namespace

std::string compose_for(const schemas::BodyView& body, const std::string& body_name) {
  std::string text = "# The mesh of body " + body.name +
                     ": one service for each process (Compose Specification).\n"
                     "# Written by `synergy compose`; `deploy/mesh up` runs it as native processes.\n"
                     "services:\n";
  for (const auto& part : parts_of(body)) text += service_text(part, body_name);
  return text + "volumes:\n  run: {}\n  store: {}\n";
}

Result<std::string> supervisor_for(const std::filesystem::path& file, const SupervisorSettings& settings) {
  const auto compose = read_compose(file);
  if (!compose) return compose.error();
  std::string text = kSupervisorHead;
  for (const auto& [name, service] : compose->services) {
    const auto place = file.string() + ": service '" + visible(name) + "'";
    if (!is_plain_name(name))
      return Error{ErrorCode::kInvalid, place + ": a service's name has " + std::string(kPlainNameRule)};
    const auto command = supervisor_command(service, settings);
    if (!command) return command.error().at(place);
    const auto environment = supervisor_environment(service, settings);
    if (!environment) return environment.error().at(place);
    text += supervisor_program(name, service, *command, *environment);
  }
  return text;
}

Result<std::vector<std::string>> processes_of(const std::filesystem::path& file) {
  const auto compose = read_compose(file);
  if (!compose) return compose.error();
  std::vector<std::string> processes;
  for (const auto& [name, service] : compose->services)
    if (!service.healthcheck.test.empty()) processes.push_back(service.healthcheck.test.back());
  return processes;
}

}  // namespace synergy::cli
