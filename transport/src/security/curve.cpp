/// What of the keys only libzmq knows how to make.
#include <stdexcept>

#include <zmq.h>

#include <zanni/assert.hpp>

#include "security/keys.hpp"

namespace zanni::transport {

namespace {

constexpr std::size_t z85_chars = 41;  // of 32 bytes, with the end

}  // namespace

KeyPair make_key_pair() {
    char open[z85_chars];
    char secret[z85_chars];
    if (zmq_curve_keypair(open, secret) != 0)
        throw std::runtime_error("no keys can be made: this libzmq was built without CURVE");
    KeyPair pair;
    zmq_z85_decode(reinterpret_cast<std::uint8_t*>(pair.open.bytes.data()), open);
    zmq_z85_decode(reinterpret_cast<std::uint8_t*>(pair.secret.bytes.data()), secret);
    return pair;
}

PublicKey public_key_of(const SecretKey& secret) {
    char open[z85_chars];
    char text[z85_chars];
    zmq_z85_encode(text, reinterpret_cast<const std::uint8_t*>(secret.bytes.data()), key_bytes);
    const int done = zmq_curve_public(open, text);
    ZANNI_ASSERT(done == 0, "this libzmq was built without CURVE");
    PublicKey key;
    zmq_z85_decode(reinterpret_cast<std::uint8_t*>(key.bytes.data()), open);
    return key;
}

}  // namespace zanni::transport
