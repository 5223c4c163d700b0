#include "same_name.hpp"

namespace zanni::test {

namespace {

struct Local {
    std::string text{};
};

class Keeper : public Actor {
public:
    void keep(const Local& local) { kept_.text = local.text; }
    Kept kept(const GetKept&) { return kept_; }
    using Behavior = zanni::Behavior<&Keeper::keep, &Keeper::kept>;

private:
    Kept kept_;
};

}  // namespace

Created create_keeper_of_text(System& system) { return system.create<Keeper>(); }
void tell_local_text(System& system, const Address& keeper, const std::string& text) {
    system.tell(keeper, Local{text});
}

}  // namespace zanni::test
