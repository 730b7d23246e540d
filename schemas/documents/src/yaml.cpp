// yaml-cpp parses; its tree is copied into plain nodes whose scalars are resolved to numbers, booleans and
// text as YAML 1.2's core schema does (0x... is an integer, a quoted scalar is text).
#include "synergy/documents/yaml.hpp"

#include <yaml-cpp/anchor.h>
#include <yaml-cpp/emitterstyle.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <charconv>
#include <cmath>

#include "synergy/documents/file.hpp"

namespace synergy::documents {
namespace {

using schemas::Kind;
using schemas::Node;

struct TreeNode {
  Kind kind = Kind::kNull;
  std::string text;
  bool boolean = false;
  bool negative = false;
  std::uint64_t magnitude = 0;
  double real = 0;
  std::string key;                ///< of a map's entry
  std::vector<TreeNode> entries;  ///< of a map or a list
  std::string place;
};

const TreeNode& tree(const void* data) { return *static_cast<const TreeNode*>(data); }

Node entry_node(const void* data, std::size_t i);

constexpr Node::Reader kReader{
    [](const void* d) { return tree(d).kind; },
    [](const void* d) { return tree(d).boolean; },
    [](const void* d, std::int64_t& out) {
      const auto& node = tree(d);
      const std::uint64_t limit = std::uint64_t(1) << 63;
      if (node.negative ? node.magnitude > limit : node.magnitude >= limit) return false;
      out = node.negative ? std::int64_t(~node.magnitude + 1) : std::int64_t(node.magnitude);
      return true;
    },
    [](const void* d, std::uint64_t& out) {
      out = tree(d).magnitude;
      return !tree(d).negative || tree(d).magnitude == 0;
    },
    [](const void* d) { return tree(d).real; },
    [](const void* d) { return std::string_view(tree(d).text); },
    [](const void*) { return std::span<const std::uint8_t>(); },
    [](const void* d) { return tree(d).entries.size(); },
    entry_node,
    [](const void* d, std::size_t i) { return std::string_view(tree(d).entries[i].key); },
    entry_node,
    [](const void* d) { return tree(d).place; },
    true};

Node entry_node(const void* data, std::size_t i) { return {kReader, &tree(data).entries[i]}; }

/// Whether all of `text` is one integer, decimal or 0x; fills the node's number.
bool resolve_integer(std::string_view text, TreeNode& node) {
  node.negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  }
  const auto end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, node.magnitude, base);
  if (error != std::errc() || stop != end || text.empty()) return false;
  node.real = node.negative ? -double(node.magnitude) : double(node.magnitude);
  return true;
}

bool resolve_real(std::string_view text, TreeNode& node) {
  const auto end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, node.real);
  return error == std::errc() && stop == end && std::isfinite(node.real);
}

void resolve_scalar(const YAML::Node& source, TreeNode& node) {
  node.text = source.Scalar();
  const bool quoted = source.Tag() == "!";
  node.kind = Kind::kText;
  if (quoted) return;
  if (node.text.empty() || node.text == "~" || node.text == "null")
    node.kind = Kind::kNull;
  else if (node.text == "true" || node.text == "false") {
    node.kind = Kind::kBoolean;
    node.boolean = node.text == "true";
  } else if (resolve_integer(node.text, node))
    node.kind = Kind::kInteger;
  else if (resolve_real(node.text, node))
    node.kind = Kind::kReal;
}

Status copy(const YAML::Node& source, const std::string& file, std::size_t depth, TreeNode& node) {
  node.place = file + ":" + std::to_string(source.Mark().line + 1);
  if (depth > schemas::kMaxDepth) return Error{ErrorCode::kInvalid, node.place + ": nested too deep"};
  if (source.IsScalar()) {
    resolve_scalar(source, node);
  } else if (source.IsSequence()) {
    node.kind = Kind::kList;
    for (const auto& item : source)
      if (auto status = copy(item, file, depth + 1, node.entries.emplace_back()); !status) return status;
  } else if (source.IsMap()) {
    node.kind = Kind::kMap;
    for (const auto& item : source) {
      if (!item.first.IsScalar())
        return Error{ErrorCode::kInvalid, node.place + ": a key must be a plain name"};
      auto& entry = node.entries.emplace_back();
      entry.key = item.first.Scalar();
      if (auto status = copy(item.second, file, depth + 1, entry); !status) return status;
    }
  }
  return {};
}

/// What is to be known of a file before a tree is made of it.
struct Survey {
  int documents = 0;  ///< 0, 1, or 2 for more
  /// Aliases let a small file describe an enormous tree, and none of our files needs them or the anchors they
  /// name.
  bool anchors_or_aliases = false;
};

Survey survey(const std::string& text) {
  std::istringstream in(text);
  YAML::Parser parser(in);
  struct Watch final : YAML::EventHandler {
    bool found = false;
    void note(YAML::anchor_t anchor) { found = found || anchor != YAML::NullAnchor; }
    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t anchor) override { note(anchor); }
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override { found = true; }
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t anchor, const std::string&) override {
      note(anchor);
    }
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
      note(anchor);
    }
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
      note(anchor);
    }
    void OnMapEnd() override {}
  } watch;
  // Two at most: behind a stray ',' or '}' yaml-cpp finds empty documents without end.
  int documents = 0;
  while (documents < 2 && parser.HandleNextDocument(watch)) ++documents;
  return {documents, watch.found};
}

}  // namespace

Status with_yaml_text(const std::string& text, const std::string& name,
                      const std::function<Status(Node)>& read) {
  TreeNode root;
  try {
    const auto found = survey(text);
    if (found.anchors_or_aliases)
      return Error{ErrorCode::kInvalid, name + ": anchors and aliases are not supported"};
    if (found.documents != 1)
      return Error{ErrorCode::kInvalid,
                   name + ": expected one YAML document, found " + (found.documents == 0 ? "none" : "more")};
    if (auto status = copy(YAML::Load(text), name, 0, root); !status) return status;
  } catch (const YAML::Exception& error) {  // yaml-cpp reports damaged input by exception
    return Error{ErrorCode::kInvalid, name + ":" + std::to_string(error.mark.line + 1) + ": " + error.msg};
  }
  return read(Node(kReader, &root));
}

Status with_yaml_file(const std::filesystem::path& path, const std::function<Status(Node)>& read) {
  const auto bytes = read_file(path, kMaxYamlBytes);
  if (!bytes) return bytes.error();
  return with_yaml_text({bytes->begin(), bytes->end()}, path.string(), read);
}

}  // namespace synergy::documents
