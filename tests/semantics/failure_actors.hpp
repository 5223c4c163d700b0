#pragma once

#include <string>

#include "notebook.hpp"

namespace zanni::semantics {

/// Can't be marshalled, but that shows only when it is tried.
struct Indescribable {
    static constexpr auto message_name = "zanni.semantics.Indescribable";
    std::string text;
    static auto fields(auto& self) {
        if (self.text == "indescribable") throw std::runtime_error("words fail");
        return std::tie(self.text);
    }
};
struct FailOnce {};
/// To a Fragile: throw what is no std::exception.
struct FailOddly {};
/// To a Fragile: throw at the second message of a pair, having changed the first.
struct Bowl {
    std::string content;
};

/// Fails in many ways.
class Fragile : public Notebook {
public:
    void once(const FailOnce&) {
        note("attempt");
        if (!failed_) {
            failed_ = true;
            throw std::runtime_error("at first");
        }
    }
    void oddly(const FailOddly&) { throw 7; }
    void spill(Bowl bowl) {
        note(bowl.content);
        bowl.content = "empty";
        throw std::runtime_error("spilt");
    }
    void indescribable(const Indescribable&) { throw std::runtime_error("speechless"); }
    void poison(const PoisonMessage&) {
        note("poisoned");
        throw std::runtime_error("that too");
    }
    using Behavior =
        zanni::Behavior<&Fragile::knock, &Fragile::say, &Fragile::fail, &Fragile::await_notes, &Fragile::once,
                        &Fragile::oddly, &Fragile::spill, &Fragile::indescribable, &Fragile::poison>;

private:
    bool failed_ = false;
};

}  // namespace zanni::semantics
