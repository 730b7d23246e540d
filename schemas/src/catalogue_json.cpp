// `synergy schema --json`: the tables of all messages as one document, for programs that are made from it.
#include <nlohmann/json.hpp>

#include "synergy/schemas/catalogue.hpp"
#include "synergy/schemas/field_text.hpp"
#include "synergy/schemas/topics.hpp"

namespace synergy::schemas {
namespace {

using Json = nlohmann::ordered_json;

/// The numbers that decode() takes: those of the C++ type, of the range of all numbers, and of the field.
Json integer_json(const TypeInfo& type, const Limits& limits) {
  Json json{{"kind", "integer"}};
  if (limits.any_number) {
    json["min"] = type.least;
    json["max"] = type.most;
    return json;
  }
  const auto most = std::min(type.most, std::uint64_t(kMaxWholeNumber));
  json["min"] = std::max(std::max(type.least, -kMaxWholeNumber), limits.least.value_or(-kMaxWholeNumber));
  json["max"] = std::min(std::int64_t(most), limits.most.value_or(kMaxWholeNumber));
  if (limits.or_nothing) json["or"] = 0;
  if (!limits.one_of.empty()) json["one_of"] = std::vector(limits.one_of.begin(), limits.one_of.end());
  return json;
}

Json number_json(const Limits& limits) {
  Json json{{"kind", "number"}};
  json["min"] = limits.least_real.value_or(-kMaxNumber);
  json["max"] = limits.most_real.value_or(kMaxNumber);
  if (limits.or_nothing) json["or"] = 0;
  return json;
}

Json text_json(const Limits& limits) {
  Json json{{"kind", "text"}, {"min_bytes", limits.least_bytes}};
  if (limits.most_bytes != kNoLimit) json["max_bytes"] = limits.most_bytes;
  if (limits.plain_name) json["pattern"] = kPlainNamePattern;
  if (limits.or_nothing) json["or"] = "";
  return json;
}

Json type_json(const TypeInfo& type, const Limits& limits);

Json container_json(const TypeInfo& type, const Limits& limits) {
  Json json{{"kind", type.kind == ValueKind::kList ? "list" : "map"}};
  json["min_items"] = limits.least_items;
  json["max_items"] = std::min(limits.most_items, kMaxItems);
  if (limits.least_key_bytes > 0) json["min_key_bytes"] = limits.least_key_bytes;
  if (limits.most_key_bytes != kNoLimit) json["max_key_bytes"] = limits.most_key_bytes;
  json["of"] = type_json(*type.item(), limits);
  return json;
}

Json type_json(const TypeInfo& type, const Limits& limits) {
  switch (type.kind) {
    case ValueKind::kBoolean:
      return {{"kind", "boolean"}};
    case ValueKind::kInteger:
      return integer_json(type, limits);
    case ValueKind::kNumber:
      return number_json(limits);
    case ValueKind::kText:
      return text_json(limits);
    case ValueKind::kEnum:
      return {{"kind", "enum"}, {"enum", type.name()}};
    case ValueKind::kBytes:
      return {{"kind", "bytes"}};
    case ValueKind::kList:
    case ValueKind::kMap:
      return container_json(type, limits);
    case ValueKind::kStruct:
      return {{"kind", "struct"}, {"struct", type.part()->name}};
    case ValueKind::kOwnForm:
      break;
  }
  SYNERGY_CHECK(false, "a type with a form of its own stands in files, not in messages");
  return {};
}

Json struct_json(const StructInfo& info) {
  Json fields = Json::array();
  for (const auto& field : info.fields) {
    Json json{{"name", field.name}, {"about", field.about}};
    json["optional"] = field.presence == Presence::kOptional;
    json["type"] = type_json(*field.type, field.limits);
    if (const auto unit = unit_of(field); !unit.empty()) json["unit"] = unit;
    if (field.presence == Presence::kOptional)
      json["default"] = Json::parse(
          with_json([&](Encoder& out) { field.type->encode(out, field.in(info.defaults.get())); }, -1));
    fields.push_back(std::move(json));
  }
  return {{"fields", std::move(fields)}, {"has_rules_between_fields", info.check != nullptr}};
}

Json messages_json() {
  Json messages = Json::array();
  for (const auto& info : catalogue()) {
    Json json{{"name", info.name}, {"version", info.version}, {"oldest_reader", info.oldest_reader}};
    json["struct"] = info.body->name;
    json["topic"] = info.topic.empty() ? Json() : Json(info.topic);
    json["topic_class"] = info.topic.empty() ? Json() : Json(name_of(class_of(info.topic)));
    json["answered_by"] = info.reply.empty() ? Json() : Json(info.reply);
    json["answers"] = Json::array();
    for (const auto& command : catalogue())
      if (command.reply == info.name) json["answers"].push_back(command.name);
    messages.push_back(std::move(json));
  }
  return messages;
}

/// What `failure` and apps that are left out may have as `code`.
Json error_codes_json() {
  Json codes = Json::array();
  for (int code = 0; code <= int(ErrorCode::kInternal); ++code) codes.push_back(name_of(ErrorCode(code)));
  return codes;
}

}  // namespace

std::string catalogue_json() {
  Json json{{"format", 1}};
  json["limits"] = {{"topic_bytes", kMaxTopicBytes},
                    {"message_bytes", kMaxMessageBytes},
                    {"depth", kMaxDepth},
                    {"items", kMaxItems}};
  json["envelope"] = {{"struct", describe<Envelope>().name}, {"body", "body"}};
  json["messages"] = messages_json();
  auto& structs = json["structs"] = Json::object();
  structs[std::string(describe<Envelope>().name)] = struct_json(describe<Envelope>());
  for (const auto& info : catalogue()) structs[std::string(info.body->name)] = struct_json(*info.body);
  for (const auto& [name, part] : parts_of_messages()) structs[std::string(name)] = struct_json(*part);
  auto& enums = json["enums"] = Json::object();
  for (const auto& [name, values] : enums_of_messages()) {
    auto& list = enums[name] = Json::array();
    for (const auto& value : *values) list.push_back(value.name);
  }
  json["error_codes"] = error_codes_json();
  return json.dump(2) + "\n";
}

}  // namespace synergy::schemas
