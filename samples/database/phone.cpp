#include <iostream>
#include <string>
#include <vector>

#include <zanni/zanni.hpp>

#include "database.hpp"

/// `phone ENDPOINT put NAME NUMBER`, `get NAME` or `list`: asks the convention's phone book, which is created if there
/// is none, where its database is.
int main(int argc, char** argv) {
    using namespace std::chrono_literals;
    using namespace database;
    const std::vector<std::string> words(argv + std::min(argc, 2), argv + argc);
    try {
        zanni::ActorSystem system(zanni::join(argc > 1 ? argv[1] : "tcp://127.0.0.1:1900"));
        const auto book = system.create("database.PhoneBook", {.name = "phone book"});
        if (!book) return std::cerr << book.error() << '\n', 1;
        std::expected<Answer, zanni::Error> answer;
        if (words.size() == 3 && words[0] == "put")
            answer = system.ask<Answer>(*book, Put{{words[1], words[2]}}, 10s);
        else if (words.size() == 2 && words[0] == "get")
            answer = system.ask<Answer>(*book, Get{words[1]}, 10s);
        else if (words.size() == 1 && words[0] == "list")
            answer = system.ask<Answer>(*book, List{}, 10s);
        else
            return std::cerr << "usage: phone ENDPOINT put NAME NUMBER | get NAME | list\n", 2;
        if (!answer) return std::cerr << answer.error() << '\n', 1;
        for (const Entry& entry : answer->entries) std::cout << entry.name << ": " << entry.number << '\n';
        if (!answer->failure.empty()) return std::cerr << answer->failure << '\n', 1;
    } catch (const std::exception& error) {
        return std::cerr << error.what() << '\n', 1;
    }
}
