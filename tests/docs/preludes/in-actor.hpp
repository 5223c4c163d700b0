class Snippet : public zanni::Actor {
public:
@SNIPPET@
};
