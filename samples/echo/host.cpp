#include <zanni/zanni.hpp>

zanni::Module echo_module();  // echo.cpp

// A host with the echo actors linked in: `echo_host broker`, `echo_host host --join tcp://leader:1900`.
int main(int argc, char** argv) { return zanni::host_main(argc, argv, {echo_module()}); }
