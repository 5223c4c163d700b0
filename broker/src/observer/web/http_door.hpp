#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "observer/access.hpp"

struct mg_context;
struct mg_connection;

namespace zanni::broker {

struct HttpReply {
    int status = 200;
    std::string type = "application/json";
    std::string body{};
    std::string cookie{};    ///< to be set
    std::string location{};  ///< to go to
};

/// What is served behind an HttpDoor. Threads: several at once.
class Site {
public:
    virtual ~Site() = default;
    virtual HttpReply get(std::string_view path, std::string_view query) = 0;
    virtual HttpReply post(std::string_view path, const std::string& body) = 0;
    /// What a page that has had all up to `seen` is to be told next; nothing when there is nothing new after a while,
    /// so that one can see whether the page is still there. `seen` 0: it has had nothing yet.
    virtual std::optional<std::string> next(std::uint64_t& seen, bool actors) = 0;
};

/// An HTTP server that lets in whom Access lets in, and tells the pages that look on by WebSocket. Decides nothing
/// else.
///
/// Threads: its own; the site is called by them.
/// Limits: `pages_max` pages that look on; 64 KiB for what is posted; 10 s for a request.
class HttpDoor {
public:
    static constexpr std::size_t pages_max = 8;

    struct Options {
        std::string listen;  ///< "127.0.0.1:1980"
        std::vector<std::string> names;
        std::string token;
    };

    /// `site` outlives the door.
    explicit HttpDoor(Site& site) : site_(site) {}
    ~HttpDoor() { close(); }
    HttpDoor(const HttpDoor&) = delete;

    /// From now on the site may be called. Errors: throws std::runtime_error with one line.
    void open(const Options& options);
    /// After it the site is not called any more. Blocks: until those that were being answered have been.
    void close();

    int port() const { return port_; }
    std::size_t pages() const;

    // ---- Called by the server's threads
    void complain(const char* text);
    int answer(mg_connection* connection);
    bool admits_page(const mg_connection* connection);
    void page_opened(mg_connection* connection);
    void page_says(const mg_connection* connection, std::string_view text);
    void page_closed(const mg_connection* connection);

private:
    struct Page {
        std::atomic<bool> actors{false};
        std::atomic<bool> closed{false};
        std::thread writer;
    };

    void write(mg_connection* connection, Page& page);
    void start(const std::string& listen);
    static Access::Request request_of(const mg_connection* connection, bool changes);
    HttpReply reply_to(mg_connection* connection);

    Site& site_;
    std::optional<Access> access_;
    int port_ = 0;
    std::string complaint_;  // the server's first, until it has started
    std::atomic<bool> started_{false};
    mutable std::mutex pages_mutex_;  // guards pages_
    std::map<const mg_connection*, std::unique_ptr<Page>> pages_;
    mg_context* server_ = nullptr;
};

}  // namespace zanni::broker
