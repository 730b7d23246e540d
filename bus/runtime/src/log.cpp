#include "synergy/runtime/log.hpp"

#include <spdlog/spdlog.h>

#include "stderr_sink.hpp"
#include "synergy/base/visible_text.hpp"

namespace synergy::runtime {

struct Log::Sink {
  std::shared_ptr<StderrSink> out;
  spdlog::logger logger;
};

namespace {

std::string line(std::string_view event, Log::Fields fields) {
  std::string text(event);
  for (const auto& [key, value] : fields) text += " " + std::string(key) + "=" + value.text();
  return text;
}

/// In quotes, so that it is one value whatever it holds.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out + '"';
}

}  // namespace

// Cleaned after quoting: a backslash of the text is doubled, one of a written-out byte is not.
LogValue::LogValue(std::string_view text)
    : text_(visible(!text.empty() && text.find_first_of(" \"\n") == std::string_view::npos ? std::string(text)
                                                                                           : quoted(text))) {}

Log::Log(const std::string& process, const std::string& level, const Clock& clock) : clock_(clock) {
  const auto out = std::make_shared<StderrSink>();
  sink_ = std::make_unique<Sink>(Sink{out, spdlog::logger(process, out)});
  sink_->logger.set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%-5l%$ %n %v", spdlog::pattern_time_type::utc);
  sink_->logger.flush_on(spdlog::level::trace);
  const auto wanted = spdlog::level::from_str(level);
  sink_->logger.set_level(wanted == spdlog::level::off ? spdlog::level::info : wanted);
}

Log::~Log() = default;

std::uint64_t Log::lost() const { return sink_->out->lost(); }

void Log::debug(std::string_view event, Fields fields) {
  if (sink_->logger.should_log(spdlog::level::debug)) sink_->logger.debug(line(event, fields));
}

void Log::info(std::string_view event, Fields fields) { sink_->logger.info(line(event, fields)); }

void Log::warn(std::string_view event, Fields fields) {
  if (const auto text = limited(event, fields); !text.empty()) sink_->logger.warn(text);
}

void Log::error(std::string_view event, Fields fields) {
  if (const auto text = limited(event, fields); !text.empty()) sink_->logger.error(text);
}

std::string Log::limited(std::string_view event, Fields fields) {
  auto& window = windows_.try_emplace(std::string(event)).first->second;
  const auto now = clock_.monotonic();
  if (now - window.begin >= std::chrono::seconds(1)) {
    window.begin = now;
    window.passed = 0;
  }
  if (window.passed == kLimitPerSecond) {
    ++window.suppressed;
    return {};
  }
  ++window.passed;
  auto text = line(event, fields);
  if (window.suppressed > 0) text += " suppressed=" + std::to_string(std::exchange(window.suppressed, 0));
  return text;
}

}  // namespace synergy::runtime
