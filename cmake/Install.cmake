# What `cmake --install` puts where. All paths are relative, so the prefix may be moved. Three components can be had alone
# (cmake --install DIR --component dev), and are the three Debian packages:
#   runtime  the program, the shared library, man pages, completions, units for systemd, files for Prometheus and Grafana
#   dev      the public headers, and what finds them: find_package(zanni CONFIG), pkg-config zanni
#   doc      the documents, and the samples as examples
# The licence is none of them: Debian's packages have a file of their own for that.
include(CMakePackageConfigHelpers)

set(ZANNI_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/zanni)
set(ZANNI_PKGCONFIG_DIR ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# The installed program finds the installed library wherever the prefix is.
file(RELATIVE_PATH zanni_libdir_from_bindir ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR})
set_target_properties(zanni_cli PROPERTIES INSTALL_RPATH $ORIGIN/${zanni_libdir_from_bindir} EXPORT_NAME program)

install(TARGETS zanni EXPORT zanniTargets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime NAMELINK_COMPONENT dev)
install(TARGETS zanni_cli EXPORT zanniProgram RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT runtime)
foreach(folder core transport broker)
  if(EXISTS ${PROJECT_SOURCE_DIR}/${folder}/include)
    install(DIRECTORY ${folder}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev FILES_MATCHING PATTERN *.hpp)
  endif()
endforeach()

install(EXPORT zanniTargets NAMESPACE zanni:: DESTINATION ${ZANNI_CMAKE_DIR} COMPONENT dev)
install(EXPORT zanniProgram NAMESPACE zanni:: DESTINATION ${ZANNI_CMAKE_DIR} COMPONENT dev)
configure_package_config_file(cmake/zanniConfig.cmake.in ${PROJECT_BINARY_DIR}/zanniConfig.cmake
  INSTALL_DESTINATION ${ZANNI_CMAKE_DIR} PATH_VARS CMAKE_INSTALL_BINDIR NO_CHECK_REQUIRED_COMPONENTS_MACRO)
# Before 1.0 a new minor version may break its users.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/zanniConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(
  FILES
    ${PROJECT_BINARY_DIR}/zanniConfig.cmake
    ${PROJECT_BINARY_DIR}/zanniConfigVersion.cmake
    cmake/ZanniModule.cmake
  DESTINATION ${ZANNI_CMAKE_DIR}
  COMPONENT dev)

file(RELATIVE_PATH ZANNI_PREFIX_FROM_PKGCONFIG ${CMAKE_INSTALL_PREFIX}/${ZANNI_PKGCONFIG_DIR} ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" ZANNI_PREFIX_FROM_PKGCONFIG ${ZANNI_PREFIX_FROM_PKGCONFIG})
set(ZANNI_PKGCONFIG_PREFIX \${pcfiledir}/${ZANNI_PREFIX_FROM_PKGCONFIG})
if(ZANNI_DEBIAN_PACKAGES)  # nobody moves them, and pkg-config leaves out folders where compilers look anyway
  set(ZANNI_PKGCONFIG_PREFIX ${CMAKE_INSTALL_PREFIX})
endif()
configure_file(cmake/zanni.pc.in ${PROJECT_BINARY_DIR}/zanni.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/zanni.pc DESTINATION ${ZANNI_PKGCONFIG_DIR} COMPONENT dev)

# Services for systemd; a build that can't tell it anything has none. Their program is named by its whole path.
if(ZANNI_SYSTEMD)
  set(ZANNI_PROGRAM ${CMAKE_INSTALL_FULL_BINDIR}/zanni)
  file(READ packaging/systemd/service.inc ZANNI_SERVICE)
  foreach(unit zanni-broker zanni-host@)
    configure_file(packaging/systemd/${unit}.service.in ${PROJECT_BINARY_DIR}/${unit}.service @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/${unit}.service DESTINATION lib/systemd/system COMPONENT runtime)
  endforeach()
  install(FILES packaging/systemd/zanni.sysusers.conf DESTINATION lib/sysusers.d COMPONENT runtime RENAME zanni.conf)
endif()

# For Prometheus and Grafana.
install(FILES packaging/prometheus/zanni-alerts.yml packaging/prometheus/prometheus.yml packaging/grafana/zanni.json
  DESTINATION ${CMAKE_INSTALL_DATADIR}/zanni/monitoring COMPONENT runtime)

# Documents keep their places to each other, so most of their links hold.
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT doc)
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT doc)
install(FILES packaging/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR}/packaging COMPONENT doc)
install(DIRECTORY samples/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT doc
  PATTERN demo.sh EXCLUDE PATTERN run.sh EXCLUDE)
install(DIRECTORY samples/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT doc
  FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE
  FILES_MATCHING PATTERN demo.sh PATTERN run.sh)

if(ZANNI_DEBIAN_PACKAGES)
  include(cmake/DebianPackages.cmake)
else()
  install(FILES CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT doc)
  install(FILES LICENSE packaging/debian/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT licence)
endif()
