#pragma once

#include <nats/nats.h>

#include <stdexcept>
#include <string>
#include <string_view>

/// NATS's own client library for C, as its users use it.
namespace libnats {

inline void check(natsStatus status) {
    if (status != NATS_OK) throw std::runtime_error(std::string("libnats: ") + natsStatus_GetText(status));
}

/// One connection. What a subscription hears is handled by a thread of the library's.
class Connection {
public:
    explicit Connection(const std::string& port) {
        check(natsConnection_ConnectTo(&connection_, ("nats://127.0.0.1:" + port).c_str()));
    }
    Connection(const Connection&) = delete;
    ~Connection() {
        for (natsSubscription* one : subscriptions_) natsSubscription_Destroy(one);
        natsConnection_Destroy(connection_);
        nats_Close();
    }

    /// `Heard` is a member function of T: what came, and where the answer goes.
    template <auto Heard, class T>
    void subscribe(const std::string& subject, T& listener) {
        natsSubscription*& subscription = subscriptions_[count_++];
        const auto call = [](natsConnection*, natsSubscription*, natsMsg* message, void* closure) {
            const char* const reply_to = natsMsg_GetReply(message);
            (static_cast<T*>(closure)->*Heard)(
                {natsMsg_GetData(message), static_cast<std::size_t>(natsMsg_GetDataLength(message))},
                reply_to ? reply_to : "");
            natsMsg_Destroy(message);
        };
        check(natsConnection_Subscribe(&subscription, connection_, subject.c_str(), call, &listener));
        check(natsSubscription_SetPendingLimits(subscription, -1,
                                                -1));  // else it drops what a slow listener hasn't taken
    }
    void publish(const char* subject, std::string_view data, const char* reply_to = nullptr) {
        const auto size = static_cast<int>(data.size());
        check(reply_to ? natsConnection_PublishRequest(connection_, subject, reply_to, data.data(), size)
                       : natsConnection_Publish(connection_, subject, data.data(), size));
    }
    void flush() { check(natsConnection_Flush(connection_)); }

private:
    natsConnection* connection_ = nullptr;
    natsSubscription* subscriptions_[4] = {};
    int count_ = 0;
};

}  // namespace libnats
