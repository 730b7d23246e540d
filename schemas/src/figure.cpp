#include "synergy/schemas/figure.hpp"

#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/device_power.hpp"

namespace synergy::schemas {
namespace {

struct Found {
  std::string name;
  Figure* figure;
};

void collect(const StructInfo& info, void* profile, const std::string& before, std::vector<Found>& found);

/// The figures of a part that may be missing.
template <Described Part>
void collect_optional(void* member, const std::string& name, std::vector<Found>& found) {
  if (auto& part = *static_cast<std::optional<Part>*>(member))
    collect(describe<Part>(), &*part, name + ".", found);
}

void collect(const StructInfo& info, void* profile, const std::string& before, std::vector<Found>& found) {
  for (const auto& field : info.fields) {
    void* const member = field.in(profile);
    const auto name = before + std::string(field.name);
    if (field.type == &kTypeInfo<Figure>) found.push_back({name, static_cast<Figure*>(member)});
    if (field.type == &kTypeInfo<std::optional<Figure>>)
      if (auto& figure = *static_cast<std::optional<Figure>*>(member)) found.push_back({name, &*figure});
    if (field.type == &kTypeInfo<std::optional<HarvestProfile>>)
      collect_optional<HarvestProfile>(member, name, found);
    if (field.type == &kTypeInfo<std::optional<StoreProfile>>)
      collect_optional<StoreProfile>(member, name, found);
    if (field.type == &kTypeInfo<std::optional<CheckpointProfile>>)
      collect_optional<CheckpointProfile>(member, name, found);
    if (field.type == &kTypeInfo<std::vector<EfficiencyPoint>>) {
      auto& points = *static_cast<std::vector<EfficiencyPoint>*>(member);
      for (std::size_t i = 0; i < points.size(); ++i)
        collect(describe<EfficiencyPoint>(), &points[i], name + "[" + std::to_string(i) + "].", found);
    }
  }
}

}  // namespace

std::vector<NamedFigure> figures_of(const StructInfo& info, const void* profile) {
  std::vector<Found> found;
  collect(info, const_cast<void*>(profile), "", found);  // given back as const below
  std::vector<NamedFigure> figures;
  for (auto& [name, figure] : found) figures.push_back({std::move(name), figure});
  return figures;
}

std::vector<Figure*> figures_in(const StructInfo& info, void* profile) {
  std::vector<Found> found;
  collect(info, profile, "", found);
  std::vector<Figure*> figures;
  for (const auto& one : found) figures.push_back(one.figure);
  return figures;
}

template const StructInfo& describe<Figure>();

}  // namespace synergy::schemas
