// topic echo, schema.
#include <memory>

#include "synergy/cli/commands.hpp"
#include "synergy/client/session.hpp"
#include "synergy/schemas/catalogue.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::cli {
namespace {

struct EchoFlags {
  std::string topic;
  std::uint64_t count = 0;
};

void show(const bus::Packet& packet) {
  const auto json = schemas::message_to_json(packet.payload);
  if (json)
    std::printf("{\"topic\":%s,%s\n", schemas::to_json(packet.topic).c_str(), json->c_str() + 1);
  else
    std::printf("{\"topic\":%s,\"unreadable\":%s}\n", schemas::to_json(packet.topic).c_str(),
                schemas::to_json(json.error().message).c_str());
  std::fflush(stdout);
}

Status echo(Shared& shared, const EchoFlags& flags) {
  std::uint64_t seen = 0;
  auto session = Session::open(shared.run_folder, [&](bus::Participant& bus) {
    bus.tap(flags.topic, [&](const bus::Packet& packet) {
      if (packet.topic.starts_with('@') || (flags.count > 0 && seen >= flags.count)) return;
      ++seen;
      show(packet);
    });
  });
  if (!session) return session.error();
  (void)(*session)->wait_until([&] { return flags.count > 0 && seen >= flags.count; }, Duration::max());
  return {};
}

}  // namespace

void add_echo_command(const NewCommand& made) {
  auto flags = std::make_shared<EchoFlags>();
  auto* command = add_command(made, [&shared = made.shared, flags] { return echo(shared, *flags); });
  command
      ->add_option("TOPIC", flags->topic, "a topic or the beginning of several, e.g. state/ or event/result/")
      ->required();
  command->add_option("--count", flags->count, "end after so many messages");
}

void add_schema_command(const NewCommand& made) {
  add_command(made, [&shared = made.shared]() -> Status {
    const auto text = shared.json ? schemas::catalogue_json() : schemas::catalogue_markdown();
    std::fwrite(text.data(), 1, text.size(), stdout);
    return {};
  });
}

}  // namespace synergy::cli
