struct Painted {};
struct Frame {
    bool gilded = false;
};
