#include "synergy/cli/systemd.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "synergy/cli/compose.hpp"
#include "synergy/documents/load.hpp"
#include "synergy/schemas/roster.hpp"

namespace synergy::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::filesystem::path kDeploy = std::filesystem::path(SYNERGY_SOURCE_DIR) / "deploy";

std::map<std::string, std::string> units() {
  std::map<std::string, std::string> texts;
  const auto made = systemd_units({});
  EXPECT_TRUE(made) << made.error().message;
  if (made)
    for (const auto& unit : *made) texts[unit.name] = unit.text;
  return texts;
}

/// The rest of the line that begins so; several lines are joined.
std::string value_of(const std::string& unit, const std::string& key) {
  std::istringstream lines(unit);
  std::string found;
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(key + "=")) found += (found.empty() ? "" : " ") + line.substr(key.size() + 1);
  return found;
}

/// The services of a body's mesh, each with the command that its unit runs.
std::map<std::string, std::string> commands_of(const schemas::BodyView& body) {
  const auto texts = units();
  std::map<std::string, std::string> commands;
  std::istringstream wanted(value_of(texts.at(kSystemdTarget), "Wants"));
  for (std::string name; wanted >> name;) commands[name] = value_of(texts.at(name), "ExecStart");
  for (const auto& name : device_units(body)) {
    const auto at = name.find('@');
    const auto device = name.substr(at + 1, name.size() - at - 1 - std::string(".service").size());
    auto command = value_of(texts.at(name.substr(0, at) + "@.service"), "ExecStart");
    command.replace(command.find("%i"), 2, device);
    commands[name] = command;
  }
  return commands;
}

// The compose file is what runs as containers and under supervisord; systemd is to run the same.
TEST(Systemd, RunsTheCommandsOfTheComposeFileAndNoOthers) {
  for (const auto* name : {"four-78000", "six-78000", "mixed-4", "mixed-8", "mixed-16"}) {
    const auto body =
        documents::DeployFolder(kDeploy).body(kDeploy / "bodies" / (std::string(name) + ".yaml"));
    ASSERT_TRUE(body) << body.error().message;
    const auto file = testing::TempDir() + "systemd_compose.yaml";
    std::ofstream(file) << compose_for(*body, std::string(name) + ".yaml");
    const auto supervisor = supervisor_for(file, {"/usr/bin", {}});
    std::filesystem::remove(file);
    ASSERT_TRUE(supervisor) << supervisor.error().message;
    std::multiset<std::string> of_compose, of_systemd;
    std::istringstream lines(*supervisor);
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with("command=")) of_compose.insert(line.substr(8));
    for (const auto& [unit, command] : commands_of(*body)) of_systemd.insert(command);
    EXPECT_EQ(of_systemd, of_compose) << name;
    EXPECT_FALSE(of_compose.empty());
  }
}

TEST(Systemd, StartsEachAfterWhomItsKindNeedsAndAfterAllThatStartBefore) {
  const auto texts = units();
  for (const auto& kind : schemas::roster()) {
    const auto suffix = kind.is_of_device() ? "@.service" : ".service";
    const auto after = value_of(texts.at(std::string(kind.program) + suffix), "After");
    for (const auto& other : schemas::roster()) {
      const bool needed = std::count(kind.after.begin(), kind.after.end(), other.name) > 0;
      if (needed || other.start_order < kind.start_order)
        EXPECT_THAT(after, HasSubstr(std::string(other.program) + ".service")) << kind.name;
      else
        EXPECT_THAT(after, Not(HasSubstr(std::string(other.program) + ".service"))) << kind.name;
    }
  }
}

TEST(Systemd, OnlyTheGatewayHasANetworkAndOnlyTheStoreWritesTheDatabase) {
  for (const auto& [name, text] : units()) {
    if (name == kSystemdTarget) continue;
    EXPECT_EQ(value_of(text, "PrivateNetwork"), name == "synergy-gateway.service" ? "" : "yes") << name;
    EXPECT_EQ(value_of(text, "StateDirectory"), name == "synergy-store.service" ? "synergy-mesh" : "")
        << name;
    EXPECT_EQ(value_of(text, "ProtectSystem"), "strict") << name;
    EXPECT_THAT(value_of(text, "Environment"), HasSubstr("SYNERGY_STORE=/var/lib/synergy-mesh/mesh.db"))
        << name;
  }
}

TEST(Systemd, TakesOtherFoldersAndRefusesThoseThatAUnitCanNotName) {
  const auto units = systemd_units({"/opt/mesh/bin", "/opt/mesh/share/synergy-mesh"});
  ASSERT_TRUE(units);
  EXPECT_EQ(units->front().name, kSystemdTarget);
  EXPECT_THAT((*units)[1].text, HasSubstr("ExecStart=/opt/mesh/bin/synergy-broker\n"));
  EXPECT_THAT((*units)[1].text, HasSubstr("SYNERGY_DEPLOY=/opt/mesh/share/synergy-mesh\n"));
  for (const auto* path : {"bin", "", "/opt/a b", "/opt/%i", "/opt/$x", "/opt/\"", "/opt/Übung"}) {
    const auto refused = systemd_units({path, "/usr/share"});
    ASSERT_FALSE(refused) << path;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalid);
    EXPECT_FALSE(systemd_units({"/usr/bin", path}));
  }
}

}  // namespace
}  // namespace synergy::cli
