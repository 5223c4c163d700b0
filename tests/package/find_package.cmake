# Builds consumer/ against the installed package, as a stranger would, and compares what it prints.
# Then the same by components: those that there are, and one that there isn't.
# Takes: prefix, libdir (below it), consumer, components, build, generator, compiler, flags (may be empty).
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

# configure_with COMPONENTS...: as the project in components/ asks for them; gives status and output.
function(configure_with)
  file(REMOVE_RECURSE ${build}-components)
  execute_process(
    COMMAND ${CMAKE_COMMAND} -S ${components} -B ${build}-components -G ${generator}
      -D CMAKE_PREFIX_PATH=${prefix}
      -D CMAKE_CXX_COMPILER=${compiler}
      "-D COMPONENTS=${ARGN}"
    RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  set(status ${status} PARENT_SCOPE)
  set(output "${output}" PARENT_SCOPE)
endfunction()

configure_with(library program)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "the components library and program weren't found:\n${output}")
endif()
execute_process(COMMAND ${CMAKE_COMMAND} --build ${build}-components --target version COMMAND_ERROR_IS_FATAL ANY)

configure_with(library libary)
string(REGEX MATCHALL "CMake Error" errors "${output}")
list(LENGTH errors count)
if(status EQUAL 0 OR NOT count EQUAL 1 OR NOT output MATCHES "has no component 'libary'")
  message(FATAL_ERROR "an unknown component should give one error that names it, and gave ${count}:\n${output}")
endif()
