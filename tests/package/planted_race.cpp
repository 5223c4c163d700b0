// For sanitizer_finds_a_planted_race.sh. `planted_race race` has a data race beside a ZeroMQ hand-over; `planted_race
// hand-over` has the hand-over only, with the two annotations that code needs whose memory travels through a socket.
#include <sanitizer/tsan_interface.h>

#include <cstdio>
#include <cstring>
#include <thread>
#include <zmq.hpp>

namespace {

int raced = 0;
int handed_over = 0;

void send_token(zmq::socket_t& socket) {
    __tsan_release(&handed_over);
    socket.send(zmq::str_buffer("x"), zmq::send_flags::none);
}

void receive_token(zmq::socket_t& socket) {
    zmq::message_t token;
    if (!socket.recv(token)) std::puts("no token");
    __tsan_acquire(&handed_over);
}

}  // namespace

int main(int argc, char** argv) {
    const bool race = argc == 2 && std::strcmp(argv[1], "race") == 0;
    zmq::context_t context;
    zmq::socket_t sending(context, zmq::socket_type::pair);
    zmq::socket_t receiving(context, zmq::socket_type::pair);
    receiving.bind("inproc://hand-over");
    sending.connect("inproc://hand-over");

    handed_over = 1;
    send_token(sending);
    std::thread other([&] {
        receive_token(receiving);
        ++handed_over;
        if (race) ++raced;
        send_token(receiving);
    });
    if (race) ++raced;
    receive_token(sending);
    std::printf("handed over %d times\n", handed_over);
    other.join();
}
