# What every target of Zanni itself is compiled with.
add_library(zanni_compile INTERFACE)
target_compile_options(zanni_compile INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual)
if(ZANNI_WERROR)
  target_compile_options(zanni_compile INTERFACE -Werror)
endif()
if(ZANNI_SANITIZE)
  add_compile_options(-fsanitize=${ZANNI_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${ZANNI_SANITIZE})
endif()

# zanni_part(NAME FOLDER SOURCES...): one layer of the library. Its own folder's headers are all it sees besides what it links.
function(zanni_part name folder)
  add_library(${name} OBJECT ${ARGN})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/${folder}/include ${PROJECT_SOURCE_DIR}/${folder}/src)
  target_link_libraries(${name} PRIVATE zanni_compile)
  # Nobody replaces a function of ours by one of his own, so calls within the library need no detour.
  target_compile_options(${name} PRIVATE -fno-semantic-interposition)
endfunction()
