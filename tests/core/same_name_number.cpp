#include "same_name.hpp"

namespace zanni::test {

namespace {

struct Local {
    int number{};
};

class Keeper : public Actor {
public:
    void keep(const Local& local) { kept_.number = local.number; }
    Kept kept(const GetKept&) { return kept_; }
    using Behavior = zanni::Behavior<&Keeper::keep, &Keeper::kept>;

private:
    Kept kept_;
};

}  // namespace

Created create_keeper_of_number(System& system) { return system.create<Keeper>(); }
void tell_local_number(System& system, const Address& keeper, int number) { system.tell(keeper, Local{number}); }

}  // namespace zanni::test
