# Writes the header that tells the program which commit it is of: commit.hpp in the folder OUT, for the sources in SOURCE.
# In a checkout git knows it, in an archive that `git archive` made the file .git_archival.txt does; else it is empty.
# No date: so a commit gives the same bytes whenever it is built. Left alone if nothing changed, so nothing is built anew.
set(commit "")
find_program(git git)
if(git AND EXISTS ${SOURCE}/.git)  # not the repository of a project that Zanni is a part of
  execute_process(
    COMMAND ${git} -C ${SOURCE} describe --always --abbrev=12 --exclude=* --dirty=-changed
    OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
elseif(EXISTS ${SOURCE}/.git_archival.txt)
  file(STRINGS ${SOURCE}/.git_archival.txt commit REGEX "^commit: [0-9a-f]+$")
  string(REGEX REPLACE "^commit: (.?.?.?.?.?.?.?.?.?.?.?.?).*" "\\1" commit "${commit}")
endif()

set(header "#pragma once\n\n#define ZANNI_COMMIT \"${commit}\"\n")
set(before "")
if(EXISTS ${OUT}/commit.hpp)
  file(READ ${OUT}/commit.hpp before)
endif()
if(NOT before STREQUAL header)
  file(WRITE ${OUT}/commit.hpp "${header}")
endif()
