#include "yaml_values.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <string_view>
#include <utility>

#include "synergy/base/text.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::accel_import {
namespace {

using schemas::Kind;
using schemas::Node;

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower;
}

/// A name out of `names`, ignoring case.
template <class T, std::size_t N>
Status read_name(Node node, const std::array<std::pair<std::string_view, T>, N>& names, T& out) {
  if (node.kind() != Kind::kText) return node.expected("a name");
  const auto text = lower_case(node.text());
  std::vector<std::string> known;
  for (const auto& [name, value] : names) {
    if (name == text) {
      out = value;
      return {};
    }
    known.emplace_back(name);
  }
  return node.wrong(unknown_name("value", node.text(), known));
}

}  // namespace

std::string place_of(Node node) {
  auto place = node.wrong({}).message;
  return place.substr(0, place.size() - std::min<std::size_t>(2, place.size()));  // without ": "
}

Status read_value(Node node, bool& out) {
  // The tool's YAML 1.1 knows these, too; a number counts as true unless it is 0.
  constexpr std::array<std::pair<std::string_view, bool>, 8> kNames{{{"true", true},
                                                                     {"yes", true},
                                                                     {"on", true},
                                                                     {"y", true},
                                                                     {"false", false},
                                                                     {"no", false},
                                                                     {"off", false},
                                                                     {"n", false}}};
  if (node.kind() == Kind::kText) return read_name(node, kNames, out);
  if (node.kind() != Kind::kInteger) return schemas::decode(node, out);
  std::int64_t number = 1;
  out = !node.integer(number) || number != 0;
  return {};
}

Status read_value(Node node, std::int32_t& out) { return schemas::decode(node, out); }
Status read_value(Node node, std::int64_t& out) { return schemas::decode(node, out); }
Status read_value(Node node, std::uint32_t& out) { return schemas::decode(node, out); }
Status read_value(Node node, std::string& out) { return schemas::decode(node, out); }
Status read_value(Node node, schemas::Extent& out) { return decode(node, out); }

Status read_value(Node node, PoolSize& out) {
  out.one_number = node.kind() == Kind::kInteger;
  return decode(node, out.extent);
}

Status read_value(Node node, std::vector<std::uint32_t>& out) { return schemas::decode(node, out); }

Status read_value(Node node, schemas::Eltwise& out) {
  using schemas::Eltwise;
  constexpr std::array<std::pair<std::string_view, Eltwise>, 4> kNames{
      {{"add", Eltwise::kAdd}, {"sub", Eltwise::kSub}, {"or", Eltwise::kOr}, {"xor", Eltwise::kXor}}};
  return read_name(node, kNames, out);
}

Status read_value(Node node, schemas::Activation& out) {
  using schemas::Activation;
  constexpr std::array<std::pair<std::string_view, Activation>, 3> kNames{
      {{"relu", Activation::kRelu}, {"abs", Activation::kAbs}, {"none", Activation::kNone}}};
  return read_name(node, kNames, out);
}

Status read_value(Node node, schemas::DataFormat& out) {
  using schemas::DataFormat;
  constexpr std::array<std::pair<std::string_view, DataFormat>, 4> kNames{{{"hwc", DataFormat::kHwc},
                                                                           {"little", DataFormat::kHwc},
                                                                           {"chw", DataFormat::kChw},
                                                                           {"big", DataFormat::kChw}}};
  return read_name(node, kNames, out);
}

Status read_value(Node node, OperatorName& out) {
  using schemas::Eltwise;
  using schemas::Operator;
  constexpr OperatorName kLinear{Operator::kLinear, Eltwise::kNone},
      kPassthrough{Operator::kPassthrough, Eltwise::kNone}, kOr{Operator::kPassthrough, Eltwise::kOr},
      kXor{Operator::kPassthrough, Eltwise::kXor};
  constexpr std::array<std::pair<std::string_view, OperatorName>, 16> kNames{
      {{"conv1d", {Operator::kConv1d, Eltwise::kNone}},
       {"conv2d", {Operator::kConv2d, Eltwise::kNone}},
       {"convtranspose2d", {Operator::kConvTranspose2d, Eltwise::kNone}},
       {"linear", kLinear},
       {"fc", kLinear},
       {"mlp", kLinear},
       {"none", kPassthrough},
       {"passthrough", kPassthrough},
       {"add", {Operator::kPassthrough, Eltwise::kAdd}},
       {"sub", {Operator::kPassthrough, Eltwise::kSub}},
       {"or", kOr},
       {"bitwiseor", kOr},
       {"bitwise_or", kOr},
       {"xor", kXor},
       {"bitwisexor", kXor},
       {"bitwise_xor", kXor}}};
  return read_name(node, kNames, out);
}

Status read_value(Node node, ProcessorMask& out) {
  constexpr std::string_view kNeeded = "a mask of processors from 1 to 0xffffffffffffffff";
  if (node.kind() == Kind::kInteger) {
    if (!node.unsigned_integer(out.bits) || out.bits == 0) return node.expected(kNeeded);
    return {};
  }
  if (node.kind() != Kind::kText) return node.expected(kNeeded);
  // Text is hexadecimal with or without 0x, and may be parted for the eye: `0xffff.0000`.
  auto digits = lower_case(node.text());
  std::erase_if(digits, [](char c) { return c == '.' || c == '_'; });
  std::string_view rest = digits;
  if (rest.starts_with("0x")) rest.remove_prefix(2);
  const auto end = rest.data() + rest.size();
  const auto [stop, error] = std::from_chars(rest.data(), end, out.bits, 16);
  if (error != std::errc() || stop != end || rest.starts_with('-') || out.bits == 0)
    return node.wrong("expected " + std::string(kNeeded) + ", found '" + std::string(node.text()) + "'");
  return {};
}

Status read_value(Node node, LayerReference& out) {
  if (node.kind() == Kind::kText) return schemas::decode(node, out.name);
  if (node.kind() != Kind::kInteger) return node.expected("a layer's number or name");
  std::int64_t number = 0;
  if (auto status = schemas::decode(node, number); !status) return status;
  out.number = number;
  return {};
}

Status read_value(Node node, KernelSize& out) {
  std::uint32_t number = 0;
  if (node.kind() == Kind::kInteger) {
    if (auto status = schemas::decode(node, number); !status) return status;
    out = {number, 1, true};
    return {};
  }
  if (node.kind() != Kind::kText) return node.expected("a kernel size such as 3x3 or 3");
  const auto text = lower_case(node.text());
  if (text.size() != 3 || text[1] != 'x' || std::isdigit(static_cast<unsigned char>(text[0])) == 0 ||
      std::isdigit(static_cast<unsigned char>(text[2])) == 0)
    return node.wrong("expected a kernel size such as 3x3 or 3, found '" + std::string(node.text()) + "'");
  out = {std::uint32_t(text[0] - '0'), std::uint32_t(text[2] - '0'), false};
  return {};
}

Status read_value(Node node, WeightWidth& out) {
  if (node.kind() == Kind::kText) {
    constexpr std::array<std::pair<std::string_view, WeightWidth>, 2> kNames{
        {{"bin", {1, true}}, {"binary", {1, true}}}};
    return read_name(node, kNames, out);
  }
  std::uint32_t bits = 0;
  if (auto status = schemas::decode(node, bits); !status) return status;
  if (bits != 1 && bits != 2 && bits != 4 && bits != 8)
    return node.wrong("weights have 1, 2, 4 or 8 bits, or are 'binary'; not " + std::to_string(bits));
  out = {bits, false};
  return {};
}

}  // namespace synergy::accel_import
