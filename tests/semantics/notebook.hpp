#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <zanni/actor.hpp>

/// What the actors of all cases have in common. They live in the test's process or in another one, so all that a case
/// knows of them comes in messages.
namespace zanni::semantics {

using namespace std::chrono_literals;

/// Longer than anything here takes, under a sanitizer and on a busy machine too. Only what fails waits for it.
inline constexpr Duration patience = 30s;

/// Every base offers it; on the bus only the host beside the test's own does, so that what requires it runs there.
inline Requirements far() { return {{"Far", true}}; }

/// To anybody: are you there? Replies with the address.
struct Knock {};
/// To anybody: your parent's address.
struct AskForParent {};
/// The answer of who has done what it was told to.
struct Done {};
/// To a Notebook, or from one: a text.
struct Say {
    std::string text;
};
/// To a Notebook: throw this, each time.
struct Fail {
    std::string what = "no flour";
};
/// To a Notebook: answer with what you noted as soon as it is so much.
struct AwaitNotes {
    std::uint64_t count = 0;
};
struct Note {
    std::string text;
    Address who;  ///< the actor that it is about, if it is about one
};
struct Notes {
    std::vector<Note> notes;
};

/// Keeps what it hears, in order, for whoever asks. Its handlers are for the Behaviors of those that derive from it.
class Notebook : public Actor {
public:
    Address knock(const Knock&) { return address(); }
    Address parents_address(const AskForParent&) { return parent(); }
    void say(const Say& say, const Address& sender) { note(say.text, sender); }
    void number(const std::int32_t& number) { note(std::to_string(number)); }
    void fail(const Fail& fail) {
        note("attempt");
        throw std::runtime_error(fail.what);
    }
    void await_notes(const AwaitNotes& wish, const Address& asker) {
        asker_ = asker;
        awaited_ = wish.count;
        answer_if_enough();
    }

protected:
    void note(std::string text, const Address& who = {}) {
        notes_.push_back({std::move(text), who});
        answer_if_enough();
    }

private:
    void answer_if_enough() {
        if (asker_ && notes_.size() >= awaited_) send(std::exchange(asker_, {}), Notes{notes_});
    }

    std::vector<Note> notes_;
    Address asker_;
    std::uint64_t awaited_ = 0;
};

}  // namespace zanni::semantics
