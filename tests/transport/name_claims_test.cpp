#include <catch2/catch.hpp>

#include <chrono>

#include "name_claims.hpp"
#include "process_id.hpp"

namespace zanni::transport {

using namespace std::chrono_literals;
using Verdict = NameClaims::Verdict;

namespace {

Address actor(std::uint64_t number) { return zanni::detail::make_address({process_id(0xa1000001, 2), number}); }
const Address mine = actor(1), other = actor(2);
const TimePoint start = TimePoint{} + 1h;

std::vector<NameClaim> claims_of(const std::vector<NameClaims::Word>& words) {
    std::vector<NameClaim> claims;
    for (const auto& word : words)
        if (const auto* const said = std::get_if<ClaimNames>(&word))
            claims.insert(claims.end(), said->claims.begin(), said->claims.end());
    return claims;
}

}  // namespace

TEST_CASE("a claim is said at once, and again until it is answered", "[C4]") {
    NameClaims names(1s);
    names.claim("registry", mine, 10s);

    CHECK(claims_of(names.take_words(start)).size() == 1);
    CHECK(names.take_words(start + 999ms).empty());
    CHECK(claims_of(names.take_words(start + 1s)).size() == 1);
    CHECK(names.on_given({"registry", mine, mine}, start + 2s) == Verdict::decided);
    CHECK(names.take_words(start + 100s).empty());
    CHECK(names.due() == TimePoint::max());
}

TEST_CASE("a name that one has is claimed anew from every leader, with the time since when", "[C4]") {
    NameClaims names(1s);
    names.claim("registry", mine, 10s);
    static_cast<void>(names.take_words(start));
    static_cast<void>(names.on_given({"registry", mine, mine}, start));

    names.say_all();
    const auto claims = claims_of(names.take_words(start + 7s));

    REQUIRE(claims.size() == 1);
    CHECK(claims[0].held);
    CHECK(claims[0].held_for == 7s);
    CHECK(names.on_given({"registry", mine, mine}, start + 7s) == Verdict::ignored);
    CHECK(names.on_given({"registry", mine, other}, start + 8s) == Verdict::evicted);
    CHECK(names.on_given({"registry", mine, other}, start + 8s) == Verdict::ignored);
}

TEST_CASE("a claim that nobody answers in its time is withdrawn, until that is known", "[C4]") {
    NameClaims names(1s);
    names.claim("registry", mine, 3s);
    static_cast<void>(names.take_expired(start));
    static_cast<void>(names.take_words(start));

    CHECK(names.take_expired(start + 2999ms).empty());
    REQUIRE(names.take_expired(start + 3s).size() == 1);
    CHECK(names.take_expired(start + 3s).empty());

    const auto words = names.take_words(start + 3s);
    REQUIRE(words.size() == 1);
    CHECK(std::holds_alternative<ReleaseName>(words[0]));
    CHECK(names.on_given({"registry", mine, mine}, start + 3s) == Verdict::ignored);
    CHECK(names.take_words(start + 4s).size() == 1);
    names.on_released({"registry", mine});
    CHECK(names.take_words(start + 10s).empty());
}

TEST_CASE("a claim runs out also while there is nobody to say it to", "[C4]") {
    NameClaims names(1s);
    names.claim("registry", mine, 3s);

    CHECK(names.take_expired(start).empty());
    CHECK(names.take_expired(start + 3s).size() == 1);
}

TEST_CASE("a name that is given to one who wants it no more is given back", "[C4]") {
    NameClaims names(1s);

    CHECK(names.on_given({"registry", mine, mine}, start) == Verdict::ignored);

    const auto words = names.take_words(start);
    REQUIRE(words.size() == 1);
    CHECK(std::get<ReleaseName>(words[0]).claimer == mine);
}

TEST_CASE("a question is asked until it is answered or its time is over", "[C4]") {
    NameClaims names(1s);
    names.find("registry", mine, 3s);
    names.find("other", other, 3s);

    CHECK(names.take_words(start).size() == 2);
    CHECK(names.on_found({"registry", mine, other}));
    CHECK_FALSE(names.on_found({"registry", mine, other}));
    CHECK(names.take_words(start + 1s).size() == 1);
    CHECK(names.take_words(start + 3s).empty());
    CHECK(names.due() == TimePoint::max());
}

TEST_CASE("many claims are said in messages of two hundred", "[C4]") {
    NameClaims names(1s);
    for (int i = 0; i < 450; ++i) names.claim("name " + std::to_string(i), actor(100 + i), 3s);

    const auto words = names.take_words(start);

    CHECK(words.size() == 3);
    CHECK(claims_of(words).size() == 450);
}

}  // namespace zanni::transport
