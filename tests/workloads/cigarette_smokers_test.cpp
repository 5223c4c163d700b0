#include <array>
#include <vector>

#include <zanni/random.hpp>

#include "bases.hpp"

namespace zanni {

namespace {

using namespace test;

enum class Ingredient : std::uint8_t { paper, tobacco, matches };

Ingredient draw(Random& random) { return static_cast<Ingredient>(random.next() % 3); }

struct Evening {
    std::uint64_t seed = 0;
    std::size_t rounds = 0;
};
/// Who smoked, by what they own, in order.
struct Smoke {
    std::vector<Ingredient> smoked;
    int crowded_rounds = 0;  ///< in which not exactly one smoked
};

struct Own {
    Ingredient ingredient{};
};
struct OnTable {
    std::array<Ingredient, 2> ingredients{};
};
struct Passed {};
struct Puff {
    int left = 0;
};
struct Smoked {
    Ingredient owned{};
};

class Smoker : public Actor {
public:
    void own(const Own& own) { own_ = own.ingredient; }
    void look(const OnTable& table) {
        const auto& [first, second] = table.ingredients;
        if (first == own_ || second == own_) return send(parent(), Passed{});
        send(address(), Puff{3});
    }
    void puff(const Puff& puff) {
        if (puff.left > 0) return send(address(), Puff{puff.left - 1});
        send(parent(), Smoked{own_});
    }
    using Behavior = zanni::Behavior<&Smoker::own, &Smoker::look, &Smoker::puff>;

private:
    Ingredient own_{};
};

/// Lays two of three ingredients on the table; the next two when everybody has smoked or passed.
class Agent : public Actor {
public:
    void begin(const Evening& evening, const Address& asker) {
        asker_ = asker;
        rounds_ = evening.rounds;
        random_ = SeededRandom(evening.seed);
        for (const Ingredient ingredient : {Ingredient::paper, Ingredient::tobacco, Ingredient::matches}) {
            smokers_.push_back(create<Smoker>());
            send(smokers_.back(), Own{ingredient});
        }
        lay_table();
    }
    void passed(const Passed&) { answered(); }
    void smoked(const Smoked& smoker) {
        smoke_.smoked.push_back(smoker.owned);
        answered();
    }
    using Behavior = zanni::Behavior<&Agent::begin, &Agent::passed, &Agent::smoked>;

private:
    void lay_table() {
        const auto missing = static_cast<int>(draw(random_));
        const auto other = [&](int steps) { return static_cast<Ingredient>((missing + steps) % 3); };
        for (const Address& smoker : smokers_) send(smoker, OnTable{{other(1), other(2)}});
    }
    void answered() {
        if (++answers_ % smokers_.size() != 0) return;
        const std::size_t round = answers_ / smokers_.size();
        if (smoke_.smoked.size() != round) ++smoke_.crowded_rounds;
        if (round < rounds_) return lay_table();
        send(asker_, smoke_);
        exit();
    }

    Address asker_;
    std::size_t rounds_ = 0;
    SeededRandom random_{0};
    std::vector<Address> smokers_;
    std::size_t answers_ = 0;
    Smoke smoke_;
};

}  // namespace

TEST_CASE("of the cigarette smokers exactly the one with the missing ingredient smokes", "[workload]") {
    on_workload_bases([](System& system, Size size) {
        const Evening evening{.seed = 7, .rounds = size == Size::full ? 20'000U : 50U};
        const auto agent = system.create<Agent>();

        const auto smoke = system.ask<Smoke>(agent, evening, patience);

        SeededRandom random(evening.seed);
        std::vector<Ingredient> missing(evening.rounds);
        for (Ingredient& ingredient : missing) ingredient = draw(random);
        REQUIRE(smoke);
        CHECK(smoke->crowded_rounds == 0);
        CHECK((smoke->smoked == missing));
    });
}

}  // namespace zanni
