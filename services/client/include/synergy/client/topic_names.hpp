// Which topics there are: those of the message catalogue, with the names of a running mesh in place of their
// words in capitals; and patterns that choose among them.
//
// Pure. The bus itself keeps no list of topics: these are the ones on which the mesh's processes listen or
// publish, whether or not anything has travelled there yet. Answers travel on `@PARTICIPANT/reply`, which is
// in no list.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "synergy/schemas/catalogue.hpp"
#include "synergy/schemas/topics.hpp"

namespace synergy::client {

/// The names that stand in topics and that commands are given; each list sorted, each name once.
struct LiveNames {
  std::vector<std::string> apps, devices, models, processes;
};

struct TopicRow {
  std::string topic;
  schemas::TopicClass topic_class = schemas::TopicClass::kTelemetry;
  std::vector<std::string> messages;  ///< names of those that travel on it
  std::string published_by;           ///< the only process that may; empty: anybody
  std::string answered_by;            ///< of a command topic
  static void fields(auto& f) {
    using R = TopicRow;
    f.required("topic", &R::topic, "the topic; a word in capitals stands for a name");
    f.required("class", &R::topic_class, "what happens at a full queue (schemas/README.md)");
    f.required("messages", &R::messages, "names of the messages on it");
    f.required("published_by", &R::published_by, "the only process that may publish on it; empty: anybody");
    f.required("answered_by", &R::answered_by, "the process that answers its commands; empty: none");
  }
};

struct TopicList {
  std::vector<TopicRow> topics;
  static void fields(auto& f) { f.required("topics", &TopicList::topics, "by name"); }
};

/// As the catalogue has them: `event/result/APP`.
[[nodiscard]] TopicList topic_patterns();
/// With each name of the mesh: `event/result/digits`.
[[nodiscard]] TopicList topics_of(const LiveNames& names);
[[nodiscard]] std::string topics_table(const TopicList& list);

/// The messages that may travel on a topic; none where it is none of the catalogue's.
[[nodiscard]] std::vector<const schemas::MessageInfo*> messages_on(std::string_view topic);

/// Whether a topic begins as the pattern says. A `*` in it stands for one part, or the rest of one, between
/// slashes: `health/executor/*`, `event/*/digits`. An empty pattern fits every topic.
[[nodiscard]] bool fits(std::string_view topic, std::string_view pattern);
/// What every topic that fits begins with: what the bus is asked for.
[[nodiscard]] std::string beginning_of(std::string_view pattern);

}  // namespace synergy::client
