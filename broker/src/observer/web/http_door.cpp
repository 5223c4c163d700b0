#include "observer/web/http_door.hpp"

#include <array>
#include <stdexcept>
#include <utility>

#include <civetweb.h>
#include <nlohmann/json.hpp>

#include "json.hpp"

namespace zanni::broker {

namespace {

constexpr std::size_t posted_max = 64 * 1024;

const char* phrase(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 303:
            return "See Other";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 413:
            return "Content Too Large";
        case 415:
            return "Unsupported Media Type";
        case 421:
            return "Misdirected Request";
        case 503:
            return "Service Unavailable";
        default:
            return "Error";
    }
}

std::optional<std::string> header(const mg_connection* connection, const char* name) {
    const char* const value = mg_get_header(connection, name);
    return value ? std::optional<std::string>(value) : std::nullopt;
}

HttpReply refusal(int status, std::string_view why) {
    JsonWriter json;
    json.begin_object().key("error").value(why).end_object();
    return {status, "application/json", json.text() + "\n", {}, {}};
}

HttpReply refusal(Access::Verdict verdict) {
    switch (verdict) {
        case Access::Verdict::wrong_host:
            return refusal(421, "this server is called by another name here: --http-name allows one");
        case Access::Verdict::wrong_origin:
            return refusal(403, "only the observer's own page may do that");
        default:
            return refusal(401, "a token is needed: 'Authorization: Bearer TOKEN', or /?token=TOKEN once");
    }
}

/// Nothing may be loaded from elsewhere, and nobody frames the page.
constexpr const char* safe_headers =
    "Content-Security-Policy: default-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cache-Control: no-store\r\n";

void send(mg_connection* connection, const HttpReply& reply, bool with_body) {
    std::string head = "HTTP/1.1 " + std::to_string(reply.status) + " " + phrase(reply.status) + "\r\n" + safe_headers;
    head += "Content-Type: " + reply.type + "\r\nContent-Length: " + std::to_string(reply.body.size()) + "\r\n";
    if (!reply.cookie.empty()) head += "Set-Cookie: " + reply.cookie + "\r\n";
    if (!reply.location.empty()) head += "Location: " + reply.location + "\r\n";
    if (reply.status == 401) head += "WWW-Authenticate: Bearer\r\n";
    head += "Connection: close\r\n\r\n";
    mg_write(connection, head.data(), head.size());
    if (with_body) mg_write(connection, reply.body.data(), reply.body.size());
}

std::optional<std::string> body_of(mg_connection* connection) {
    std::string body;
    std::array<char, 4096> some{};
    for (int read = 0; (read = mg_read(connection, some.data(), some.size())) > 0;) {
        body.append(some.data(), static_cast<std::size_t>(read));
        if (body.size() > posted_max) return std::nullopt;
    }
    return body;
}

HttpDoor& door(void* data) { return *static_cast<HttpDoor*>(data); }

}  // namespace

void HttpDoor::open(const Options& options) {
    static const bool library_ready = [] {
        mg_init_library(0);
        return true;
    }();
    static_cast<void>(library_ready);
    start(options.listen);
    started_ = true;
    mg_server_port port{};
    if (mg_get_server_ports(server_, 1, &port) == 1) port_ = port.port;
    const std::string number = ":" + std::to_string(port_);
    const std::string address = options.listen.substr(0, options.listen.rfind(':'));
    Access::Options access{{address + number, "localhost" + number}, options.token};
    for (const std::string& name : options.names) {
        access.hosts.push_back(name);
        access.hosts.push_back(name + number);
    }
    access_.emplace(std::move(access));  // before anybody is answered
    mg_set_request_handler(
        server_, "/", [](mg_connection* connection, void* data) { return door(data).answer(connection); }, this);
    mg_set_websocket_handler(
        server_, "/api/live",
        [](const mg_connection* connection, void* data) { return door(data).admits_page(connection) ? 0 : 1; },
        [](mg_connection* connection, void* data) { door(data).page_opened(connection); },
        [](mg_connection* connection, int flags, char* text, std::size_t size, void* data) {
            constexpr int opcode_bits = 0xf;
            if ((flags & opcode_bits) == MG_WEBSOCKET_OPCODE_CONNECTION_CLOSE) return 0;
            if ((flags & opcode_bits) == MG_WEBSOCKET_OPCODE_TEXT) door(data).page_says(connection, {text, size});
            return 1;
        },
        [](const mg_connection* connection, void* data) { door(data).page_closed(connection); }, this);
}

