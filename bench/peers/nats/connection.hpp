#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

/// NATS's protocol over a plain socket. Debian's libnats writes on a thread of its own, up to a millisecond later; here
/// what has gathered leaves as one write before the program waits, which is faster at all that is asked.
namespace nats {

struct Message {
    int subscription;
    std::string_view reply_to;  ///< empty: none
    std::string_view payload;
};

/// Threads: one.
class Connection {
public:
    explicit Connection(int port) {
        fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
        const int on = 1;
        ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(static_cast<std::uint16_t>(port));
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) fail("connect");
        in_.resize(1 << 18);
        out_ = "CONNECT {\"verbose\":false,\"pedantic\":false,\"lang\":\"raw\",\"version\":\"1\",\"protocol\":1}\r\n";
    }
    ~Connection() { ::close(fd_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void subscribe(const std::string& subject, int subscription) {
        out_ += "SUB " + subject + ' ' + std::to_string(subscription) + "\r\n";
    }

    /// Leaves when `flush_at` bytes have gathered, or with the next receive(). A message's views end to be valid with
    /// it.
    void publish(std::string_view subject, std::string_view payload, std::string_view reply_to = {}) {
        out_ += "PUB ";
        out_ += subject;
        out_ += ' ';
        if (!reply_to.empty()) (out_ += reply_to) += ' ';
        char digits[20];
        out_.append(digits, std::to_chars(digits, digits + sizeof digits, payload.size()).ptr);
        out_ += "\r\n";
        out_ += payload;
        out_ += "\r\n";
        if (out_.size() >= flush_at) flush();
    }

    /// Writes all, and reads meanwhile if the server doesn't take it otherwise.
    void flush() {
        std::size_t written = 0;
        while (written < out_.size()) {
            const auto count = ::send(fd_, out_.data() + written, out_.size() - written, MSG_DONTWAIT | MSG_NOSIGNAL);
            if (count >= 0) {
                written += static_cast<std::size_t>(count);
                continue;
            }
            if (errno != EAGAIN) fail("send");
            pollfd ready{fd_, POLLIN | POLLOUT, 0};
            ::poll(&ready, 1, -1);
            if (ready.revents & POLLIN) read(MSG_DONTWAIT);
        }
        out_.clear();
    }

    /// Calls `handle` for each message that has come; waits for one, at most so long (-1: as long as it takes).
    /// Returns false when the time is over.
    template <class Handle>
    bool receive(const Handle& handle, int longest_ms = -1) {
        flush();
        if (begin_ == end_ || waiting_for_rest_) {
            if (longest_ms >= 0) {
                pollfd ready{fd_, POLLIN, 0};
                if (::poll(&ready, 1, longest_ms) == 0) return false;
            }
            read(0);
        }
        while (take(handle)) {
        }
        return true;
    }

private:
    static constexpr std::size_t flush_at = 64 * 1024;

    [[noreturn]] static void fail(const char* what) {
        throw std::system_error(errno, std::generic_category(), std::string("nats: ") + what);
    }

    void read(int flags) {
        if (begin_ == end_) begin_ = end_ = 0;
        if (end_ == in_.size()) {
            std::memmove(in_.data(), in_.data() + begin_, end_ - begin_);
            end_ -= begin_;
            begin_ = 0;
            if (end_ > in_.size() / 2) in_.resize(in_.size() * 2);
        }
        const auto count = ::recv(fd_, in_.data() + end_, in_.size() - end_, flags);
        if (count == 0) throw std::runtime_error("nats: the server closed the connection");
        if (count < 0) {
            if (errno == EAGAIN) return;
            fail("recv");
        }
        end_ += static_cast<std::size_t>(count);
    }

    /// One operation of what has been read; false when it isn't complete.
    template <class Handle>
    bool take(const Handle& handle) {
        waiting_for_rest_ = true;
        const char* const from = in_.data() + begin_;
        const std::size_t size = end_ - begin_;
        const auto* const line_end = static_cast<const char*>(std::memchr(from, '\n', size));
        if (!line_end) return false;
        const std::string_view line(from, static_cast<std::size_t>(line_end - from) - 1);
        std::size_t used = line.size() + 2;
        if (line.starts_with("MSG ")) {
            std::size_t length = 0;
            Message message = parse(line.substr(4), length);
            if (size < used + length + 2) return false;
            message.payload = std::string_view(from + used, length);
            used += length + 2;
            begin_ += used;  // before: the handler may publish, and so read more behind it
            handle(message);
        } else {
            begin_ += used;
            if (line == "PING") out_ += "PONG\r\n";
            if (line.starts_with("-ERR")) throw std::runtime_error("nats: " + std::string(line));
        }
        waiting_for_rest_ = false;
        return begin_ != end_;
    }

    /// "subject 1 [reply-to] length"
    static Message parse(std::string_view words, std::size_t& length) {
        words.remove_prefix(words.find(' ') + 1);
        Message message{};
        const auto [rest, error] = std::from_chars(words.data(), words.data() + words.size(), message.subscription);
        (void)error;
        words.remove_prefix(static_cast<std::size_t>(rest - words.data()) + 1);
        if (const auto space = words.find(' '); space != std::string_view::npos) {
            message.reply_to = words.substr(0, space);
            words.remove_prefix(space + 1);
        }
        std::from_chars(words.data(), words.data() + words.size(), length);
        return message;
    }

    int fd_ = -1;
    std::string out_;
    std::vector<char> in_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    bool waiting_for_rest_ = false;
};

}  // namespace nats
