// What a WAV file says of itself, read before the library sees it: the library takes a file that ends early,
// or was never closed, for a shorter one, and says nothing.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "synergy/base/result.hpp"

namespace synergy::sounds {

/// What a program writes as a length that it does not know, because it writes into a pipe: the sound goes on
/// to the file's end. The file with the lengths that it should have; empty: the file's own is right, or is
/// wrong in another way.
[[nodiscard]] std::vector<std::uint8_t> completed_wav(std::span<const std::uint8_t> file);

/// Whether the file holds the sound that its header promises, at least one byte of it, in a number of
/// channels and at a rate that are read.
[[nodiscard]] Status check_wav(std::span<const std::uint8_t> file);

/// Whether sound of so many channels and samples per second is read.
[[nodiscard]] Status check_form(std::uint64_t channels, std::uint64_t rate);

}  // namespace synergy::sounds
