#include "synergy/runtime/log.hpp"

#include <spdlog/spdlog.h>

#include <chrono>

#include "stderr_sink.hpp"

namespace synergy::runtime {

struct Log::Sink {
  std::shared_ptr<StderrSink> out;
  spdlog::logger logger;
};

Log::Log(const std::string& process, const std::string& level, const Clock& clock)
    : process_(process), least_(log_level_named(level).value_or(LogLevel::kInfo)), clock_(clock) {
  const auto out = std::make_shared<StderrSink>();
  sink_ = std::make_unique<Sink>(Sink{out, spdlog::logger(process, out)});
  sink_->logger.set_pattern("%v");  // the whole line is made here: log_line.hpp is its only form
  sink_->logger.set_level(spdlog::level::trace);
  sink_->logger.flush_on(spdlog::level::trace);
}

Log::~Log() = default;

std::uint64_t Log::lost() const { return sink_->out->lost(); }

void Log::write(LogLevel level, LogName event, LogFields fields, std::string_view request) {
  if (level < least_) return;
  auto text = log_time(clock_.unix()) + " " + log_words(level, process_, event, fields, request);
  if (level >= LogLevel::kWarn) {
    auto& window = windows_.try_emplace(std::string(event.text())).first->second;
    if (!passes(window)) return;
    if (window.suppressed > 0) text += written({{"suppressed", std::exchange(window.suppressed, 0)}});
  }
  constexpr std::array kLevels{spdlog::level::debug, spdlog::level::info, spdlog::level::warn,
                               spdlog::level::err};
  sink_->logger.log(kLevels.at(std::size_t(level)), spdlog::string_view_t(text));
}

bool Log::passes(Window& window) {
  const auto now = clock_.monotonic();
  if (now - window.begin >= std::chrono::seconds(1)) {
    window.begin = now;
    window.passed = 0;
  }
  if (window.passed == kLimitPerSecond) {
    ++window.suppressed;
    return false;
  }
  ++window.passed;
  return true;
}

}  // namespace synergy::runtime
