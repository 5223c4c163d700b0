#pragma once

#include "runtime/mailbox.hpp"

/// Mailboxes whose messages are numbers.
namespace zanni::detail::test {

using Pushed = Mailbox::Pushed;

inline Pushed push(Mailbox& mailbox, int number) {
    EnvelopePtr envelope = make_envelope(Address{}, Address{}, number);
    const Pushed pushed = mailbox.push(envelope.get());
    if (pushed != Pushed::closed) static_cast<void>(envelope.release());
    return pushed;
}

inline int number_in(const EnvelopePtr& envelope) { return envelope ? *envelope->get<int>() : 0; }

}  // namespace zanni::detail::test
