#include "bed.hpp"

namespace zanni::semantics {

namespace {

struct Bury {
    std::vector<Address> actors;
};

/// Asks actors to exit, and answers when they have.
class Mourner : public Actor {
public:
    void bury(const Bury& order, const Address& asker) {
        asker_ = asker;
        alive_ = order.actors.size();
        for (const Address& actor : order.actors) {
            watch(actor);
            send(actor, ExitRequest{});
        }
    }
    void down(const Down&) {
        if (--alive_ > 0) return;
        send(asker_, Done{});
        exit();
    }
    using Behavior = zanni::Behavior<&Mourner::bury, &Mourner::down>;

private:
    Address asker_;
    std::size_t alive_ = 0;
};

}  // namespace

Bed::~Bed() { end(); }

bool Bed::end() {
    const auto created = std::exchange(created_, {});
    if (created.empty()) return true;
    const auto mourner = system_.create<Mourner>();
    return mourner && system_.ask<Done>(*mourner, Bury{{created.begin(), created.end()}}, patience);
}

void Bed::await_far() {
    Created created = system_.create<Puppet>({.requirements = far()});
    for (int tries = 0; !created && tries < 3'000; ++tries) {
        let_pass(10ms);
        created = system_.create<Puppet>({.requirements = far()});
    }
    note_created(created);
}

Address Bed::note_created(const Created& created) {
    if (!created) FAIL("not created: " + created.error().to_string());
    return *created_.insert(*created).first;
}

std::vector<Note> Bed::whole_notes(const Address& notebook, std::uint64_t count) {
    auto notes = system_.ask<Notes>(notebook, AwaitNotes{count}, patience);
    if (!notes) {
        const auto error = notes.error().to_string();
        notes = system_.ask<Notes>(notebook, AwaitNotes{0}, patience);
        std::string heard;
        if (notes)
            for (const Note& note : notes->notes) heard += "\n  " + note.text;
        FAIL("waited for " << count << " notes: " << error << ", of these:" << heard);
    }
    return std::move(notes->notes);
}

Bed::Texts Bed::notes(const Address& notebook, std::uint64_t count) {
    Texts texts;
    for (const Note& note : whole_notes(notebook, count)) texts.push_back(note.text);
    return texts;
}

}  // namespace zanni::semantics
