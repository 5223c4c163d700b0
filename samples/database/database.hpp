#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What is asked of the phone book.
namespace database {

struct Entry {
    std::string name;
    std::string number;
};
/// In place of the entry of that name, if there is one.
struct Put {
    Entry entry;
};
struct Get {
    std::string name;
};
struct List {};

/// The answer to all of them.
struct Answer {
    std::vector<Entry> entries;
    std::string failure;  ///< empty when all went well
};

}  // namespace database
