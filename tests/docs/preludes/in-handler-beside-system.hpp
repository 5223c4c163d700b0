class Snippet : public zanni::Actor {
public:
    Snippet(zanni::ActorSystem& it) : system(it) {}
    zanni::Task<> handle(const std::string& message) {
@SNIPPET@
        co_return;
    }
    zanni::ActorSystem& system;
};
