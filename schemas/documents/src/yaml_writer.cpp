#include "synergy/documents/yaml_writer.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <string_view>
#include <vector>

#include "synergy/base/check.hpp"
#include "synergy/base/hexadecimal.hpp"

namespace synergy::documents {
namespace {

constexpr std::uint64_t kFirstHexadecimal = 256;

enum class Form { kNothing, kScalar, kList, kMap };

struct Written {
  Form form = Form::kNothing;
  std::string text;               ///< of a scalar, as it stands in the file
  std::vector<std::string> keys;  ///< of a map, one for each entry
  std::vector<Written> entries;   ///< of a list or map
};

std::string quoted(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string made = "\"";
  for (const unsigned char c : text) {
    if (c == '"' || c == '\\') made += '\\';
    if (c >= ' ' && c != 0x7f)
      made += char(c);
    else
      made += {'\\', 'x', kDigits[c >> 4], kDigits[c & 15]};
  }
  return made + '"';
}

/// Builds the tree first: whether a list can stand on one line is known only at its end.
class YamlWriter final : public schemas::Encoder {
 public:
  void null() override { place({}); }
  void boolean(bool value) override { place_text(value ? "true" : "false"); }
  void integer(std::int64_t value) override {
    if (value < 0)
      place_text(std::to_string(value));
    else
      unsigned_integer(std::uint64_t(value));
  }
  void unsigned_integer(std::uint64_t value) override {
    place_text(value >= kFirstHexadecimal ? hexadecimal(value) : std::to_string(value));
  }
  void real(double value) override {
    std::array<char, 32> digits;
    place_text(std::string(digits.begin(), std::to_chars(digits.begin(), digits.end(), value).ptr));
  }
  void text(std::string_view value) override {
    place_text(is_plain_yaml(value) ? std::string(value) : quoted(value));
  }
  void bytes(std::span<const std::uint8_t>) override { SYNERGY_CHECK(false, "files hold no raw bytes"); }
  void begin_map(std::size_t) override { open_.push_back({Form::kMap, {}, {}, {}}); }
  void key(std::string_view name) override { open_.back().keys.emplace_back(name); }
  void end_map() override { close(); }
  void begin_list(std::size_t) override { open_.push_back({Form::kList, {}, {}, {}}); }
  void end_list() override { close(); }
  [[nodiscard]] bool leaves_out_defaults() const override { return true; }

  [[nodiscard]] const Written& root() const { return root_; }

 private:
  void place_text(std::string text) { place({Form::kScalar, std::move(text), {}, {}}); }
  void place(Written value) {
    if (open_.empty())
      root_ = std::move(value);
    else if (value.form == Form::kNothing && open_.back().form == Form::kMap)
      open_.back().keys.pop_back();  // an absent key says the same
    else
      open_.back().entries.push_back(std::move(value));
  }
  void close() {
    auto done = std::move(open_.back());
    open_.pop_back();
    place(std::move(done));
  }

  std::vector<Written> open_;
  Written root_;
};

/// The value on one line, when it is a scalar, empty, or a list of scalars.
bool fits_line(const Written& value) {
  if (value.form == Form::kMap) return value.entries.empty();
  return std::all_of(value.entries.begin(), value.entries.end(),
                     [](const Written& entry) { return entry.form <= Form::kScalar; });
}

std::string on_line(const Written& value) {
  if (value.form == Form::kNothing) return "null";
  if (value.form == Form::kScalar) return value.text;
  if (value.form == Form::kMap) return "{}";
  std::string text = "[";
  for (const auto& entry : value.entries) text += (text.size() == 1 ? "" : ", ") + on_line(entry);
  return text + "]";
}

/// `first` is what stands before the value's first line; further lines are indented by `indent`.
void print(const Written& value, const std::string& indent, std::string first, std::string& out) {
  if (fits_line(value)) {
    out += first + on_line(value) + "\n";
    return;
  }
  for (std::size_t i = 0; i < value.entries.size(); ++i) {
    const auto& entry = value.entries[i];
    if (value.form == Form::kList) {
      print(entry, indent + "  ", first + "- ", out);
    } else if (fits_line(entry)) {
      out += first + value.keys[i] + ": " + on_line(entry) + "\n";
    } else {
      out += first + value.keys[i] + ":\n";
      print(entry, indent + "  ", indent + "  ", out);
    }
    first = indent;
  }
}

}  // namespace

bool is_plain_yaml(std::string_view text) {
  if (text.empty() || std::isalpha(static_cast<unsigned char>(text.front())) == 0) return false;
  if (text.back() == ' ') return false;
  const bool harmless = std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || std::string_view(" _-./+()").find(char(c)) != std::string_view::npos;
  });
  if (!harmless) return false;
  // Words that this or another reader takes for something else than text.
  constexpr std::array<std::string_view, 9> kWords{"true", "false", "null", "yes", "no",
                                                   "on",   "off",   "y",    "n"};
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::find(kWords.begin(), kWords.end(), lower) == kWords.end();
}

std::string with_yaml_writer(const std::function<void(schemas::Encoder&)>& walk) {
  YamlWriter writer;
  walk(writer);
  std::string text;
  print(writer.root(), "", "", text);
  return text;
}

}  // namespace synergy::documents
