#include <catch2/catch.hpp>

#include "security/keys.hpp"

namespace zanni::transport {

TEST_CASE("a key is 64 digits for people, and nothing else is one") {
    const KeyPair pair = make_key_pair();

    CHECK(parse_public_key(to_text(pair.open)) == pair.open);
    CHECK(parse_secret_key(to_text(pair.secret)) == pair.secret);
    CHECK(to_text(pair.open).size() == 64);
    for (std::string text : {std::string(), std::string("a"), std::string(63, 'a'), std::string(65, 'a'),
                             std::string(64, 'g'), std::string(64, 'A')})
        CHECK_FALSE(parse_public_key(text));
}

TEST_CASE("the secret key gives the public one, and two pairs are never the same") {
    const KeyPair one = make_key_pair();
    const KeyPair other = make_key_pair();

    CHECK(public_key_of(one.secret) == one.open);
    CHECK(one.open != other.open);
    CHECK_FALSE(one.secret == other.secret);
}

TEST_CASE("a token is one word that comes back whole, and a damaged one is refused") {
    const KeyPair pair = make_key_pair();
    const Token token{pair.open, pair.secret, 1'800'000'000};
    const std::string word = to_text(token);

    CHECK(parse_token(word) == token);
    CHECK(word.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos);
    for (const std::string& bad : {std::string(), word.substr(1), word.substr(0, word.size() - 1), word + "0",
                                   "zanni2-" + word.substr(7), word.substr(0, 20) + "!" + word.substr(21)})
        CHECK_FALSE(parse_token(bad));
}

TEST_CASE("the name of a key is safe in a path and on a terminal") {
    for (const char* good : {"a", "atlas-4711", "a.b_c", "A9"}) CHECK(check_key_name(good));
    CHECK(check_key_name(std::string(key_name_bytes_max, 'n')));
    CHECK_FALSE(check_key_name(std::string(key_name_bytes_max + 1, 'n')));
    for (const char* bad : {"", ".", "..", ".hidden", "-flag", "a/b", "a b", "a~", "\x1b[1m", "na\xc3\xafve"})
        CHECK_FALSE(check_key_name(bad));
}

}  // namespace zanni::transport
