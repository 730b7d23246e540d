// Reads a large file while the store serves it.
#pragma once

#include <string>
#include <thread>

#include "synergy/runtime/context.hpp"
#include "synergy/store/database.hpp"

namespace synergy::store_adapter {

/// Owns a thread of the lowest urgency. Borrows the context and the database, which must outlive it. Ends
/// early when it is destroyed.
class CheckBeside {
 public:
  CheckBeside(runtime::Context& context, store::Database& database, const std::string& file);

 private:
  std::jthread thread_;
};

}  // namespace synergy::store_adapter
