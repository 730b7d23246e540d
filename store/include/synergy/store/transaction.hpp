// A write that is done wholly or not at all, and how much of a disaster its commit survives.
//
// Both durabilities survive `kill -9` of every process: what commit() acknowledged is in the file. They
// differ when the machine itself stops. With kPowerCut (SQLite's synchronous=FULL) commit() waits until the
// disk has it, milliseconds each time. With kKill (synchronous=NORMAL) it does not wait, and a power cut or a
// kernel crash may undo the last kKill commits: the newest ones only, whole transactions, never a damaged
// file, and none that was followed by an acknowledged kPowerCut commit, since both are written to one log in
// order.
#pragma once

#include "synergy/store/database.hpp"

namespace synergy::store {

enum class Durability {
  kKill,      ///< survives the death of the process: runs, of which there are many a second
  kPowerCut,  ///< survives the death of the machine too: decisions, which nobody would make again
};

/// Rolls back when destroyed before commit(). One at a time on a Database, which it borrows.
///
///   auto transaction = Transaction::begin(database, Durability::kPowerCut);
///   if (!transaction) return transaction.error();
///   if (auto kept = apps.keep(app); !kept) return kept.error();  // nothing of it stays
///   return transaction->commit();
class Transaction {
 public:
  /// Takes the write lock at once, so that no later statement can fail for want of it. Fails with
  /// kUnavailable when another program holds the lock for longer than two seconds, and as
  /// Database::may_write().
  [[nodiscard]] static Result<Transaction> begin(Database& database, Durability durability);
  ~Transaction();

  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;

  /// On failure nothing of the transaction is kept, but where Database::may_write() fails: then it is kept in
  /// a file that is not at its path. To be called once.
  Status commit();

 private:
  explicit Transaction(Connection& connection) : open_(&connection) {}
  Connection* open_;  ///< null once committed or moved from
};

}  // namespace synergy::store
