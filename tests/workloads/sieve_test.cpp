#include <algorithm>
#include <utility>
#include <vector>

#include "bases.hpp"

namespace zanni {

namespace {

using namespace test;

struct FindPrimes {
    int below = 0;
};
struct Number {
    int number = 0;
};
/// No more numbers come. Collects the primes on its way down the chain.
struct End {
    Address collector;
    std::vector<int> primes;
};
struct Primes {
    std::vector<int> primes;
};

/// The first number it gets is its prime; what that doesn't divide goes on to the next filter, its child.
class Filter : public Actor {
public:
    void number(const Number& number) {
        if (prime_ == 0) {
            prime_ = number.number;
            return;
        }
        if (number.number % prime_ == 0) return;
        if (!next_) next_ = create<Filter>();
        send(next_, number);
    }
    void end(End end) noexcept {
        end.primes.push_back(prime_);
        if (next_) return send(next_, std::move(end));
        send(end.collector, Primes{std::move(end.primes)});
    }
    using Behavior = zanni::Behavior<&Filter::number, &Filter::end>;

private:
    int prime_ = 0;
    Address next_;
};

class Sieve : public Actor {
public:
    void begin(const FindPrimes& request, const Address& asker) {
        asker_ = asker;
        const Address first = create<Filter>();
        for (int number = 2; number < request.below; ++number) send(first, Number{number});
        send(first, End{address(), {}});
        chain_ = first;
    }
    void found(const Primes& primes) {
        primes_ = primes;
        send(chain_, ExitRequest{});
    }
    /// The first filter ends when those behind it have.
    void gone(const ChildExited&) {
        send(asker_, primes_);
        exit();
    }
    using Behavior = zanni::Behavior<&Sieve::begin, &Sieve::found, &Sieve::gone>;

private:
    Address asker_;
    Address chain_;
    Primes primes_;
};

bool is_prime(int number) {
    for (int divisor = 2; divisor * divisor <= number; ++divisor)
        if (number % divisor == 0) return false;
    return true;
}

}  // namespace

TEST_CASE("a sieve of filters that grows as it runs finds all primes", "[workload]") {
    on_workload_bases([](System& system, Size size) {
        const auto [below, count] = size == Size::full ? std::pair{5'000, 669} : std::pair{100, 25};
        const auto sieve = system.create<Sieve>();

        const auto primes = system.ask<Primes>(sieve, FindPrimes{below}, patience);

        std::vector<int> expected;
        for (int number = 2; number < below; ++number)
            if (is_prime(number)) expected.push_back(number);
        REQUIRE(primes);
        CHECK(std::cmp_equal(primes->primes.size(), count));
        CHECK(primes->primes == expected);
    });
}

}  // namespace zanni
