/// A shared object that Zanni has nothing to do with.
extern "C" int answer() { return 42; }
