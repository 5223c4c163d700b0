struct Job {
    int number = 0;
};
struct Done {
    int number = 0;
};
