#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace zanni {

template <class Reply = void>
class Task;

namespace detail {

/// What the promises of all tasks share: who waits for the result, and the exception if that is the result.
class TaskPromise {
public:
    std::suspend_always initial_suspend() const noexcept { return {}; }
    auto final_suspend() const noexcept { return Resume{}; }
    void unhandled_exception() noexcept { thrown_ = std::current_exception(); }

    void set_waiter(std::coroutine_handle<> waiter) { waiter_ = waiter; }
    void rethrow() {
        if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
    }

private:
    /// Goes on with whoever waits.
    struct Resume {
        bool await_ready() const noexcept { return false; }
        template <class Promise>
        std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> done) const noexcept {
            const auto waiter = static_cast<TaskPromise&>(done.promise()).waiter_;
            return waiter ? waiter : std::noop_coroutine();
        }
        void await_resume() const noexcept {}
    };

    std::coroutine_handle<> waiter_;
    std::exception_ptr thrown_;
};

template <class Reply>
class TaskResult : public TaskPromise {
public:
    Task<Reply> get_return_object();
    template <class Value>
    void return_value(Value&& value) {
        result_.emplace(std::forward<Value>(value));
    }
    Reply take() {
        rethrow();
        return std::move(*result_);
    }

private:
    std::optional<Reply> result_;
};

template <>
class TaskResult<void> : public TaskPromise {
public:
    Task<void> get_return_object();
    void return_void() const noexcept {}
    void take() { rethrow(); }
};

}  // namespace detail

/// A handler that may wait: it returns Task<> or Task<Reply>, and uses `co_await` on Actor::ask, Actor::sleep_for and
/// on other tasks. While it waits, its actor handles other messages, so what it knew of the actor's state before may no
/// longer hold after. What it took as `const M&` lives as long as it does. When the actor ends or restarts, the waiting
/// handler is destroyed where it stands, and its message becomes a dead letter.
///
/// With g++ 12, give a temporary struct that owns memory a name before an expression with co_await: that compiler
/// destroys it twice. Actor::ask checks it, your own tasks can't.
///
/// Threads: those of its actor. A task that is no handler begins when it is awaited.
template <class Reply>
class [[nodiscard]] Task {
public:
    using promise_type = detail::TaskResult<Reply>;
    using Handle = std::coroutine_handle<promise_type>;

    explicit Task(Handle handle) : handle_(handle) {}
    Task(Task&& from) noexcept : handle_(std::exchange(from.handle_, nullptr)) {}
    Task& operator=(Task&& from) noexcept {
        std::swap(handle_, from.handle_);
        return *this;
    }
    ~Task() {
        if (handle_) handle_.destroy();
    }

    bool await_ready() const noexcept { return false; }
    Handle await_suspend(std::coroutine_handle<> waiter) {
        handle_.promise().set_waiter(waiter);
        return handle_;
    }
    /// Errors: throws what the task threw.
    Reply await_resume() { return handle_.promise().take(); }

    // For the runtime.
    void resume() { handle_.resume(); }
    bool done() const { return handle_.done(); }
    Reply result() { return handle_.promise().take(); }

private:
    Handle handle_;
};

namespace detail {

template <class Reply>
Task<Reply> TaskResult<Reply>::get_return_object() {
    return Task<Reply>(std::coroutine_handle<TaskResult>::from_promise(*this));
}
inline Task<void> TaskResult<void>::get_return_object() {
    return Task<void>(std::coroutine_handle<TaskResult>::from_promise(*this));
}

template <class T>
inline constexpr bool is_task = false;
template <class T>
inline constexpr bool is_task<Task<T>> = true;

}  // namespace detail

}  // namespace zanni
