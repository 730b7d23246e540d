// compose, supervisor, processes: what deploy/mesh is made of.
#include <memory>

#include "../write_text.hpp"
#include "flags.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/cli/compose.hpp"
#include "synergy/documents/load.hpp"

extern char** environ;

namespace synergy::cli {
namespace {

struct DeployFlags {
  std::string body, compose, programs, output;
};

std::map<std::string, std::string> environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text(*entry);
    if (const auto equals = text.find('='); equals != std::string::npos)
      variables[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return variables;
}

}  // namespace

void add_deploy_commands(Command& program, Shared& shared) {
  auto flags = std::make_shared<DeployFlags>();
  auto* compose = add_plain_command(
      program, shared, "compose", "Write the compose file for a body", [&shared, flags]() -> Status {
        const auto body = documents::DeployFolder(shared.deploy_folder).body(flags->body);
        if (!body) return body.error();
        return write_text(compose_for(*body, std::filesystem::path(flags->body).filename().string()),
                          flags->output);
      });
  compose->add_option("--body", flags->body, "the body file")->required();
  add_deploy_option(*compose, shared, "devices and links");
  compose->add_option("-o,--output", flags->output, "file to write; standard output without");

  auto* supervisor = add_plain_command(
      program, shared, "supervisor", "Write supervisord's configuration for a compose file",
      [&shared, flags]() -> Status {
        const auto text = supervisor_for(flags->compose, {shared.run_folder, flags->programs, environment()});
        if (!text) return text.error();
        return write_text(*text, flags->output);
      });
  supervisor->add_option("--compose", flags->compose, "the compose file")->required();
  supervisor->add_option("--programs", flags->programs, "folder of the mesh's programs")->required();
  supervisor->add_option("-o,--output", flags->output, "file to write; standard output without");

  auto* processes = add_plain_command(program, shared, "processes", "List the processes of a compose file",
                                      [flags]() -> Status {
                                        const auto names = processes_of(flags->compose);
                                        if (!names) return names.error();
                                        for (const auto& name : *names) std::printf("%s\n", name.c_str());
                                        return {};
                                      });
  processes->add_option("--compose", flags->compose, "the compose file")->required();
}

}  // namespace synergy::cli
