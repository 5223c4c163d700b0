# What `cmake --install` puts where: the program, the shared library, the public headers, and what finds them
# (find_package(zanni CONFIG), pkg-config zanni). All paths are relative, so the prefix may be moved.
include(CMakePackageConfigHelpers)

set(ZANNI_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/zanni)
set(ZANNI_PKGCONFIG_DIR ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# The installed program finds the installed library wherever the prefix is.
file(RELATIVE_PATH zanni_libdir_from_bindir ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR})
set_target_properties(zanni_cli PROPERTIES INSTALL_RPATH $ORIGIN/${zanni_libdir_from_bindir})

install(TARGETS zanni EXPORT zanniTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS zanni_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
foreach(folder core transport broker)
  if(EXISTS ${PROJECT_SOURCE_DIR}/${folder}/include)
    install(DIRECTORY ${folder}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN *.hpp)
  endif()
endforeach()
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

install(EXPORT zanniTargets NAMESPACE zanni:: DESTINATION ${ZANNI_CMAKE_DIR})
configure_package_config_file(cmake/zanniConfig.cmake.in ${PROJECT_BINARY_DIR}/zanniConfig.cmake
  INSTALL_DESTINATION ${ZANNI_CMAKE_DIR})
# Before 1.0 a new minor version may break its users.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/zanniConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(
  FILES
    ${PROJECT_BINARY_DIR}/zanniConfig.cmake
    ${PROJECT_BINARY_DIR}/zanniConfigVersion.cmake
    cmake/ZanniModule.cmake
  DESTINATION ${ZANNI_CMAKE_DIR})

file(RELATIVE_PATH ZANNI_PREFIX_FROM_PKGCONFIG ${CMAKE_INSTALL_PREFIX}/${ZANNI_PKGCONFIG_DIR} ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" ZANNI_PREFIX_FROM_PKGCONFIG ${ZANNI_PREFIX_FROM_PKGCONFIG})
configure_file(cmake/zanni.pc.in ${PROJECT_BINARY_DIR}/zanni.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/zanni.pc DESTINATION ${ZANNI_PKGCONFIG_DIR})

# Services for systemd; a build that can't tell it anything has none. Their program is named by its whole path.
if(ZANNI_SYSTEMD)
  set(ZANNI_PROGRAM ${CMAKE_INSTALL_FULL_BINDIR}/zanni)
  file(READ packaging/systemd/service.inc ZANNI_SERVICE)
  foreach(unit zanni-broker zanni-host@)
    configure_file(packaging/systemd/${unit}.service.in ${PROJECT_BINARY_DIR}/${unit}.service @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/${unit}.service DESTINATION lib/systemd/system)
  endforeach()
  install(FILES packaging/systemd/zanni.sysusers.conf DESTINATION lib/sysusers.d RENAME zanni.conf)
endif()

# For Prometheus and Grafana.
install(FILES packaging/prometheus/zanni-alerts.yml packaging/prometheus/prometheus.yml packaging/grafana/zanni.json
  DESTINATION ${CMAKE_INSTALL_DATADIR}/zanni/monitoring)
