struct Transfer {
    zanni::Address from, to;
    int amount = 0;
};
struct Transferred {
    bool done = false;
};
struct Withdraw {
    int amount = 0;
};
struct Withdrawn {};
struct Deposit {
    int amount = 0;
};
struct GetBalance {};
struct Balance {
    int amount = 0;
};
class Bank : public zanni::Actor {
public:
    Balance balance(const GetBalance&);
    void transfer(const Transfer&);
    using Behavior = zanni::Behavior<&Bank::balance, &Bank::transfer>;
};
