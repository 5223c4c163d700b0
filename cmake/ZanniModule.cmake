# zanni_add_module(NAME SOURCES...): a module of actor types, libNAME.so, for `zanni broker --load ./libNAME.so`.
# Comes with find_package(zanni); Zanni's own samples use it too.
function(zanni_add_module name)
  add_library(${name} MODULE ${ARGN})
  target_link_libraries(${name} PRIVATE zanni::zanni)
  set_target_properties(${name} PROPERTIES PREFIX lib)
endfunction()
