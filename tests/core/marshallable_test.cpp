#include <catch2/catch.hpp>

#include <any>
#include <functional>
#include <memory>
#include <span>

#include <zanni/clock.hpp>
#include <zanni/error.hpp>
#include <zanni/marshallable.hpp>

// The fields of a struct are counted by initialising it, which members that take almost anything, or have members of
// their own, could lead astray. All of this is checked when it is compiled.
namespace zanni {

namespace {

using detail::field_count;

struct Nothing {};
struct Two {
    int a;
    int b;
};
struct Defaults {
    int a = 3;
    std::string b = "x";
};
enum class Color : std::uint8_t { red };

template <class... Field>
struct Of;
template <class A>
struct Of<A> {
    A a;
};
template <class A, class B>
struct Of<A, B> {
    A a;
    B b;
};
template <class A, class B, class C>
struct Of<A, B, C> {
    A a;
    B b;
    C c{};
};

template <class... Field>
constexpr bool counts = field_count<Of<Field...>> == sizeof...(Field) && detail::PlainStruct<Of<Field...>>;

template <class Field>
constexpr bool counts_everywhere = counts<Field>&& counts<Field, int>&& counts<int, Field>&&
    counts<Two, Field, Defaults>&& counts<Field, Field, Field>;

}  // namespace

TEST_CASE("fields of every kind are counted as one each") {
    STATIC_REQUIRE(field_count<Nothing> == 0);
    STATIC_REQUIRE(counts_everywhere<int>);
    STATIC_REQUIRE(counts_everywhere<Color>);
    STATIC_REQUIRE(counts_everywhere<Nothing>);
    STATIC_REQUIRE(counts_everywhere<Two>);
    STATIC_REQUIRE(counts_everywhere<Defaults>);
    STATIC_REQUIRE(counts_everywhere<std::string>);
    STATIC_REQUIRE(counts_everywhere<Address>);
    STATIC_REQUIRE(counts_everywhere<Duration>);
    STATIC_REQUIRE(counts_everywhere<std::array<int, 3>>);
    STATIC_REQUIRE(counts_everywhere<std::array<std::array<Two, 2>, 2>>);
    STATIC_REQUIRE(counts_everywhere<std::vector<bool>>);
    STATIC_REQUIRE(counts_everywhere<std::vector<Two>>);
    STATIC_REQUIRE(counts_everywhere<std::vector<std::any>>);
    STATIC_REQUIRE(counts_everywhere<std::map<std::string, Two>>);
    STATIC_REQUIRE(counts_everywhere<std::optional<int>>);
    STATIC_REQUIRE(counts_everywhere<std::optional<Defaults>>);
    STATIC_REQUIRE(counts_everywhere<std::variant<int, std::string, Two>>);
    STATIC_REQUIRE(counts_everywhere<std::variant<std::optional<int>>>);
    STATIC_REQUIRE(counts_everywhere<std::pair<int, std::string>>);
    STATIC_REQUIRE(counts_everywhere<std::tuple<>>);
    STATIC_REQUIRE(counts_everywhere<std::tuple<int>>);
    STATIC_REQUIRE(counts_everywhere<std::any>);
    STATIC_REQUIRE(counts_everywhere<std::function<void()>>);
    STATIC_REQUIRE(counts_everywhere<std::unique_ptr<int>>);
    STATIC_REQUIRE(counts_everywhere<std::span<int>>);
    STATIC_REQUIRE(counts_everywhere<int*>);
}

TEST_CASE("sixteen fields make a message and seventeen do not") {
    struct Sixteen {
        Defaults a, b, c, d;
        int e, f, g, h;
        std::array<int, 2> i, j, k, l;
        std::string m, n, o, p;
    };
    struct Seventeen {
        int a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q;
    };

    STATIC_REQUIRE(field_count<Sixteen> == 16);
    STATIC_REQUIRE(Marshallable<Sixteen>);
    STATIC_REQUIRE_FALSE(Marshallable<Seventeen>);
}

TEST_CASE("a struct with a C array is no message") {
    struct One {
        int a[1];
    };
    struct First {
        int a[3];
        int b;
    };
    struct Middle {
        Two a;
        std::string b[2];
        std::optional<int> c;
    };
    struct Last {
        std::vector<int> a;
        Two b[2];
    };
    struct Nested {
        int a[2][2];
    };
    struct Huge {
        char a[1000];
    };

    STATIC_REQUIRE_FALSE(Marshallable<One>);
    STATIC_REQUIRE_FALSE(Marshallable<First>);
    STATIC_REQUIRE_FALSE(Marshallable<Middle>);
    STATIC_REQUIRE_FALSE(Marshallable<Last>);
    STATIC_REQUIRE_FALSE(Marshallable<Nested>);
    STATIC_REQUIRE_FALSE(Marshallable<Huge>);
}

TEST_CASE("a struct that structured bindings can not open is no message") {
    struct Derived : Two {
        int c;
    };
    struct EmptyBase : Nothing {};
    struct Virtual {
        virtual ~Virtual() = default;
        int a = 0;
    };
    class Private {
        [[maybe_unused]] int a_ = 0;
    };
    struct NoDefault {
        int& a;
    };

    STATIC_REQUIRE_FALSE(Marshallable<Derived>);
    STATIC_REQUIRE_FALSE(Marshallable<EmptyBase>);
    STATIC_REQUIRE_FALSE(Marshallable<Virtual>);
    STATIC_REQUIRE_FALSE(Marshallable<Private>);
    STATIC_REQUIRE_FALSE(Marshallable<NoDefault>);
}

TEST_CASE("what has no meaning elsewhere is no message") {
    STATIC_REQUIRE_FALSE(Marshallable<int*>);
    STATIC_REQUIRE_FALSE(Marshallable<const char*>);
    STATIC_REQUIRE_FALSE(Marshallable<int&>);
    STATIC_REQUIRE_FALSE(Marshallable<int[3]>);
    STATIC_REQUIRE_FALSE(Marshallable<void>);
    STATIC_REQUIRE_FALSE(Marshallable<void()>);
    STATIC_REQUIRE_FALSE(Marshallable<const int>);
    STATIC_REQUIRE_FALSE(Marshallable<long double>);
    STATIC_REQUIRE_FALSE(Marshallable<std::string_view>);
    STATIC_REQUIRE_FALSE(Marshallable<std::any>);
    STATIC_REQUIRE_FALSE(Marshallable<std::multimap<int, int>>);
    STATIC_REQUIRE_FALSE(Marshallable<std::chrono::duration<double>>);
    // No value and a value that is no value would look alike.
    STATIC_REQUIRE_FALSE(Marshallable<std::optional<std::optional<int>>>);
}

TEST_CASE("a part that is no message spoils the whole however deep it lies") {
    STATIC_REQUIRE_FALSE(Marshallable<Of<int, const int>>);
    STATIC_REQUIRE_FALSE(Marshallable<Of<int, int*>>);
    STATIC_REQUIRE_FALSE(Marshallable<std::vector<Of<std::map<int, std::optional<Of<int*>>>>>>);
    STATIC_REQUIRE(Marshallable<std::vector<Of<std::map<int, std::optional<Of<int>>>>>>);
    STATIC_REQUIRE(Marshallable<Error>);
}

}  // namespace zanni