/// Throws with what the server says of an address in use, or one that is none.
void HttpDoor::start(const std::string& listen) {
    const std::string threads = std::to_string(pages_max + 4);
    mg_callbacks callbacks{};
    callbacks.log_message = [](const mg_connection* connection, const char* text) {
        if (void* const data = mg_get_user_data(mg_get_context(connection))) door(data).complain(text);
        return 1;
    };
    std::array<const char*, 11> settings{"listening_ports",
                                         listen.c_str(),
                                         "num_threads",
                                         threads.c_str(),
                                         "request_timeout_ms",
                                         "10000",
                                         "enable_keep_alive",
                                         "no",
                                         "websocket_timeout_ms",
                                         "60000",
                                         nullptr};
    std::array<char, 512> error_text{};
    mg_error_data error{};
    error.text = error_text.data();
    error.text_buffer_size = error_text.size();
    mg_init_data init{};
    init.callbacks = &callbacks;
    init.user_data = this;
    init.configuration_options = settings.data();
    server_ = mg_start2(&init, &error);
    if (!server_)
        throw std::runtime_error("--http " + listen + ": " +
                                 (!complaint_.empty() ? complaint_ : std::string(error_text.data())));
}

void HttpDoor::complain(const char* text) {
    if (!started_ && complaint_.empty()) complaint_ = text;
}

/// mg_stop() waits for its threads, which end when they see that their connection is to be closed.
void HttpDoor::close() {
    {
        const std::scoped_lock lock(pages_mutex_);
        for (const auto& [connection, page] : pages_) page->closed = true;
    }
    if (server_) mg_stop(std::exchange(server_, nullptr));
}

Access::Request HttpDoor::request_of(const mg_connection* connection, bool changes) {
    const mg_request_info* const info = mg_get_request_info(connection);
    return {header(connection, "Host"),
            header(connection, "Origin"),
            header(connection, "Authorization"),
            header(connection, "Cookie"),
            info->query_string ? info->query_string : "",
            changes};
}

int HttpDoor::answer(mg_connection* connection) {
    const std::string_view method = mg_get_request_info(connection)->request_method;
    send(connection, reply_to(connection), method != "HEAD");
    return 200;
}

HttpReply HttpDoor::reply_to(mg_connection* connection) try {
    const mg_request_info* const info = mg_get_request_info(connection);
    const std::string_view method = info->request_method;
    const std::string_view path = info->local_uri;
    const bool posts = method == "POST";
    if (!posts && method != "GET" && method != "HEAD") return refusal(405, "GET, HEAD or POST");
    const Access::Verdict verdict = access_->judge(request_of(connection, posts));
    if (verdict == Access::Verdict::set_cookie) return {303, "text/plain", "", access_->cookie(), std::string(path)};
    if (verdict != Access::Verdict::let_in) return refusal(verdict);
    if (!posts) return site_.get(path, info->query_string ? info->query_string : "");
    const auto type = header(connection, "Content-Type");  // which no form of another site can send
    if (!type || !type->starts_with("application/json")) return refusal(415, "application/json is wanted");
    const auto body = body_of(connection);
    return body ? site_.post(path, *body) : refusal(413, "64 KiB at most");
} catch (const std::exception& error) {
    return refusal(500, error.what());
}

// ---- Pages that look on

bool HttpDoor::admits_page(const mg_connection* connection) {
    if (access_->judge(request_of(connection, true)) != Access::Verdict::let_in) return false;
    return pages() < pages_max;
}

std::size_t HttpDoor::pages() const {
    const std::scoped_lock lock(pages_mutex_);
    return pages_.size();
}

void HttpDoor::page_opened(mg_connection* connection) {
    const std::scoped_lock lock(pages_mutex_);
    Page& page = *pages_.emplace(connection, std::make_unique<Page>()).first->second;
    page.writer = std::thread([this, connection, &page] { write(connection, page); });
}

void HttpDoor::page_says(const mg_connection* connection, std::string_view text) {
    const std::scoped_lock lock(pages_mutex_);
    const auto page = pages_.find(connection);
    if (page == pages_.end()) return;
    const auto said = nlohmann::json::parse(text, nullptr, false);
    if (said.is_object() && said.contains("actors") && said["actors"].is_boolean())
        page->second->actors = said["actors"].get<bool>();
}

void HttpDoor::page_closed(const mg_connection* connection) {
    std::unique_ptr<Page> page;
    {
        const std::scoped_lock lock(pages_mutex_);
        const auto found = pages_.find(connection);
        if (found == pages_.end()) return;
        page = std::move(found->second);
        pages_.erase(found);
    }
    page->closed = true;
    page->writer.join();
}

/// One thread for each, so that a page that doesn't read holds up itself only: it is told the latest, and never hears
/// of what was between.
void HttpDoor::write(mg_connection* connection, Page& page) {
    std::uint64_t seen = 0;
    while (!page.closed) {
        const auto text = site_.next(seen, page.actors);
        if (!text || page.closed) continue;
        if (mg_websocket_write(connection, MG_WEBSOCKET_OPCODE_TEXT, text->data(), text->size()) <= 0) return;
    }
}

}  // namespace zanni::broker
