# cmake -DCOMMAND=a;b;c -DEXPECTED=file -P compare_output.cmake: passes when the command succeeds and prints just that.
execute_process(COMMAND ${COMMAND} OUTPUT_VARIABLE output RESULT_VARIABLE result)
file(READ "${EXPECTED}" expected)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${COMMAND} ended with ${result}, after printing:\n${output}")
endif()
if(NOT output STREQUAL expected)
  message(FATAL_ERROR "${COMMAND} printed:\n${output}instead of:\n${expected}")
endif()
