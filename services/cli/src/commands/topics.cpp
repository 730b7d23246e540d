// topic list, topic echo.
#include <algorithm>
#include <memory>

#include "synergy/bus/sequence_watch.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/client/duration.hpp"
#include "synergy/client/live_names.hpp"
#include "synergy/client/replay.hpp"
#include "synergy/client/session.hpp"
#include "synergy/client/topic_names.hpp"
#include "synergy/schemas/catalogue.hpp"
#include "synergy/schemas/describe.hpp"
#include "topic_pattern.hpp"

namespace synergy::cli {
namespace {

struct ListFlags {
  std::string pattern;
  bool patterns = false;
};

Status list_topics(const Shared& shared, const ListFlags& flags) {
  TopicList list = topic_patterns();
  if (!flags.patterns) {
    const auto names = live_names(shared.run_folder);
    if (!names) return names.error();
    list = topics_of(*names);
  }
  std::erase_if(list.topics, [&](const TopicRow& row) { return !fits(row.topic, flags.pattern); });
  print<TopicList>(shared, list, topics_table);
  return {};
}

struct EchoFlags {
  std::vector<std::string> topics;
  std::uint64_t count = 0;
  double for_s = 0;

  [[nodiscard]] bool chooses(std::string_view topic) const {
    return std::any_of(topics.begin(), topics.end(),
                       [&](const auto& pattern) { return fits(topic, pattern); });
  }
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

/// Whether the broker sent this state before: it sends what it keeps again whenever anybody subscribes.
bool is_repeated(bus::SequenceWatch& watch, const bus::Packet& packet) {
  if (schemas::class_of(packet.topic) != schemas::TopicClass::kState) return false;
  bool repeated = false;
  (void)schemas::open(packet.payload, [&](const schemas::Envelope& envelope, schemas::Node) -> Status {
    repeated = watch.see(packet.topic, envelope) == bus::SequenceWatch::Verdict::kRepeated;
    return {};
  });
  return repeated;
}

Status echo(Shared& shared, const EchoFlags& flags) {
  std::uint64_t seen = 0;
  bus::SequenceWatch watch;
  const auto over = [&] { return flags.count > 0 && seen >= flags.count; };
  const auto take = [&](const bus::Packet& packet) {
    if (packet.topic.starts_with('@') || over() || !flags.chooses(packet.topic)) return;
    if (is_repeated(watch, packet)) return;
    ++seen;
    show(packet);
  };
  std::vector<std::string> beginnings;
  for (const auto& pattern : flags.topics) beginnings.push_back(beginning_of(pattern));
  auto session = Session::open(shared.run_folder, [&](bus::Participant& bus) {
    for (const auto& beginning : outermost(beginnings)) bus.tap(beginning, take);
  });
  if (!session) return session.error();
  const bool came =
      (*session)->wait_until(over, flags.for_s > 0 ? from_seconds(flags.for_s) : Duration::max());
  if (came || flags.count == 0) return {};
  return Error{ErrorCode::kTimeout, "only " + std::to_string(seen) + " of " + std::to_string(flags.count) +
                                        " messages came within the time of --for"};
}

}  // namespace

void add_topic_list_command(const NewCommand& made) {
  auto flags = std::make_shared<ListFlags>();
  auto* command = add_command(made, [&shared = made.shared, flags] { return list_topics(shared, *flags); });
  command->add_option("TOPIC", flags->pattern, kTopicPattern);
  command->add_flag("--patterns", flags->patterns,
                    "with words in capitals for what differs, in place of the running mesh's names; needs no "
                    "mesh");
}

void add_echo_command(const NewCommand& made) {
  auto flags = std::make_shared<EchoFlags>();
  auto* command = add_command(made, [&shared = made.shared, flags] { return echo(shared, *flags); });
  command->add_option("TOPIC", flags->topics, kTopicPattern)->required();
  command->add_option("--count", flags->count, "end after so many messages");
  command
      ->add_option("--for", flags->for_s,
                   "end after so many seconds; with --count it is an error when fewer came")
      ->between(0.01, 1e6);
}

}  // namespace synergy::cli
