#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <zmq.hpp>

#include <zanni/address.hpp>

/// Those who send a broker what no honest process sends. All of it follows from a seed, but for what arrives when.
namespace zanni::tests {

using Random = std::mt19937_64;
using Bytes = std::vector<std::byte>;

/// Frames of all kinds, most of them damaged. Without those that anybody may send and that end things in order, as
/// ShutDownConvention and ExitRequest do: they would be obeyed.
class HostileFrames {
public:
    /// `victim`: an actor to which they try to speak.
    HostileFrames(Random& random, const Address& victim) : random_(random), victim_(victim) {}

    /// From a peer that calls itself `source`. One or, rarely, several parts of a ZeroMQ message.
    std::vector<Bytes> next(std::uint64_t source);

private:
    bool one_in(std::uint64_t n) { return random_() % n == 0; }
    Bytes noise(std::size_t size);
    Bytes control(std::uint64_t source);
    Bytes records(std::uint64_t source);
    Bytes part_of_large(std::uint64_t source);
    void damage(Bytes& frame);

    Random& random_;
    Address victim_;
};

/// A DEALER with an id of its own choice: none, nonsense, another's, or one that it got by asking.
class HostilePeer {
public:
    HostilePeer(zmq::context_t& context, const std::string& endpoint, Random& random, const Address& victim);
    /// Leaves in order: a broker can't know that a process is gone which it hasn't started.
    ~HostilePeer();

    /// False when the broker takes nothing from it.
    bool send(const std::vector<Bytes>& parts);
    /// Some read what they are told, others never do.
    void read_or_not();
    std::uint64_t source() const { return source_; }

private:
    std::uint64_t ask_for_id(zmq::context_t& context, const std::string& endpoint);

    std::unique_ptr<zmq::socket_t> socket_;
    std::uint64_t source_ = 0;
    bool reads_ = false;
};

/// TCP connections that say nothing, garbage, or half of ZeroMQ's greeting.
class RawConnections {
public:
    RawConnections(const std::string& endpoint, Random& random);
    ~RawConnections();
    RawConnections(const RawConnections&) = delete;
    RawConnections& operator=(const RawConnections&) = delete;

    /// Opens one more, and closes the oldest when there are many.
    void open();

private:
    static constexpr std::size_t open_max = 40;

    std::uint16_t port_;
    Random& random_;
    std::vector<int> open_;
};

}  // namespace zanni::tests
