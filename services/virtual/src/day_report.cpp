#include "synergy/virtual_mesh/day_report.hpp"

#include "synergy/schemas/describe.hpp"

template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::virtual_mesh::DayReport>();
