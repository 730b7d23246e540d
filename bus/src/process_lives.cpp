#include "process_lives.hpp"

#include <cerrno>
#include <csignal>
#include <fstream>
#include <string>

namespace synergy::bus {

bool process_lives(pid_t process) {
  if (::kill(process, 0) != 0 && errno == ESRCH) return false;
  // `PID (program) STATE ...`, where the program's name may hold anything.
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string line;
  std::getline(file, line);
  const auto end = line.rfind(')');
  return end == std::string::npos || end + 2 >= line.size() || (line[end + 2] != 'Z' && line[end + 2] != 'X');
}

}  // namespace synergy::bus
