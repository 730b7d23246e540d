// topic pub: sends messages that a person wrote, once they fit.
#include <iostream>
#include <map>
#include <memory>

#include "synergy/base/visible_text.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/client/duration.hpp"
#include "synergy/client/session.hpp"
#include "synergy/client/topic_message.hpp"
#include "synergy/schemas/health.hpp"

namespace synergy::cli {
namespace {

/// A command is repeated after this, then after twice as long, and so on.
constexpr Duration kFirstRepetition = std::chrono::milliseconds(250);
constexpr const char* kLines = "-";

struct PubFlags {
  std::string topic, json, message;
  std::uint64_t count = 1;
  double interval_s = 1, wait_s = seconds(kAnswerTime);
  bool dangerous = false;
};

/// Fails where this may not be sent, or not without --dangerous.
Result<TopicMessage> checked(const PubFlags& flags, const std::string& json) {
  auto message = read_topic_message(flags.topic, json, flags.message);
  if (!message) return message.error();
  if (auto status = check_may_send(flags.topic, *message->info); !status) return status.error();
  const auto danger = danger_of(*message->info);
  if (danger.empty() || flags.dangerous) return message;
  return Error{ErrorCode::kInvalid, "'" + message->info->name + "' on '" + visible(flags.topic) +
                                        "' is dangerous for a running mesh: " + danger +
                                        "; nothing was sent. If it is what you want, add --dangerous"};
}

/// Sends on one bus; owns its place there.
class Sender {
 public:
  static Result<std::unique_ptr<Sender>> open(const Shared& shared, const PubFlags& flags) {
    std::unique_ptr<Sender> sender(new Sender(flags));
    auto session = Session::open(shared.run_folder, [&](bus::Participant& bus) {
      bus.tap(schemas::topics::direct_prefix(bus.name()),
              [self = sender.get()](const bus::Packet& packet) { self->take_answer(packet); });
    });
    if (!session) return session.error();
    sender->session_ = std::move(*session);
    return sender;
  }

  /// Prints the answer of a command.
  Status send(const TopicMessage& message) {
    auto& bus = session_->bus();
    schemas::Envelope envelope;
    envelope.sender = bus.name();
    envelope.instance = bus.instance();
    envelope.sent_unix_ns = bus.broker_time();
    if (message.is_command()) return call(envelope, message);
    envelope.sequence = ++sequence_;
    return bus.publish_as_is(flags_.topic, seal(envelope, message));
  }

  /// What was sent before has passed the broker when it answers.
  Status finish() {
    const auto joined = session_->ask(schemas::topics::command("broker"), schemas::Join{});
    return joined ? Status() : Status(joined.error());
  }

  void pause() {
    (void)session_->wait_until([] { return false; }, from_seconds(flags_.interval_s));
  }

 private:
  explicit Sender(const PubFlags& flags) : flags_(flags) {}

  void take_answer(const bus::Packet& packet) {
    (void)schemas::open(packet.payload, [&](const schemas::Envelope& envelope, schemas::Node body) -> Status {
      if (request_.empty() || envelope.request_id != request_) return {};
      answer_ = schemas::message_to_json(packet.payload);
      if (envelope.schema != schemas::Failure::kMessage.name) return {};
      schemas::Failure failure;
      if (auto status = schemas::decode(body, failure); !status) return status;
      answer_ = Error{error_code_from(failure.code).value_or(ErrorCode::kInternal), failure.message};
      return {};
    });
  }

  Status call(schemas::Envelope envelope, const TopicMessage& message) {
    auto& bus = session_->bus();
    const auto wait = from_seconds(flags_.wait_s);
    request_ = envelope.request_id = bus.name() + "#pub." + std::to_string(++requests_);
    envelope.deadline_unix_ns = bus.broker_time() + wait;
    answer_.reset();
    const auto payload = seal(envelope, message);
    const auto end = clock_.monotonic() + wait;
    for (Duration pause = kFirstRepetition; !answer_ && clock_.monotonic() < end; pause *= 2) {
      // A full queue is no failure: it is sent again.
      if (auto status = bus.publish_as_is(flags_.topic, payload);
          !status && status.error().code != ErrorCode::kOverloaded)
        return status;
      (void)session_->wait_until([&] { return answer_.has_value(); },
                                 std::min(pause, end - clock_.monotonic()));
    }
    if (!answer_)
      return Error{ErrorCode::kTimeout, "no answer on '" + flags_.topic +
                                            "' in time; it may be acted on all the same (synergy services "
                                            "tells who is there)"};
    if (!*answer_) return answer_->error();
    std::printf("%s\n", (*answer_)->c_str());
    std::fflush(stdout);
    return {};
  }

  const PubFlags& flags_;
  HostClock clock_;
  std::unique_ptr<Session> session_;
  std::string request_;
  std::optional<Result<std::string>> answer_;
  std::uint64_t requests_ = 0, sequence_ = 0;
};

/// One message a line, of standard input.
Status send_lines(const Shared& shared, const PubFlags& flags) {
  std::unique_ptr<Sender> sender;
  std::uint64_t number = 0, sent = 0;
  for (std::string line; std::getline(std::cin, line);) {
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const auto at = [&](const Error& error) {
      auto told = error.at("line " + std::to_string(number));
      told.message += "; sent before: " + std::to_string(sent);
      return told;
    };
    const auto message = checked(flags, line);
    if (!message) return at(message.error());
    if (!sender) {
      auto opened = Sender::open(shared, flags);
      if (!opened) return opened.error();
      sender = std::move(*opened);
    } else {
      sender->pause();
    }
    if (auto status = sender->send(*message); !status) return at(status.error());
    ++sent;
  }
  return sender ? sender->finish() : Status();
}

Status pub(const Shared& shared, const PubFlags& flags) {
  if (flags.json == kLines) return send_lines(shared, flags);
  const auto message = checked(flags, flags.json);
  if (!message) return message.error();
  const auto sender = Sender::open(shared, flags);
  if (!sender) return sender.error();
  for (std::uint64_t i = 0; i < flags.count; ++i) {
    if (i > 0) (*sender)->pause();
    if (auto status = (*sender)->send(*message); !status) return status;
  }
  return (*sender)->finish();
}

}  // namespace

void add_pub_command(const NewCommand& made) {
  auto& shared = made.shared;
  auto flags = std::make_shared<PubFlags>();
  auto* command = add_plain_command(made, [&shared, flags] { return pub(shared, *flags); });
  command->add_option("TOPIC", flags->topic, "a whole topic: cmd/dispatcher, run/glasses")->required();
  command
      ->add_option("JSON", flags->json,
                   "the fields of the message, or a line as topic echo prints it; - reads lines of standard "
                   "input, a message each")
      ->required();
  command->add_option("--message", flags->message,
                      "name of the message, where several travel on the topic (synergy topic list)");
  command->add_flag("--dangerous", flags->dangerous,
                    "also send what the mesh's processes tell each other (grants, turns, plans, accelerator "
                    "operations): they act on it, so runs of apps may be lost, wrong or held up");
  command->add_option("--count", flags->count, "send it so many times")->between(1, 1e9)->show_default();
  command->add_option("--interval", flags->interval_s, "seconds from one to the next")
      ->between(0.001, 3600)
      ->show_default();
  command->add_option("--wait", flags->wait_s, "seconds to wait for the answer to a command")
      ->between(0.1, 86400)
      ->show_default();
}

}  // namespace synergy::cli
