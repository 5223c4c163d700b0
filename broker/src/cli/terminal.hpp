#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include <termios.h>

#include <zanni/clock.hpp>

#include "end_signals.hpp"
#include "progress.hpp"

namespace zanni::cli {

bool stdout_is_terminal();
bool stderr_is_terminal();
/// Whether what goes to stdout may be coloured: a terminal, and nobody said NO_COLOR.
bool wants_colour();

struct Size {
    std::size_t columns = 80;
    std::size_t rows = 24;
};
Size terminal_size();

/// A view that fills the terminal and is drawn anew, until it goes: then the terminal is as before, whatever ends it.
/// Without a terminal on stdin there are no keys.
/// Threads: one, and one of these at a time.
class FullScreen {
public:
    FullScreen();
    ~FullScreen();
    FullScreen(const FullScreen&) = delete;

    /// In place of what is there.
    void draw(const std::string& text);
    /// The next key that is hit; nothing after `longest`. 'q' also for Ctrl-C and a wish to end from outside.
    std::optional<char> key(Duration longest);

private:
    broker::EndSignals end_signals_;  // or the terminal would stay as it is here
    NoProgress no_progress_;
    bool has_keys_ = false;
    termios before_{};
};

}  // namespace zanni::cli
