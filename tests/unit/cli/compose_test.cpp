#include "synergy/cli/compose.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "synergy/documents/load.hpp"

namespace synergy::cli {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::filesystem::path kDeploy = std::filesystem::path(SYNERGY_SOURCE_DIR) / "deploy";

schemas::BodyView standard_body(const std::string& name) {
  auto body = documents::DeployFolder(kDeploy).body(kDeploy / "bodies" / (name + ".yaml"));
  EXPECT_TRUE(body) << body.error().message;
  return body ? *body : schemas::BodyView{};
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// A file of this text, removed with the object.
class ComposeFile {
 public:
  explicit ComposeFile(const std::string& text) { std::ofstream(path_, std::ios::binary) << text; }
  ~ComposeFile() { std::filesystem::remove(path_); }
  ComposeFile(const ComposeFile&) = delete;
  ComposeFile& operator=(const ComposeFile&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_ =
      testing::TempDir() + testing::UnitTest::GetInstance()->current_test_info()->name() + "_compose.yaml";
};

/// A compose file of one service whose environment holds `VALUE: value`; `more` are further lines of the
/// service.
std::string one_service(const std::string& value, const std::string& more = "",
                        const std::string& word = "--fast") {
  return "services:\n"
         "  planner:\n"
         "    image: synergy-mesh\n"
         "    build: {context: .., dockerfile: deploy/Dockerfile}\n"
         "    command: [synergy-planner, \"" +
         word +
         "\"]\n"
         "    environment:\n"
         "      VALUE: " +
         value +
         "\n"
         "    volumes: [\"run:/run/synergy-mesh\"]\n"
         "    healthcheck:\n"
         "      test: [CMD, synergy, health, planner]\n"
         "      interval: 2s\n      timeout: 5s\n      retries: 15\n      start_period: 10s\n"
         "    restart: unless-stopped\n"
         "    stop_grace_period: 5s\n" +
         more + "volumes:\n  run: {}\n";
}

SupervisorSettings settings(std::map<std::string, std::string> environment = {}) {
  return {"/opt/mesh/bin", std::move(environment)};
}

Result<std::string> supervisor_of(const std::string& text, const SupervisorSettings& with = settings()) {
  const ComposeFile file(text);
  return supervisor_for(file.path(), with);
}

TEST(Compose, TheCommittedFileIsThatOfTheDefaultBody) {
  EXPECT_EQ(text_of(kDeploy / "compose.yaml"), compose_for(standard_body("four-78000"), "four-78000.yaml"));
}

TEST(Compose, OfEveryBodyHasTwoServicesForEachDeviceAndFiveBesides) {
  for (const auto* name : {"four-78000", "six-78000", "mixed-4", "mixed-8"}) {
    const auto body = standard_body(name);
    const ComposeFile file(compose_for(body, std::string(name) + ".yaml"));
    const auto processes = processes_of(file.path());
    ASSERT_TRUE(processes) << processes.error().message;
    EXPECT_EQ(processes->size(), 6 + 2 * body.devices.size());
    for (const auto* process : {"broker", "store", "monitor", "planner", "dispatcher", "gateway"})
      EXPECT_THAT(*processes, testing::Contains(process));
    for (const auto& device : body.devices) {
      EXPECT_THAT(*processes, testing::Contains("executor/" + device.id.text()));
      EXPECT_THAT(*processes, testing::Contains("accelerator/" + device.id.text()));
    }
    EXPECT_THAT(text_of(file.path()), HasSubstr("bodies/" + std::string(name) + ".yaml}"));
  }
}

TEST(Compose, ABodyFileOfAnyNameMakesAFileThatIsRead) {
  const auto body = standard_body("four-78000");
  for (const auto* name :
       {"my body: 1}.yaml", "a\"b'.yaml", "#$HOME.yaml", ".yaml", "gr\u00f6\u00dfe.yaml"}) {
    const ComposeFile file(compose_for(body, name));
    const auto made =
        supervisor_for(file.path(), settings({{"SYNERGY_BODY", "/b"}, {"SYNERGY_RUN_DIR", "/r"}}));
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_THAT(*made, HasSubstr("SYNERGY_BODY=\"/b\""));
    EXPECT_FALSE(supervisor_for(file.path(), settings()));
  }
}

TEST(Compose, StartsWhatOthersNeedBeforeThem) {
  const auto text = compose_for(standard_body("four-78000"), "four-78000.yaml");
  const auto dispatcher =
      text.substr(text.find("  dispatcher:"), text.find("  gateway:") - text.find("  dispatcher:"));
  EXPECT_THAT(dispatcher, AllOf(HasSubstr("store: {condition: service_healthy}"),
                                HasSubstr("monitor: {condition: service_healthy}")));
  const auto broker = text.substr(text.find("  broker:"), text.find("  store:") - text.find("  broker:"));
  EXPECT_THAT(broker, Not(HasSubstr("depends_on")));
}

TEST(Supervisor, OfTheCommittedFileHasAProgramForEachService) {
  const auto text = supervisor_for(kDeploy / "compose.yaml", settings({{"SYNERGY_RUN_DIR", "/srv/mesh"}}));
  ASSERT_TRUE(text) << text.error().message;
  for (const auto* service : {"broker", "store", "monitor", "planner", "dispatcher", "gateway",
                              "accelerator-ring", "executor-ring"})
    EXPECT_THAT(*text, HasSubstr("\n[program:" + std::string(service) + "]\n"));
  EXPECT_THAT(*text, HasSubstr("command=/opt/mesh/bin/synergy-executor --device ring\n"));
  EXPECT_THAT(*text, HasSubstr("SYNERGY_RUN_DIR=\"/srv/mesh\""));
  EXPECT_THAT(*text, HasSubstr("SYNERGY_STORE=\"/var/lib/synergy-mesh/mesh.db\""));
  EXPECT_THAT(*text, HasSubstr("stdout_logfile=%%(here)s/logs/executor-ring.log\n"
                               "stdout_logfile_maxbytes=5MB\nstdout_logfile_backups=2\n"));
}

TEST(Supervisor, FillsInVariablesAndTheirDefaults) {
  const auto value = [](const std::string& text, const std::map<std::string, std::string>& environment) {
    const auto made = supervisor_of(one_service(text), settings(environment));
    EXPECT_TRUE(made) << made.error().message;
    if (!made) return std::string();
    const auto at = made->find("VALUE=\"") + 7;
    return made->substr(at, made->find('"', at) - at);
  };
  EXPECT_EQ(value("plain", {}), "plain");
  EXPECT_EQ(value("${NAME}", {{"NAME", "set"}}), "set");
  EXPECT_EQ(value("${NAME:-default}", {}), "default");
  EXPECT_EQ(value("${NAME:-default}", {{"NAME", "set"}}), "set");
  EXPECT_EQ(value("${NAME:-}", {}), "");
  EXPECT_EQ(value("a${A}b${B:-two}c", {{"A", "one"}}), "aonebtwoc");
  EXPECT_EQ(value("${NAME:-default}", {{"NAME", ""}}), "default")
      << "Compose takes the default for an empty variable too";
  EXPECT_EQ(value("a$$b", {}), "a$b") << "as Compose has it";
}

TEST(Supervisor, NamesFileServiceAndVariableThatIsNotSet) {
  const auto made = supervisor_of(one_service("${NAME}"));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(made.error().message, AllOf(HasSubstr("_compose.yaml"), HasSubstr("service 'planner'"),
                                          HasSubstr("NAME is not set")));
}

TEST(Supervisor, RefusesWhatItWouldReadOtherwiseThanCompose) {
  for (const auto* text : {"\"${NAME\"", "$NAME", "${NAME:?must be set}", "a$"})
    EXPECT_FALSE(supervisor_of(one_service(text), settings({{"OTHER", "x"}}))) << text;
}

// supervisord expands `%`, takes quotes from the ends of a value, and knows no backslash in one.
TEST(Supervisor, WritesValuesAsSupervisordReadsThem) {
  const auto value = [](const std::string& text) {
    const auto made = supervisor_of(one_service("${NAME}"), settings({{"NAME", text}}));
    return made ? *made : made.error().message;
  };
  EXPECT_THAT(value("50% of all; \\o/ a=b, c;d#e"), HasSubstr("VALUE=\"50%% of all; \\o/ a=b, c;d#e\"\n"));
  EXPECT_THAT(value("50% of \"some\" more"), HasSubstr("VALUE='50%% of \"some\" more'\n"));
  EXPECT_THAT(value("it's all"), HasSubstr("VALUE=\"it's all\"\n"));
  EXPECT_THAT(value("/run/größe"), HasSubstr("VALUE=\"/run/größe\"\n"));
}

TEST(Supervisor, AValueThatItCanNotHoldIsInheritedOrRefused) {
  for (const std::string value : {"both ' and \" in", "'front", "back\"", "a ;comment", "a #comment",
                                  "a\u00a0;comment", "a\nline", "a\x1b[2J", "\xff"}) {
    const auto inherited = supervisor_of(one_service("${VALUE}"), settings({{"VALUE", value}}));
    ASSERT_TRUE(inherited) << inherited.error().message;
    EXPECT_THAT(*inherited, HasSubstr("\nenvironment=\n"));
    const auto refused =
        supervisor_of(one_service("${NAME}"), settings({{"NAME", value}, {"VALUE", "other"}}));
    ASSERT_FALSE(refused) << value;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalid);
    EXPECT_THAT(refused.error().message,
                AllOf(HasSubstr("service 'planner'"), HasSubstr("set VALUE itself in the environment"),
                      Not(HasSubstr("\x1b"))));
  }
}

TEST(Supervisor, NoFolderStandsInItButThatOfThePrograms) {
  const auto made = supervisor_of(one_service("plain", "", "100%"), {"/opt/50%", {}});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_THAT(*made, HasSubstr("command=/opt/50%%/synergy-planner 100%%\n"));
  EXPECT_THAT(*made, HasSubstr("file=%(here)s/supervisor.sock\n"));
  EXPECT_THAT(*made, HasSubstr("pidfile=%(here)s/supervisord.pid\n"));
}

TEST(Supervisor, QuotesWordsThatWouldBeTakenForSeveral) {
  const auto made =
      supervisor_of(one_service("plain", "", R"(a \"word\" ;it's)"), {"/opt/my mesh #1/bin", {}});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_THAT(*made, HasSubstr(R"(command=/opt/my\ mesh\ \#1/bin/synergy-planner a\ \"word\"\ \;it\'s)"
                               "\n"));
}

TEST(Supervisor, RefusesAWordAndANameThatNoLineCanHold) {
  for (const auto& made : {supervisor_of(one_service("plain", "", "two\\nlines")),
                           supervisor_of(one_service("plain"), {"/opt/\xff", {}})}) {
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().message, HasSubstr("control characters or is no UTF-8"));
  }
  auto text = one_service("plain");
  text.replace(text.find("  planner:"), 10, "  \"a]b\":");
  EXPECT_FALSE(supervisor_of(text));
}

TEST(Supervisor, RefusesAnUnknownKeyWithItsLine) {
  const auto made = supervisor_of(one_service("plain", "    privileged: true\n"));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(made.error().message,
              AllOf(HasSubstr("_compose.yaml"), HasSubstr("privileged"), HasSubstr("17")));
}

TEST(Supervisor, RefusesAMissingKey) {
  auto text = one_service("plain");
  text.erase(text.find("    image:"), std::string("    image: synergy-mesh\n").size());
  EXPECT_FALSE(supervisor_of(text));
}

TEST(Supervisor, NamesAFileThatDoesNotExist) {
  const auto made = supervisor_for("no-such-compose.yaml", settings());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(processes_of("no-such-compose.yaml").error().code, ErrorCode::kNotFound);
}

TEST(Supervisor, RestartsUnlessTheFileSaysNo) {
  EXPECT_THAT(*supervisor_of(one_service("plain")), HasSubstr("autorestart=true\n"));
  auto text = one_service("plain");
  text.replace(text.find("unless-stopped"), 14, "\"no\"");
  EXPECT_THAT(*supervisor_of(text), HasSubstr("autorestart=false\n"));
}

TEST(Supervisor, StopsTheBrokerLast) {
  // supervisord stops in falling order of priority.
  const auto text = *supervisor_for(kDeploy / "compose.yaml", settings());
  const auto priority = [&](const std::string& service) {
    const auto at = text.find("priority=", text.find("[program:" + service + "]"));
    return std::stoi(text.substr(at + 9));
  };
  EXPECT_LT(priority("broker"), priority("store"));
  EXPECT_LT(priority("store"), priority("monitor"));
  EXPECT_LT(priority("monitor"), priority("dispatcher"));
  EXPECT_LT(priority("monitor"), priority("executor-ring"));
}

}  // namespace
}  // namespace synergy::cli
