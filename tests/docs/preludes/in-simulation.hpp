#include <zanni/simulation.hpp>
extern const zanni::Address from, to;
int total(zanni::Simulation& simulation, const zanni::Address& bank);
void snippet(zanni::Simulation& simulation, const zanni::Address& teller, const zanni::Address& account) {
@SNIPPET@
}
