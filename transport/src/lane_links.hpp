#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lane_sockets.hpp"
#include "security/keys.hpp"
#include "security/zap_handler.hpp"
#include "socket.hpp"

namespace zanni::transport {

/// The sockets of a process's lanes: one DEALER for each that it has asked for, and for those of others a ROUTER for
/// ipc, where only this user's processes connect, and one for tcp, which lets in only the keys it was told of. Whoever
/// connects has to have, in its routing id, the token that was offered to it. Decides nothing.
///
/// Threads: as Socket; the driver's.
class LaneLinks final : public LaneSockets {
public:
    LaneLinks(Context& context, std::uint64_t own_process) : context_(context), own_process_(own_process) {}

    LaneRequest introduce() override;
    std::expected<LaneOffer, Error> listen(std::uint64_t peer, const LaneRequest& request,
                                           const std::vector<std::string>& endpoints) override;
    std::expected<void, Error> connect(std::uint64_t peer, const LaneOffer& offer) override;
    void drop(std::uint64_t peer) override;
    bool is_ipc(std::uint64_t peer) const override;

    /// There is nothing to receive from, and nobody to let in.
    bool empty() const { return lanes_.empty() && !zap_; }
    /// As of Socket, for all of them.
    void use();
    void done();
    void add_to(std::vector<PollItem>& items);
    /// Lets in who may come in.
    void answer();
    Sent send(std::uint64_t peer, Frame& frame);
    /// The next frame of a peer's; false when there is none.
    bool receive(std::uint64_t& peer, Frame& frame);
    /// Frames so far of whoever has no lane here.
    std::uint64_t refused() const { return refused_; }

private:
    struct Lane {
        bool ipc = false;
        LaneId id{};
        std::unique_ptr<Dealer> dealer;  ///< none: by the ROUTER
        std::optional<PublicKey> key;    ///< the peer's; by tcp
    };

    std::string listen_by_ipc();
    std::expected<std::string, Error> listen_by_tcp(const std::vector<std::string>& endpoints);
    bool receive_from_guests(LaneRouter* router, bool ipc, std::uint64_t& peer, Frame& frame);
    bool receive_from_hosts(std::uint64_t& peer, Frame& frame);
    const KeyPair& keys();

    Context& context_;
    const std::uint64_t own_process_;
    std::map<std::uint64_t, Lane> lanes_;  // by peer
    std::optional<KeyPair> keys_;
    std::unique_ptr<LaneRouter> by_ipc_;
    std::string ipc_endpoint_;
    std::unique_ptr<ZapHandler> zap_;  // before by_tcp_, which needs it as long as it lives; once made it stays
    std::unique_ptr<LaneRouter> by_tcp_;
    std::string tcp_endpoint_;
    std::uint64_t last_served_ = 0;
    std::uint64_t refused_ = 0;
};

}  // namespace zanni::transport
