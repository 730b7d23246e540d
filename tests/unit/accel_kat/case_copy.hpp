// A copy of one of our own known answers, to change and to damage.
#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "synergy/accel_kat/check.hpp"
#include "temporary_folder.hpp"

namespace synergy::accel_kat_test {

namespace fs = std::filesystem;

inline fs::path golden(const std::string& name) {
  return fs::path(SYNERGY_SOURCE_DIR) / "tests/data/known-answers" / name;
}

class CaseCopy {
 public:
  explicit CaseCopy(const std::string& name = "MAX78000/average-rounded-then-conv") {
    fs::copy(golden(name), folder(), fs::copy_options::recursive);
  }

  [[nodiscard]] fs::path folder() const { return temporary_.path() / "case"; }

  [[nodiscard]] std::string read(const std::string& file) const {
    std::ifstream in(folder() / file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(const std::string& file, const std::string& content) const {
    std::ofstream(folder() / file, std::ios::binary) << content;
  }
  /// Replaces the first `from`, which must be there.
  void replace(const std::string& file, const std::string& from, const std::string& to) const {
    auto text = read(file);
    const auto at = text.find(from);
    if (at == std::string::npos) throw std::runtime_error(file + " has no " + from);
    write(file, text.replace(at, from.size(), to));
  }

  [[nodiscard]] accel_kat::CaseReport check() const {
    return accel_kat::check_folder(folder(), accel_kat::Path::kReference);
  }

 private:
  synergy::test_support::TemporaryFolder temporary_;
};

}  // namespace synergy::accel_kat_test
