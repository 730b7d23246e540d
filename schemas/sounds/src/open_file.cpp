#include "open_file.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace synergy::sounds {

SF_VIRTUAL_IO OpenFile::calls() {
  SF_VIRTUAL_IO calls{};
  calls.get_filelen = [](void* user) { return sf_count_t(static_cast<Place*>(user)->bytes.size()); };
  calls.seek = [](sf_count_t offset, int whence, void* user) {
    auto& place = *static_cast<Place*>(user);
    const auto size = sf_count_t(place.bytes.size());
    const auto from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? place.at : size;
    // Beyond either end is no place; `offset` comes out of the file and may be any number.
    if (offset >= -from && offset <= size - from)
      place.at = from + offset;
    else
      return sf_count_t(-1);
    return place.at;
  };
  calls.read = [](void* to, sf_count_t count, void* user) {
    auto& place = *static_cast<Place*>(user);
    count = std::clamp<sf_count_t>(count, 0, sf_count_t(place.bytes.size()) - place.at);
    if (count > 0) std::memcpy(to, place.bytes.data() + place.at, std::size_t(count));
    place.at += count;
    return count;
  };
  calls.write = [](const void*, sf_count_t, void*) { return sf_count_t(0); };
  calls.tell = [](void* user) { return static_cast<Place*>(user)->at; };
  return calls;
}

OpenFile::OpenFile(std::span<const std::uint8_t> file) : place_{file} {
  auto functions = calls();
  file_.reset(sf_open_virtual(&functions, SFM_READ, &info_, &place_));
}

std::string OpenFile::complaint() const {
  return sf_error(file_.get()) == SF_ERR_NO_ERROR ? "" : sf_strerror(file_.get());
}

}  // namespace synergy::sounds
