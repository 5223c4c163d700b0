void snippet(std::uint64_t seed, const zanni::Registry& types, const zanni::Address& warehouse) {
@SNIPPET@
}
