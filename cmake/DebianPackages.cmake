# Debian packages, one per component of Install.cmake: zanni, libzanni-dev, zanni-doc. ./run packages builds them, and
# packaging/README.md says what is in them. Here is what Debian wants beside the installed files, and what cpack is told.
set(debian ${PROJECT_SOURCE_DIR}/packaging/debian)
set(made ${PROJECT_BINARY_DIR}/debian)
set(package_runtime zanni)
set(package_dev libzanni-dev)
set(package_doc zanni-doc)

# Changelogs and man pages are compressed, without a date.
add_custom_command(
  OUTPUT ${made}/changelog.gz ${made}/changelog.Debian.gz ${made}/compressed
  COMMAND ${CMAKE_COMMAND} -E make_directory ${made}/man1
  COMMAND sh -c "gzip -9nc '${PROJECT_SOURCE_DIR}/CHANGELOG.md' >changelog.gz"
  COMMAND sh -c "gzip -9nc '${debian}/changelog' >changelog.Debian.gz"
  COMMAND sh -c "cp '${PROJECT_BINARY_DIR}/reference'/man/*.1 man1/ && gzip -9nf man1/*.1"
  COMMAND ${CMAKE_COMMAND} -E touch compressed
  DEPENDS ${PROJECT_BINARY_DIR}/reference/made ${PROJECT_SOURCE_DIR}/CHANGELOG.md ${debian}/changelog
  WORKING_DIRECTORY ${made}
  VERBATIM)
file(MAKE_DIRECTORY ${made})
add_custom_target(zanni_debian ALL DEPENDS ${made}/compressed)
install(DIRECTORY ${made}/man1 DESTINATION ${CMAKE_INSTALL_MANDIR} COMPONENT runtime)
foreach(component runtime dev doc)
  set(folder ${CMAKE_INSTALL_DATADIR}/doc/${package_${component}})
  install(FILES ${debian}/copyright ${made}/changelog.Debian.gz ${made}/changelog.gz
    DESTINATION ${folder} COMPONENT ${component})
  if(EXISTS ${debian}/${package_${component}}.lintian-overrides)
    install(FILES ${debian}/${package_${component}}.lintian-overrides
      DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides RENAME ${package_${component}} COMPONENT ${component})
  endif()
endforeach()

# The revision and who makes the package are those of packaging/debian/changelog.
file(STRINGS ${debian}/changelog heading LIMIT_COUNT 1)
if(NOT heading MATCHES "^zanni \\(${PROJECT_VERSION}-([0-9a-z.+~]+)\\) ")
  message(FATAL_ERROR "packaging/debian/changelog begins with '${heading}', which is not of version ${PROJECT_VERSION}")
endif()
set(CPACK_DEBIAN_PACKAGE_RELEASE ${CMAKE_MATCH_1})
file(STRINGS ${debian}/changelog signed REGEX "^ -- .*  " LIMIT_COUNT 1)
string(REGEX REPLACE "^ -- (.*)  .*" "\\1" CPACK_DEBIAN_PACKAGE_MAINTAINER "${signed}")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME zanni)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")  # each package has a first line of its own
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR})
set(CPACK_COMPONENTS_ALL runtime dev doc)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
foreach(component runtime dev doc)
  string(TOUPPER ${component} COMPONENT)
  set(CPACK_DEBIAN_${COMPONENT}_PACKAGE_NAME ${package_${component}})
  file(READ ${debian}/${package_${component}}.description CPACK_DEBIAN_${COMPONENT}_DESCRIPTION)
  string(STRIP "${CPACK_DEBIAN_${COMPONENT}_DESCRIPTION}" CPACK_DEBIAN_${COMPONENT}_DESCRIPTION)
endforeach()

set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION net)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SUGGESTS "zanni-doc, prometheus")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_BINARY_DIR}/lib)  # the program's own library
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA
  ${debian}/postinst ${debian}/prerm ${debian}/postrm ${debian}/triggers)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "zanni (= ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})")
set(CPACK_DEBIAN_DEV_PACKAGE_SUGGESTS zanni-doc)

set(CPACK_DEBIAN_DOC_PACKAGE_SECTION doc)
set(CPACK_DEBIAN_DOC_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_DOC_PACKAGE_SUGGESTS libzanni-dev)

include(CPack)
