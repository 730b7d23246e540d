# shellcheck shell=bash
# The packaging half of deploy/mesh, which sources this file: package.
#
# Needs of deploy/mesh: root, build_packages, package_packages, install_missing(), die().

# The time that everything in a package bears: that of the changelog's first entry.
package_time() {
  date -u -d "$(sed -n 's/^ -- .*>  //p' "$root/deploy/package/debian/changelog" | head -n 1)" +%s
}

# Builds and packs into $root/build/package, and prints where the packages are.
package() {
  local folder=$root/build/package made
  install_missing "${build_packages[@]}" "${package_packages[@]}"
  command -v npm >/dev/null || install_missing npm
  SOURCE_DATE_EPOCH=$(package_time)
  export SOURCE_DATE_EPOCH
  umask 022
  cmake --preset package -S "$root" >/dev/null || die "configuring the package failed"
  "$root/deploy/page.sh" "$folder/share/dashboard"
  ninja -C "$folder"
  rm -f "$folder"/*.deb
  # CPack packs what lies below a name such as `ä` only where the locale has such letters.
  (cd "$folder" && LC_ALL=C.UTF-8 cpack --config CPackConfig.cmake >cpack.log 2>&1) || {
    tail -n 30 "$folder/cpack.log" >&2
    die "packing failed; all it said is in $folder/cpack.log"
  }
  made=("$folder"/*.deb)
  [[ -e ${made[0]} ]] || die "packing made no package; see $folder/cpack.log"
  lintian --fail-on error,warning -- "${made[@]}" || die "lintian finds what must be mended, see above; the packages are ${made[*]}"
  printf '%s\n' "${made[@]}"
}
