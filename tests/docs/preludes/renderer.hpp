class Renderer : public zanni::Actor {
public:
    Done render(const Job&);
    using Behavior = zanni::Behavior<&Renderer::render>;
};
