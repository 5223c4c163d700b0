#pragma once

#include <vector>

#include <zanni/module.hpp>

namespace zanni {

/// Makes a program that links its actors a host:
///
///     int main(int argc, char** argv) { return zanni::host_main(argc, argv, {echo_module()}); }
///
/// and then `./program broker`, `./program host --join tcp://leader:1900`, with the flags of `zanni broker` and
/// `zanni host`. Its actor processes run the same executable; their types are the modules', and those of any --load.
///
/// Returns the exit code: 0 it ended in order, 1 it ran and failed, 2 it could not start, after one line on stderr.
/// Threads: the main thread, before any other exists. Blocks: until the host ends.
int host_main(int argc, char** argv, const std::vector<Module>& modules);

}  // namespace zanni
