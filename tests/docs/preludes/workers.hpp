struct Job {
    int number = 0;
};
struct Retry {
    int number = 0;
};
class Worker : public zanni::Actor {
public:
    void work(const Job&);
    using Behavior = zanni::Behavior<&Worker::work>;
};
class Registry : public Worker {
public:
    using Behavior = zanni::Behavior<&Registry::work>;
};
struct Settings {};
