#include "roff.hpp"

#include <cctype>
#include <sstream>
#include <utility>

namespace synergy::cli::roff {
namespace {

constexpr std::size_t kColumns = 78;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

std::string written_out(std::string_view text, bool every_hyphen) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool inside = i > 0 && i + 1 < text.size() && is_word(text[i - 1]) && is_word(text[i + 1]);
    if (c == '\\')
      out += "\\e";
    else if (c == '-' && (every_hyphen || !inside))
      out += "\\-";
    else if (c == '\'')
      out += "\\(aq";
    else if (c == '`')
      out += "\\(ga";
    else if (c == '^')
      out += "\\(ha";
    else if (c == '~')
      out += "\\(ti";
    else
      out += c;
  }
  return out.starts_with('.') ? "\\&" + out : out;
}

}  // namespace

std::string prose(std::string_view text) { return written_out(text, false); }
std::string literal(std::string_view text) { return written_out(text, true); }

std::string paragraph(std::string_view text) {
  std::istringstream words{std::string(text)};
  std::string out, line;
  for (std::string word; words >> word;) {
    word = prose(word);  // by itself: it may come to stand at a line's beginning
    if (!line.empty() && line.size() + 1 + word.size() > kColumns) out += std::exchange(line, {}) + "\n";
    line += (line.empty() ? "" : " ") + word;
  }
  return out + line + "\n";
}

std::string argument(std::string_view text) {
  std::string out;
  for (const char c : literal(text)) out += c == '"' ? std::string("\\(dq") : std::string(1, c);
  return "\"" + out + "\"";
}

std::string bold(std::string_view text) { return "\\fB" + literal(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + literal(text) + "\\fR"; }

}  // namespace synergy::cli::roff
