// A file in memory as libsndfile reads it.
#pragma once

#include <sndfile.h>

#include <memory>
#include <span>

#include "synergy/base/result.hpp"

namespace synergy::sounds {

class OpenFile {
 public:
  /// Borrows the bytes. Whether it is open, is_open() tells.
  explicit OpenFile(std::span<const std::uint8_t> file);
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  [[nodiscard]] bool is_open() const { return file_ != nullptr; }
  [[nodiscard]] const SF_INFO& info() const { return info_; }
  /// Reads so many frames at most (a value for each channel), full scale 1; how many there were.
  sf_count_t read(double* to, sf_count_t frames) { return sf_readf_double(file_.get(), to, frames); }
  /// What the library has to say of a failure; empty: nothing.
  [[nodiscard]] std::string complaint() const;

 private:
  struct Place {
    std::span<const std::uint8_t> bytes;
    sf_count_t at = 0;
  };
  struct Close {
    void operator()(SNDFILE* file) const { sf_close(file); }
  };
  static SF_VIRTUAL_IO calls();

  Place place_;
  SF_INFO info_{};
  std::unique_ptr<SNDFILE, Close> file_;
};

}  // namespace synergy::sounds
