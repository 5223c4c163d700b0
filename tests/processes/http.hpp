#pragma once

#include <string>

namespace zanni::tests {

struct HttpAnswer {
    int status = 0;
    std::string head;
    std::string body;
};

/// One request by a connection of its own; `headers`: further lines, each ended by "\r\n". Fails the test when nobody
/// answers.
HttpAnswer http(const std::string& url, const std::string& method, const std::string& path,
                const std::string& headers = {}, const std::string& body = {});

}  // namespace zanni::tests
