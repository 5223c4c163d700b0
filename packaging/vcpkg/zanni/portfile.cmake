# Untested where Zanni is developed: no vcpkg there. Meant to be used as an overlay, from a checkout:
#   vcpkg install zanni --overlay-ports=packaging/vcpkg --triplet=x64-linux-dynamic
# The sources are those of the checkout, which vcpkg doesn't hash: `vcpkg remove zanni` before they are built anew.
get_filename_component(SOURCE_PATH "${CURRENT_PORT_DIR}/../../.." ABSOLUTE)

vcpkg_check_linkage(ONLY_DYNAMIC_LIBRARY)  # actors in a module and in the program that loads it meet in one library
vcpkg_check_features(OUT_FEATURE_OPTIONS features FEATURES observer ZANNI_OBSERVER systemd ZANNI_SYSTEMD)
vcpkg_find_acquire_program(PKGCONFIG)

vcpkg_cmake_configure(
  SOURCE_PATH "${SOURCE_PATH}"
  OPTIONS
    ${features}
    "-DPKG_CONFIG_EXECUTABLE=${PKGCONFIG}"
    -DZANNI_TESTS=OFF
    -DZANNI_SAMPLES=OFF
    -DZANNI_BENCH=OFF)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH lib/cmake/zanni)
vcpkg_fixup_pkgconfig()

# The program goes to tools/zanni, so find_package(zanni) has the component library here, and not program.
vcpkg_copy_tools(TOOL_NAMES zanni AUTO_CLEAN)
file(REMOVE_RECURSE
  "${CURRENT_PACKAGES_DIR}/debug/include"
  "${CURRENT_PACKAGES_DIR}/debug/lib/systemd"
  "${CURRENT_PACKAGES_DIR}/debug/lib/sysusers.d"
  "${CURRENT_PACKAGES_DIR}/debug/share"
  "${CURRENT_PACKAGES_DIR}/share/doc")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE" "${SOURCE_PATH}/packaging/debian/copyright")
