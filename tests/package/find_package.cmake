# Builds consumer/ against the installed package, as a stranger would, and compares what it prints.
# Takes: prefix, libdir (below it), consumer, build, generator, compiler, flags (may be empty).
file(REMOVE_RECURSE ${build})
execute_process(
  COMMAND ${CMAKE_COMMAND} -S ${consumer} -B ${build} -G ${generator}
    -D CMAKE_PREFIX_PATH=${prefix}
    -D CMAKE_CXX_COMPILER=${compiler}
    -D CMAKE_CXX_FLAGS=${flags}
  COMMAND_ERROR_IS_FATAL ANY)

# The exported target must not lead its users to what the library is made of.
file(GLOB exported ${prefix}/${libdir}/cmake/zanni/*.cmake)
foreach(file IN LISTS exported)
  file(STRINGS ${file} leaks REGEX "zmq|ZeroMQ|msgpack|spdlog|fmt::|CLI11|zanni_(core|transport|broker|compile)")
  list(FILTER leaks EXCLUDE REGEX "^ *#")
  if(leaks)
    message(FATAL_ERROR "${file} names what users should not see:\n${leaks}")
  endif()
endforeach()

execute_process(COMMAND ${CMAKE_COMMAND} --build ${build} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${build}/app OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
if(NOT output STREQUAL "Hello, World\n")
  message(FATAL_ERROR "app printed '${output}'")
endif()
