#pragma once

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace zanni::test {

/// Both ends of a pipe. Reading doesn't block.
class Pipe {
public:
    Pipe() { REQUIRE(::pipe2(ends_.data(), O_CLOEXEC | O_NONBLOCK) == 0); }
    Pipe(Pipe&& from) noexcept : ends_(std::exchange(from.ends_, {-1, -1})) {}
    Pipe& operator=(Pipe&&) = delete;
    ~Pipe() {
        for (const int end : ends_)
            if (end >= 0) ::close(end);
    }

    int out() const { return ends_[0]; }  ///< the end to read from
    int in() const { return ends_[1]; }

    void write(std::string_view text) const {
        REQUIRE(::write(in(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    }
    /// What is there, up to so many bytes.
    std::string read(std::size_t bytes_max) const { return read_from(out(), bytes_max); }
    void close_in() { ::close(std::exchange(ends_[1], -1)); }

    static std::string read_from(int fd, std::size_t bytes_max) {
        std::string text(bytes_max, '\0');
        const ssize_t got = ::read(fd, text.data(), bytes_max);
        text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return text;
    }

private:
    std::array<int, 2> ends_{-1, -1};
};

}  // namespace zanni::test
