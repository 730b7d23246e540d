// What the commands of `synergy` share. Which there are: command_table.hpp.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "synergy/base/result.hpp"
#include "synergy/cli/client.hpp"
#include "synergy/cli/command.hpp"
#include "synergy/cli/format.hpp"
#include "synergy/client/mesh_place.hpp"
#include "synergy/client/table.hpp"
#include "synergy/schemas/encode.hpp"

namespace synergy::cli {

/// What every command shares: flags that stand before or behind it, and where its outcome goes.
struct Shared {
  client::MeshPlace run_folder;
  std::filesystem::path deploy_folder;  ///< models and devices that commands name
  bool deploy_is_chosen = false;        ///< by SYNERGY_DEPLOY; else it is Places::deploy
  std::string version;                  ///< of the program
  bool json = false;                    ///< the outcome is for a program: JSON, or what is made of it
  std::string format_name = "table";    ///< as `--format` says
  Format format = Format::kTable;       ///< that holds, once the command runs
  Colours colours = Colours::kOff;      ///< of tables
  bool trace = false;                   ///< tell on standard error what is sent and received
  std::string* output = nullptr;        ///< where put() writes; nullptr: standard output
  Series* series = nullptr;             ///< that print() goes on with; nullptr: each outcome is a document
  Status status;                        ///< of the command that ran
};

/// A command that is about to be made: where it goes, and what its row of the table says (command_table.hpp).
struct NewCommand {
  Command& parent;
  Shared& shared;  ///< outlives the parser
  std::string name, summary;
};

/// Adds the subcommand; `run` is called when it is chosen, after all flags are read. Its outcome is a value
/// that print() or Lines show, in the form that `--format` or `--json` says.
Command* add_command(const NewCommand& made, const std::function<Status()>& run);
/// The same with `--watch`, which runs it again and again: `run` shows a state, and ends.
Command* add_state_command(const NewCommand& made, const std::function<Status()>& run);
/// One whose outcome is a file, plain lines or an exit code: it has no `--json`.
Command* add_plain_command(const NewCommand& made, const std::function<Status()>& run);

/// Writes a command's outcome.
void put(const Shared& shared, std::string_view text);

/// Prints a document of the struct that `info` describes, in a form for programs. In a series it must be one
/// line.
void put_document(const Shared& shared, const std::string& json, const schemas::StructInfo& info);

/// Prints a value in the form for programs that was asked for, else as `text` says.
template <class T>
void print(const Shared& shared, const T& value, const std::function<std::string(const T&)>& text) {
  if (shared.json)
    put_document(shared, schemas::to_json(value, shared.series == nullptr ? 2 : -1), schemas::describe<T>());
  else
    put(shared, text(value));
}

/// The same of a value whose lines of CSV are another's: `rows` makes it.
template <class T, class Rows>
void print_with_rows(const Shared& shared, const T& value, const Rows& rows,
                     const std::function<std::string(const T&)>& text) {
  if (shared.format == Format::kCsv)
    print<Rows>(shared, rows, {});
  else
    print<T>(shared, value, text);
}

/// Prints things one by one as they come: lines of JSON, documents of YAML, lines of CSV below one heading,
/// or text. Borrows `shared`.
class Lines {
 public:
  explicit Lines(const Shared& shared) : shared_(shared), series_(shared.format) {}

  template <class T>
  void print(const T& value, const std::function<std::string(const T&)>& text) {
    put(shared_, shared_.json ? series_.next(schemas::to_json(value), schemas::describe<T>()) : text(value));
    flush();
  }

 private:
  void flush() const;

  const Shared& shared_;
  Series series_;
};

}  // namespace synergy::cli
