// Steps in which a description's layer becomes a program's: sizes within bounds, numbers, operands, sources
// and the shape they make.
//
// Each returns what is wrong in the words of the description; the caller puts the layer's label in front.
#pragma once

#include "synergy/accel_model/program.hpp"

namespace synergy::accel_model {

[[nodiscard]] Error invalid(std::string what);

/// 1 to kMaxDimension.
Status check_size(std::string_view what, std::uint64_t value);
/// Every number that a product is formed of, before it is.
Status check_sizes(const schemas::LayerDescription& description);
Status check_output_size(const Layer& layer);

/// Layers and the data buffer have names of their own, whatever the case of letters.
Status check_names(const schemas::ModelDescription& description);

/// `before` holds the layers before layer `index`.
Status resolve_sequence(const schemas::LayerDescription& description, const Program& before,
                        std::size_t index, Layer& layer);
Status resolve_operands(const schemas::LayerDescription& description, const Program& before,
                        std::size_t index, Layer& layer);
Status resolve_sources(const schemas::LayerDescription& description, const Program& before, std::size_t index,
                       Layer& layer);
/// Shape of one operand.
Status resolve_input(const schemas::LayerDescription& description, const Program& before, std::size_t index,
                     Layer& layer);

/// What `buffer_shift` and `buffer_insert` demand of a layer that is resolved otherwise.
Status check_buffer_use(const Program& program, const Layer& layer);

}  // namespace synergy::accel_model
