class Parent : public zanni::Actor {
public:
@SNIPPET@
    using Behavior = zanni::Behavior<&Parent::child_ended>;
    zanni::Address worker_;
};
