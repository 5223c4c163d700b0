// Gives a target every file of its corpus once: what libFuzzer's own main does with -runs=0, for any compiler.
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);  // NOLINT: libFuzzer's name

int main(int argc, char** argv) {
    if (argc != 2) return std::cerr << "usage: replay CORPUS_FOLDER\n", 2;
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
        std::ifstream file(entry.path(), std::ios::binary);
        const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
        std::cout << entry.path().filename().string() << '\n'
                  << std::flush;  // before it: a broken invariant ends the program
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
        ++files;
    }
    if (files == 0) return std::cerr << "no corpus in " << argv[1] << '\n', 1;
}
