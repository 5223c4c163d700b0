struct Sell {
    zanni::Address warehouse;
    std::uint64_t orders = 0;
};
struct HowMany {};
class Desk : public zanni::Actor {
public:
    void sell(const Sell&);
    using Behavior = zanni::Behavior<&Desk::sell>;
};
