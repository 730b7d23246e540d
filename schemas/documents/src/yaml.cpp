// yaml-cpp parses; its tree is copied into plain nodes whose scalars are resolved to numbers, booleans and
// text. A quoted scalar is always text. Aliases are unfolded, and merge keys (`<<`) filled in, while copying.
#include "synergy/documents/yaml.hpp"

#include <yaml-cpp/anchor.h>
#include <yaml-cpp/emitterstyle.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

#include "synergy/documents/file.hpp"
#include "synergy/documents/finding.hpp"

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

/// `file:line:column`, counted from 1, as editors and compilers read it.
std::string place_of(const std::string& file, const YAML::Mark& mark) {
  return file + ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1);
}

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

/// Takes a sign and the prefix of a number system off `text`; the base, or 0 where there is no digit.
int take_base(std::string_view& text, YamlNumbers numbers) {
  const auto starts = [&](std::string_view small, std::string_view large) {
    const bool found = text.starts_with(small) || text.starts_with(large);
    if (found) text.remove_prefix(small.size());
    return found;
  };
  if (starts("0x", "0X")) return 16;
  if (numbers == YamlNumbers::kCore) return starts("0o", "0O") ? 8 : 10;
  if (starts("0b", "0B")) return 2;
  // YAML 1.1 itself writes octal numbers as 017.
  if (starts("0o", "0O") || (text.size() > 1 && text.front() == '0')) return 8;
  return 10;
}

/// Whether all of `text` is one integer; fills the node's number.
bool resolve_integer(std::string_view text, YamlNumbers numbers, TreeNode& node) {
  node.negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  const int base = take_base(text, numbers);
  std::string digits(text);
  if (numbers == YamlNumbers::kYaml11 && !digits.starts_with('_')) std::erase(digits, '_');
  const auto end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, node.magnitude, base);
  if (error != std::errc() || stop != end || digits.empty() || digits.front() == '-') return false;
  node.real = node.negative ? -double(node.magnitude) : double(node.magnitude);
  return true;
}

bool resolve_real(std::string_view text, TreeNode& node) {
  const auto end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, node.real);
  return error == std::errc() && stop == end && std::isfinite(node.real);
}

void resolve_scalar(const YAML::Node& source, YamlNumbers numbers, TreeNode& node) {
  node.text = source.Scalar();
  const bool quoted = source.Tag() == "!";
  node.kind = Kind::kText;
  if (quoted) return;
  if (node.text.empty() || node.text == "~" || node.text == "null")
    node.kind = Kind::kNull;
  else if (node.text == "true" || node.text == "false") {
    node.kind = Kind::kBoolean;
    node.boolean = node.text == "true";
  } else if (resolve_integer(node.text, numbers, node))
    node.kind = Kind::kInteger;
  else if (resolve_real(node.text, node))
    node.kind = Kind::kReal;
}

/// Copies yaml-cpp's tree. An alias shares its anchor's nodes there and becomes a copy of them here, so a
/// small file could describe an enormous tree: the number of nodes is bounded. A tree that contains itself
/// ends at the bound of depth.
class TreeCopy {
 public:
  TreeCopy(const std::string& file, YamlNumbers numbers, std::size_t limit)
      : file_(file), numbers_(numbers), left_(limit) {}

  Status copy(const YAML::Node& source, std::size_t depth, TreeNode& node) {
    node.place = place_of(file_, source.Mark());
    if (depth > schemas::kMaxDepth) return Error{ErrorCode::kInvalid, node.place + ": nested too deep"};
    if (left_-- == 0)
      return Error{ErrorCode::kInvalid, node.place + ": its aliases unfold to more than " +
                                            std::to_string(kMaxUnfoldedNodes) +
                                            " values; write less of them"};
    if (source.IsScalar()) resolve_scalar(source, numbers_, node);
    if (source.IsSequence()) {
      node.kind = Kind::kList;
      for (const auto& item : source)
        if (auto status = copy(item, depth + 1, node.entries.emplace_back()); !status) return status;
    }
    return source.IsMap() ? copy_map(source, depth, node) : Status();
  }

