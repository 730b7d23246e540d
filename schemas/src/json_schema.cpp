#include "synergy/schemas/json_schema.hpp"

#include <nlohmann/json.hpp>

#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/field_text.hpp"
#include "synergy/schemas/model.hpp"

namespace synergy::schemas {
namespace {

using Json = nlohmann::ordered_json;

/// 0, or nothing, beside what is allowed otherwise.
Json or_nothing(const Json& allowed, const Json& nothing) {
  return {{"anyOf", Json::array({Json{{"const", nothing}}, allowed})}};
}

/// The numbers that decode() takes: those of the C++ type, of the range of all numbers, and of the field.
Json integer_schema(const TypeInfo& type, const Limits& limits) {
  Json json{{"type", "integer"}};
  if (limits.any_number) {
    json["minimum"] = type.least;
    json["maximum"] = type.most;
    return json;
  }
  const auto most = std::int64_t(std::min(type.most, std::uint64_t(kMaxWholeNumber)));
  json["minimum"] = std::max(std::max(type.least, -kMaxWholeNumber), limits.least.value_or(-kMaxWholeNumber));
  json["maximum"] = std::min(most, limits.most.value_or(kMaxWholeNumber));
  if (!limits.one_of.empty()) json["enum"] = std::vector(limits.one_of.begin(), limits.one_of.end());
  return limits.or_nothing ? or_nothing(json, 0) : json;
}

Json number_schema(const Limits& limits) {
  const Json json{{"type", "number"},
                  {"minimum", limits.least_real.value_or(-kMaxNumber)},
                  {"maximum", limits.most_real.value_or(kMaxNumber)}};
  return limits.or_nothing ? or_nothing(json, 0) : json;
}

Json text_schema(const Limits& limits) {
  Json json{{"type", "string"}};
  if (limits.least_bytes > 0) json["minLength"] = limits.least_bytes;
  if (limits.most_bytes != kNoLimit) json["maxLength"] = limits.most_bytes;
  if (limits.plain_name) json["pattern"] = kPlainNamePattern;
  return limits.or_nothing ? or_nothing(json, "") : json;
}

/// What decode(Node, Extent&) takes: a number, or [rows, columns].
Json extent_schema() {
  const Json number{{"type", "integer"}, {"minimum", 0}, {"maximum", 4294967295}};
  const Json both{{"type", "array"}, {"minItems", 2}, {"maxItems", 2}, {"items", number}};
  return {{"anyOf", Json::array({number, both})}};
}

Json reference_to(const StructInfo& part) { return {{"$ref", "#/definitions/" + std::string(part.name)}}; }

/// Of one document: collects the structs that it refers to.
class SchemaWriter {
 public:
  Json of_struct(const StructInfo& info) {
    Json json{{"type", "object"}, {"additionalProperties", false}};
    auto required = Json::array();
    auto& properties = json["properties"] = Json::object();
    for (const auto& field : info.fields) {
      properties[std::string(field.name)] = of_field(info, field);
      if (field.presence == Presence::kRequired) required.push_back(field.name);
    }
    if (!required.empty()) json["required"] = std::move(required);
    return json;
  }
  /// Those that were referred to; each once.
  [[nodiscard]] const Json& definitions() const { return definitions_; }
  Json refer_to(const StructInfo& part) {
    const std::string name(part.name);
    if (!definitions_.contains(name)) {
      definitions_[name] = Json::object();  // it may refer to itself
      auto made = of_struct(part);
      definitions_[name] = std::move(made);
    }
    return reference_to(part);
  }

 private:
  Json of_type(const TypeInfo& type, const Limits& limits) {
    switch (type.kind) {
      case ValueKind::kBoolean:
        return {{"type", "boolean"}};
      case ValueKind::kInteger:
        return integer_schema(type, limits);
      case ValueKind::kNumber:
        return number_schema(limits);
      case ValueKind::kText:
        return text_schema(limits);
      case ValueKind::kEnum:
        return names_of(type);
      case ValueKind::kList:
      case ValueKind::kMap:
        return of_container(type, limits);
      case ValueKind::kStruct:
        return refer_to(*type.part());
      case ValueKind::kOwnForm:
        if (&type == &kTypeInfo<Extent> || &type == &kTypeInfo<std::optional<Extent>>) return extent_schema();
        break;
      case ValueKind::kBytes:
        break;
    }
    SYNERGY_CHECK(false, "a type of a file has no schema");
    return {};
  }
  static Json names_of(const TypeInfo& type) {
    auto names = Json::array();
    for (const auto& value : type.enum_names()) names.push_back(value.name);
    return {{"enum", std::move(names)}};
  }
  Json of_container(const TypeInfo& type, const Limits& limits) {
    const bool is_list = type.kind == ValueKind::kList;
    Json json{{"type", is_list ? "array" : "object"}};
    if (limits.least_items > 0) json[is_list ? "minItems" : "minProperties"] = limits.least_items;
    if (limits.most_items != kNoLimit) json[is_list ? "maxItems" : "maxProperties"] = limits.most_items;
    if (limits.least_key_bytes > 0) json["propertyNames"]["minLength"] = limits.least_key_bytes;
    if (limits.most_key_bytes != kNoLimit) json["propertyNames"]["maxLength"] = limits.most_key_bytes;
    json[is_list ? "items" : "additionalProperties"] = of_type(*type.item(), limits);
    return json;
  }
  /// With null where the field may be left out: that says the same.
  Json of_field(const StructInfo& info, const FieldInfo& field) {
    const bool optional = field.presence == Presence::kOptional;
    auto values = of_type(*field.type, field.limits);
    Json json{{"description", about(field)}};
    if (optional) {
      auto shown = Json::parse(
          with_json([&](Encoder& out) { field.type->encode(out, field.in(info.defaults.get())); }, -1));
      if (!shown.is_null()) json["default"] = std::move(shown);
    }
    if (optional)
      json["anyOf"] = Json::array({std::move(values), Json{{"type", "null"}}});
    else if (values.contains("$ref"))
      json["allOf"] = Json::array({std::move(values)});  // what stands beside a $ref counts for nothing
    else
      json.update(values);
    return json;
  }
  static std::string about(const FieldInfo& field) {
    const auto unit = unit_for_people(field);
    return std::string(field.about) + (unit.empty() ? "" : " (" + unit + ")");
  }

  Json definitions_ = Json::object();
};

}  // namespace

std::string json_schema(const StructInfo& root, const SchemaHead& head) {
  SchemaWriter writer;
  Json json{{"$schema", "http://json-schema.org/draft-07/schema#"},
            {"$comment", "made by `synergy schema --files`; edit the field lists instead"},
            {"title", head.title},
            {"description", head.description}};
  if (head.is_list) {
    json["type"] = "array";
    json["items"] = writer.refer_to(root);
  } else {
    json.update(writer.of_struct(root));
  }
  json["definitions"] = writer.definitions();
  return json.dump(1) + "\n";
}

}  // namespace synergy::schemas
