#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <zanni/zanni.hpp>

/// Actors that count what they send each other, so that a test can tell what was lost, doubled or out of order.
namespace zanni::test {

struct Letter {
    static constexpr auto message_name = "test.Letter";
    std::uint64_t number = 0;
    std::string text;
};
/// To a sender: write so many letters to each of those, one batch at a time, now and then a thick one.
struct Write {
    static constexpr auto message_name = "test.Write";
    std::vector<Address> to;
    std::uint64_t letters = 0;
    std::uint64_t batch = 1;
    Duration pause = std::chrono::milliseconds(5);  ///< between batches
    std::uint64_t thick_bytes = 0;                  ///< of every tenth letter; 0: none is thick
};
struct Ask {
    static constexpr auto message_name = "test.Ask";
    std::string what;
};
/// What a courier has had: by sender, the numbers of its letters in the order of their coming.
struct Received {
    static constexpr auto message_name = "test.Received";
    std::map<Address, std::vector<std::uint64_t>> letters;
    std::map<Address, std::map<std::uint64_t, Error::Code>> dead;  ///< of its own letters, by addressee
    bool dead_twice = false;
    std::uint64_t written = 0;  ///< to each addressee
    std::vector<Address> down;
};
struct Watched {
    static constexpr auto message_name = "test.Watched";
    Address target;
};

class Courier : public Actor {
public:
    static constexpr auto actor_name = "test.Courier";

    void write(const Write& order) {
        left_ = order;
        written_ = 0;
        go_on();
    }
    void tick(const Wakeup&) { go_on(); }
    void letter(const Letter& letter, const Address& from) { received_.letters[from].push_back(letter.number); }
    void dead(const DeadLetter& letter) {
        if (const auto mine = letter.message.as<Letter>(); mine && letter.sender == address())
            received_.dead_twice |= !received_.dead[letter.target].emplace(mine->number, letter.reason).second;
    }
    void watched(const Watched& order) { watch(order.target); }
    void down(const Down& notice) { received_.down.push_back(notice.address); }
    Received asked(const Ask&) { return received_; }

    using Behavior = zanni::Behavior<&Courier::write, &Courier::tick, &Courier::letter, &Courier::dead,
                                     &Courier::watched, &Courier::down, &Courier::asked>;

    Courier() { handle_dead_letters(); }

private:
    void go_on() {
        for (std::uint64_t i = 0; i < left_.batch && written_ < left_.letters; ++i) {
            ++written_;
            for (const Address& to : left_.to) send(to, Letter{++numbers_[to], std::string(bytes_of(written_), 'x')});
        }
        received_.written = written_;
        if (written_ < left_.letters) wakeup_after(left_.pause);
    }

    std::uint64_t bytes_of(std::uint64_t number) const {
        return left_.thick_bytes != 0 && number % 10 == 0 ? left_.thick_bytes : number % 50;
    }

    Write left_;
    std::uint64_t written_ = 0;
    std::map<Address, std::uint64_t> numbers_;
    Received received_;
};

}  // namespace zanni::test
