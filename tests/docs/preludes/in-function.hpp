int snippet(zanni::System& system, const zanni::Address& address, const zanni::Address& target) {
@SNIPPET@
    return 0;
}
