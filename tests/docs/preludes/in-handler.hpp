class Snippet : public zanni::Actor {
public:
    zanni::Task<> handle(const std::string& message) {
@SNIPPET@
        co_return;
    }
    using Behavior = zanni::Behavior<&Snippet::handle>;
    zanni::Address other, partner;
    int socket = 0;
};
