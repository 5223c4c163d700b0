# Every library here comes from Debian 12's packages; ./run installs them.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(ZeroMQ REQUIRED IMPORTED_TARGET libzmq>=4.3)  # libzmq3-dev
find_path(CPPZMQ_INCLUDE_DIR zmq.hpp REQUIRED)                  # cppzmq-dev
find_path(MSGPACK_INCLUDE_DIR msgpack.hpp REQUIRED)             # libmsgpack-cxx-dev
find_package(spdlog REQUIRED)                                   # libspdlog-dev
find_package(CLI11 REQUIRED)                                    # libcli11-dev
find_path(TOMLPLUSPLUS_INCLUDE_DIR toml++/toml.h REQUIRED)      # libtomlplusplus-dev
find_package(nlohmann_json REQUIRED)                            # nlohmann-json3-dev
find_package(civetweb)                                          # libcivetweb-dev
find_package(prometheus-cpp)                                    # prometheus-cpp-dev
pkg_check_modules(Systemd IMPORTED_TARGET libsystemd)           # libsystemd-dev

# What needs systemd says so when it is asked for and isn't there: --log journald; a Type=notify unit would wait forever.
if(ZANNI_SYSTEMD AND NOT Systemd_FOUND)
  message(WARNING "libsystemd-dev isn't installed: building without --log journald and without word to systemd")
  set(ZANNI_SYSTEMD OFF)
endif()

if(ZANNI_OBSERVER AND NOT (civetweb_FOUND AND prometheus-cpp_FOUND))
  message(WARNING "libcivetweb-dev and prometheus-cpp-dev aren't both installed: building without --http")
  set(ZANNI_OBSERVER OFF)
endif()

# Headers only, and without Boost: the packages' own CMake files would ask for it.
add_library(zanni_msgpack INTERFACE)
target_include_directories(zanni_msgpack SYSTEM INTERFACE ${MSGPACK_INCLUDE_DIR})
target_compile_definitions(zanni_msgpack INTERFACE MSGPACK_NO_BOOST)
add_library(zanni_zeromq INTERFACE)
target_include_directories(zanni_zeromq SYSTEM INTERFACE ${CPPZMQ_INCLUDE_DIR})
target_link_libraries(zanni_zeromq INTERFACE PkgConfig::ZeroMQ)
