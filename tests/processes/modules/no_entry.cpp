// A shared object that is no Zanni module: it lacks ZANNI_MODULE.
extern "C" int zanni_tests_no_entry() { return 0; }
