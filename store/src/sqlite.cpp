#include "sqlite.hpp"

#include <sqlite3.h>

#include <limits>

namespace synergy::store {

Error to_error(const SQLite::Exception& exception, const std::filesystem::path& path) {
  const std::string found = path.string() + ": " + exception.what();
  switch (exception.getErrorCode() & 0xff) {  // the low byte is the kind, the rest its details
    case SQLITE_FULL:
      return {ErrorCode::kEnvironment,
              found + "; nothing of this was kept: free some space and send it again"};
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_NOLFS:
      return {ErrorCode::kEnvironment, found +
                                           "; nothing of this was kept: check that the disk has space and "
                                           "that folder and file can be written"};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
      return {ErrorCode::kCorrupt, found +
                                       "; stop the mesh and move the file away, with its -wal and -shm; it "
                                       "then starts with an empty store"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::kUnavailable, found +
                                           "; another program is writing to the file: end its transaction (a "
                                           "sqlite3 shell?) and try again"};
    case SQLITE_INTERRUPT:
      return {ErrorCode::kUnavailable,
              path.string() + ": ended before it was done, as asked; nothing was changed"};
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
      return {ErrorCode::kInvalid, found + "; nothing of this was kept"};
    default:
      return {ErrorCode::kInternal, found};
  }
}

Interruptible::Interruptible(SQLite::Database& sqlite, const Interrupt& interrupted) : sqlite_(sqlite) {
  if (!interrupted) return;
  constexpr int kSteps = 5000;  // of SQLite's machine: some hundred microseconds
  sqlite3_progress_handler(
      sqlite.getHandle(), kSteps,
      [](void* asked) { return (*static_cast<const Interrupt*>(asked))() ? 1 : 0; },
      const_cast<Interrupt*>(&interrupted));
}

Interruptible::~Interruptible() { sqlite3_progress_handler(sqlite_.getHandle(), 0, nullptr, nullptr); }

void bind_value(SQLite::Statement& to, int at, const schemas::Bytes& value) {
  if (value.size() > std::size_t(std::numeric_limits<int>::max()))
    throw Refusal{{ErrorCode::kInvalid, std::to_string(value.size()) + " bytes are too many for one row"}};
  to.bind(at, value.data(), int(value.size()));
}

void bind_value(SQLite::Statement& to, int at, std::uint64_t value) {
  if (value > std::uint64_t(std::numeric_limits<std::int64_t>::max()))
    throw Refusal{
        {ErrorCode::kInvalid, "the number " + std::to_string(value) + " is too large to be stored"}};
  to.bind(at, std::int64_t(value));
}

void RowReader::read(schemas::Bytes& value) {
  const auto column = next();
  const auto* begin = static_cast<const std::uint8_t*>(column.getBlob());
  value.assign(begin, begin + column.getBytes());
}

void RowReader::refuse_name(const std::string& name) const {
  throw Refusal{{ErrorCode::kCorrupt, "the store holds the unknown name '" + name + "' in column " +
                                          statement_.getColumnName(at_ - 1)}};
}

}  // namespace synergy::store
