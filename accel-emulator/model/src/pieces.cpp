#include "synergy/accel_model/pieces.hpp"

#include "synergy/accel_model/placement.hpp"
#include "synergy/accel_model/rules.hpp"

namespace synergy::accel_model {
namespace {

Status check_piece(const Program& piece, schemas::AcceleratorKind kind) {
  if (auto status = check_rules(piece, kind); !status) return status;
  const Program* one = &piece;
  const auto placed = place({&one, 1}, kind);
  return placed ? Status() : Status(placed.error());
}

}  // namespace

Status check_pieces(const Program& program, schemas::AcceleratorKind kind) {
  auto ends = clean_cuts(program);
  ends.push_back(std::uint32_t(program.layers.size()));
  std::uint32_t first = 0;
  for (const auto end : ends) {
    if (auto status = check_piece(chunk_of(program, first, end - 1), kind); !status) return status;
    first = end;
  }
  return {};
}

}  // namespace synergy::accel_model
