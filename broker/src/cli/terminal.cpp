#include "terminal.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace zanni::cli {

bool stdout_is_terminal() { return ::isatty(STDOUT_FILENO) != 0; }
bool stderr_is_terminal() { return ::isatty(STDERR_FILENO) != 0; }

bool wants_colour() {
    const char* const refused = std::getenv("NO_COLOR");
    return stdout_is_terminal() && !(refused && *refused);
}

Size terminal_size() {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
    return {size.ws_col, size.ws_row};
}

FullScreen::FullScreen() {
    has_keys_ = ::tcgetattr(STDIN_FILENO, &before_) == 0;
    if (has_keys_) {
        termios raw = before_;
        raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
        raw.c_cc[VMIN] = 0;
        raw.c_cc[VTIME] = 0;
        ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    }
    std::fputs("\x1b[?1049h\x1b[?25l", stdout);  // the other screen, and no cursor
}

FullScreen::~FullScreen() {
    std::fputs("\x1b[?25h\x1b[?1049l", stdout);
    std::fflush(stdout);
    if (has_keys_) ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
}

void FullScreen::draw(const std::string& text) {
    std::string screen = "\x1b[H";
    for (const char letter : text) screen += letter == '\n' ? std::string("\x1b[K\r\n") : std::string(1, letter);
    screen += "\x1b[J";
    std::fputs(screen.c_str(), stdout);
    std::fflush(stdout);
}

std::optional<char> FullScreen::key(Duration longest) {
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(longest).count();
    std::array<pollfd, 2> watched{
        {{end_signals_.fd(), POLLIN, 0}, {has_keys_ ? STDIN_FILENO : -1, static_cast<short>(POLLIN), 0}}};
    if (::poll(watched.data(), watched.size(), static_cast<int>(std::max<std::int64_t>(ms, 0))) <= 0) return {};
    if (watched[0].revents != 0 && end_signals_.take()) return 'q';
    char letter = 0;
    if (watched[1].revents == 0 || ::read(STDIN_FILENO, &letter, 1) != 1) {
        if ((watched[1].revents & (POLLHUP | POLLERR)) != 0) return 'q';  // the terminal is gone
        return {};
    }
    return letter;
}

}  // namespace zanni::cli