 private:
  Status copy_map(const YAML::Node& source, std::size_t depth, TreeNode& node) {
    node.kind = Kind::kMap;
    std::vector<TreeNode> merged;
    for (const auto& item : source) {
      if (!item.first.IsScalar())
        return Error{ErrorCode::kInvalid, node.place + ": a key must be a plain name"};
      const bool merges = item.first.Scalar() == "<<" && item.first.Tag() != "!";
      auto& entry = merges ? merged.emplace_back() : node.entries.emplace_back();
      entry.key = item.first.Scalar();
      if (auto status = copy(item.second, depth + 1, entry); !status) return status;
      // Of a map or a list that begins below its key, people look at the key.
      if (!item.second.IsScalar() && item.second.Mark().line > item.first.Mark().line)
        entry.place = place_of(file_, item.first.Mark());
    }
    for (auto& from : merged)
      if (auto status = merge(std::move(from), node); !status) return status;
    return {};
  }

  /// Adds the entries of a map, or of each map of a list, whose keys `node` does not have.
  static Status merge(TreeNode&& from, TreeNode& node) {
    std::vector<TreeNode> maps;
    if (from.kind == Kind::kList)
      maps = std::move(from.entries);
    else
      maps.push_back(std::move(from));
    for (auto& map : maps) {
      if (map.kind != Kind::kMap)
        return Error{ErrorCode::kInvalid,
                     map.place + ": '<<' takes over the keys of a map, or of a list of maps"};
      for (auto& entry : map.entries)
        if (std::none_of(node.entries.begin(), node.entries.end(),
                         [&](const TreeNode& own) { return own.key == entry.key; }))
          node.entries.push_back(std::move(entry));
    }
    return {};
  }

  const std::string& file_;
  YamlNumbers numbers_;
  std::size_t left_;
};

/// What is to be known of a file before a tree is made of it, which takes some hundred times its size.
struct Survey {
  int documents = 0;  ///< 0, 1, or 2 for more
  std::size_t values = 0;
};

Survey survey(const std::string& text) {
  struct Counter final : YAML::EventHandler {
    std::size_t values = 0;
    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override { ++values; }
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override { ++values; }
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {
      ++values;
    }
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {
      ++values;
    }
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                    YAML::EmitterStyle::value) override {
      ++values;
    }
    void OnMapEnd() override {}
  } counter;
  std::istringstream in(text);
  YAML::Parser parser(in);
  int documents = 0;
  // Two at most: behind a stray ',' or '}' yaml-cpp finds empty documents without end.
  while (documents < 2 && parser.HandleNextDocument(counter)) ++documents;
  return {documents, counter.values};
}

/// The lines of an error in the order of the file, each with its place in front of the path to the value:
/// `file:3:7: rate: must be ...`. At most `most_lines` of them.
Error places_first(const Error& error, const std::string& file, std::size_t most_lines) {
  auto findings = findings_in(error, file);
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return a.line < b.line; });
  const bool more = findings.size() > most_lines;
  if (more) findings.resize(most_lines);
  std::string message;
  for (const auto& finding : findings) {
    const bool whole = finding.line == 0 && finding.file == file;
    message += (message.empty() ? "" : "\n") + (whole ? finding.text : to_text(finding));
  }
  if (more) message += "\n" + file + ": there may be more; these are the first";
  return {error.code, message};
}

}  // namespace

Status with_yaml_text(const std::string& text, const std::string& name,
                      const std::function<Status(Node)>& read, YamlNumbers numbers, std::size_t most_lines) {
  TreeNode root;
  try {
    const auto [documents, values] = survey(text);
    if (values > kMaxYamlValues)
      return Error{ErrorCode::kInvalid, name + ": holds " + std::to_string(values) + " values; at most " +
                                            std::to_string(kMaxYamlValues) + " are read"};
    if (documents != 1)
      return Error{ErrorCode::kInvalid,
                   name + ": expected one YAML document, found " + (documents == 0 ? "none" : "more")};
    TreeCopy tree(name, numbers, values + kMaxUnfoldedNodes);
    if (auto status = tree.copy(YAML::Load(text), 0, root); !status) return status;
  } catch (const YAML::Exception& error) {  // yaml-cpp reports damaged input by exception
    return Error{ErrorCode::kInvalid, place_of(name, error.mark) + ": " + error.msg};
  }
  auto status = read(Node(kReader, &root));
  return status ? status : places_first(status.error(), name, most_lines);
}

Status with_yaml_file(const std::filesystem::path& path, const std::function<Status(Node)>& read,
                      YamlNumbers numbers, std::size_t most_lines) {
  const auto bytes = read_file(path, kMaxYamlBytes);
  if (!bytes) return bytes.error();
  return with_yaml_text({bytes->begin(), bytes->end()}, path.string(), read, numbers, most_lines);
}

}  // namespace synergy::documents
