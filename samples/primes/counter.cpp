#include <zanni/zanni.hpp>

#include "primes.hpp"

/// The module of the worker hosts: a troupe of four that counts primes. To others it is one actor; each range goes to a
/// member that is free.
namespace primes {

class Counter : public zanni::Actor {
public:
    static constexpr zanni::Troupe troupe{.members_max = 4};
    static zanni::Requirements requirements() { return {{"Counts", true}}; }

    Counted count(const Range& range) {
        Counted counted{range};
        for (std::uint64_t number = range.first; number < range.end; ++number)
            if (is_prime(number)) ++counted.primes;
        return counted;
    }
    using Behavior = zanni::Behavior<&Counter::count>;

private:
    static bool is_prime(std::uint64_t number) {
        if (number < 4) return number >= 2;
        if (number % 2 == 0) return false;
        for (std::uint64_t divisor = 3; divisor * divisor <= number; divisor += 2)
            if (number % divisor == 0) return false;
        return true;
    }
};

}  // namespace primes

ZANNI_MODULE(registry) { registry.add<primes::Counter>(); }
