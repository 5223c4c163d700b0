#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace zanni::cli {

/// While it lives, a line on stderr about what the command waits for, once that has lasted a second: "zanni: 3 s,
/// waiting for tcp://leader:1900". Gone afterwards. Nothing where stderr is no terminal, or a full screen is shown.
/// Threads: one of its own, on terminals only.
class Progress {
public:
    explicit Progress(std::string what);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

private:
    void show();

    std::string what_;
    std::mutex mutex_;  // guards ended_
    std::condition_variable changed_;
    bool ended_ = false;
    std::thread thread_;
};

/// Nothing is shown as long as it lives.
class NoProgress {
public:
    NoProgress();
    ~NoProgress();
    NoProgress(const NoProgress&) = delete;
    NoProgress& operator=(const NoProgress&) = delete;
};

}  // namespace zanni::cli
