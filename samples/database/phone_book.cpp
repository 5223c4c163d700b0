#include <sqlite3.h>

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <zanni/zanni.hpp>

#include "database.hpp"

/// A phone book in an SQLite file, as a module. It runs on a host that offers `Database`, where the file is
/// (PHONE_BOOK names it). One actor owns the connection, so no two statements ever run at once; whoever knows the
/// actor's name uses it from any host.
namespace database {

namespace {

struct Close {
    void operator()(sqlite3* file) const { sqlite3_close(file); }
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using File = std::unique_ptr<sqlite3, Close>;

/// A statement that was prepared once, and is run with other values each time.
class Statement {
public:
    Statement(sqlite3* file, const char* sql) : file_(file) {
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v2(file, sql, -1, &statement, nullptr) != SQLITE_OK)
            throw std::runtime_error(sqlite3_errmsg(file));
        statement_.reset(statement);
    }

    Answer run(const std::vector<std::string>& values) {
        for (std::size_t i = 0; i < values.size(); ++i)
            if (sqlite3_bind_text(statement_.get(), static_cast<int>(i + 1), values[i].data(),
                                  static_cast<int>(values[i].size()), SQLITE_TRANSIENT) != SQLITE_OK)
                return {{}, sqlite3_errmsg(file_)};
        Answer answer;
        int step = 0;
        while ((step = sqlite3_step(statement_.get())) == SQLITE_ROW) answer.entries.push_back({text(0), text(1)});
        if (step != SQLITE_DONE) answer.failure = sqlite3_errmsg(file_);
        sqlite3_reset(statement_.get());
        return answer;
    }

private:
    std::string text(int column) const {
        const auto* const bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
        const int size = sqlite3_column_bytes(statement_.get(), column);
        return bytes ? std::string(bytes, static_cast<std::size_t>(size)) : "";
    }

    sqlite3* file_;
    std::unique_ptr<sqlite3_stmt, Close> statement_;
};

/// Errors: throws std::runtime_error, which whoever creates the actor is told.
File open_file() {
    const char* const path = std::getenv("PHONE_BOOK");
    if (!path) throw std::runtime_error("PHONE_BOOK doesn't say where the file is");
    sqlite3* opened = nullptr;
    const int result = sqlite3_open(path, &opened);
    File file(opened);
    if (result != SQLITE_OK) throw std::runtime_error(std::string(path) + ": " + sqlite3_errmsg(opened));
    const char* const table =
        "CREATE TABLE IF NOT EXISTS entries (name TEXT PRIMARY KEY, number TEXT NOT NULL"
        " CONSTRAINT number_has_digits CHECK (number GLOB '*[0-9]*'))";
    if (sqlite3_exec(opened, table, nullptr, nullptr, nullptr) != SQLITE_OK)
        throw std::runtime_error(std::string(path) + ": " + sqlite3_errmsg(opened));
    return file;
}

}  // namespace

class PhoneBook : public zanni::Actor {
public:
    static zanni::Requirements requirements() { return {{"Database", true}}; }

    Answer put(const Put& put) { return put_.run({put.entry.name, put.entry.number}); }
    Answer get(const Get& get) { return get_.run({get.name}); }
    Answer list(const List&) { return list_.run({}); }
    using Behavior = zanni::Behavior<&PhoneBook::put, &PhoneBook::get, &PhoneBook::list>;

private:
    File file_ = open_file();
    Statement put_{file_.get(), "INSERT OR REPLACE INTO entries VALUES (?, ?)"};
    Statement get_{file_.get(), "SELECT name, number FROM entries WHERE name = ?"};
    Statement list_{file_.get(), "SELECT name, number FROM entries ORDER BY name"};
};

}  // namespace database

ZANNI_MODULE(registry) { registry.add<database::PhoneBook>(); }
