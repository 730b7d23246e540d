// Bodies and the profiles they name: what the hardware was taken to be.
//
// The body's devices that are absent just now are not kept: presence is live state, and the monitor owns it.
#pragma once

#include "synergy/schemas/device.hpp"
#include "synergy/store/database.hpp"

namespace synergy::store {

/// Borrows the database. keep() belongs inside a Transaction.
class Bodies {
 public:
  explicit Bodies(Database& database) : database_(database) {}

  /// Puts the body, and every profile it brings, in the place of those of the same names. Profiles that it
  /// does not bring stay. Fails with kInvalid when a device is named twice or its profile is missing.
  Status keep(const schemas::BodyView& body);

 private:
  Database& database_;
};

}  // namespace synergy::store
