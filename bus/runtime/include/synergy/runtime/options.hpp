// The flags of a program: read once, at the start of main. The wording of `--help` and of errors is CLI11's.
#pragma once

#include <memory>
#include <string>

namespace synergy::runtime {

class Options {
 public:
  Options(const std::string& program, const std::string& about);
  ~Options();

  /// A flag with a value. With `environment`, that variable stands in when the flag is not given.
  void text(const std::string& flag, std::string& value, const std::string& about,
            const std::string& environment = {});
  void required_text(const std::string& flag, std::string& value, const std::string& about,
                     const std::string& environment = {});

  /// Reads the command line. False: the program is to end with `exit_code()`; help or the error is printed.
  [[nodiscard]] bool parse(int argc, const char* const* argv);
  [[nodiscard]] int exit_code() const { return exit_code_; }

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
  int exit_code_ = 0;
};

}  // namespace synergy::runtime
