#include "synergy/logs/choice.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <string_view>
#include <vector>

#include "synergy/base/visible_text.hpp"
#include "synergy/logs/files.hpp"
#include "synergy/schemas/encode.hpp"

namespace synergy::logs {
namespace {

constexpr std::string_view kRequest = "request";

/// visible(), but for tabs: they are all over stack traces.
std::string shown(std::string_view text) {
  std::string out;
  while (true) {
    const auto tab = text.find('\t');
    out += visible(text.substr(0, tab));
    if (tab == std::string_view::npos) return out;
    out += '\t';
    text.remove_prefix(tab + 1);
  }
}

template <class T>
std::optional<T> read_number(std::string_view text) {
  T number{};
  const auto* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return number;
}

void encode_value(schemas::Encoder& out, const LogLine::Field& field) {
  if (field.is_text) return out.text(field.value);
  if (field.value == "true" || field.value == "false") return out.boolean(field.value == "true");
  if (const auto whole = read_number<std::int64_t>(field.value)) return out.integer(*whole);
  if (const auto whole = read_number<std::uint64_t>(field.value)) return out.unsigned_integer(*whole);
  if (const auto real = read_number<double>(field.value)) return out.real(*real);
  out.text(field.value);  // beyond what a number of JSON's readers holds
}

void encode_pair(schemas::Encoder& out, std::string_view key, std::string_view value) {
  out.key(key);
  out.text(value);
}

void encode_line(schemas::Encoder& out, const LogLine& line) {
  std::vector<const LogLine::Field*> fields;
  const LogLine::Field* request = nullptr;
  std::set<std::string_view> known;
  for (const auto& field : line.fields) {
    if (!known.insert(field.key).second) continue;  // a key of JSON stands once
    if (field.key == kRequest)
      request = &field;
    else
      fields.push_back(&field);
  }
  constexpr std::size_t kAlways = 5;
  out.begin_map(kAlways + (request != nullptr ? 1 : 0));
  encode_pair(out, "time", log_time(line.time));
  encode_pair(out, "level", name_of(line.level));
  encode_pair(out, "service", line.service);
  encode_pair(out, "event", line.event);
  if (request != nullptr) encode_pair(out, kRequest, request->value);
  out.key("fields");
  out.begin_map(fields.size());
  for (const auto* field : fields) {
    out.key(field->key);
    encode_value(out, *field);
  }
  out.end_map();
  out.end_map();
}

}  // namespace

bool Choice::has(const Entry& entry) const {
  if (entry.line && entry.line->level < least) return false;
  return (!since || entry.time >= *since) && (!until || entry.time < *until);
}

std::string to_text(const Entry& entry) {
  if (!entry.line) return entry.process + " | " + shown(entry.text);
  return shown(entry.process == kSupervisorLog ? written(*entry.line) : entry.text);
}

std::string to_json(const Entry& entry) {
  return schemas::with_json(
      [&](schemas::Encoder& out) {
        if (entry.line) return encode_line(out, *entry.line);
        constexpr std::size_t kOfOthers = 3;
        out.begin_map(kOfOthers);
        encode_pair(out, "time", log_time(entry.time));
        encode_pair(out, "service", entry.process);
        encode_pair(out, "text", entry.text);
        out.end_map();
      },
      /*indent=*/-1);
}

}  // namespace synergy::logs
