// A web server for tests: it says exactly what a script tells it to.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace koshelf::test {

// Listens on a free port of 127.0.0.1, in a thread of its own.
class ScriptedServer {
  public:
    struct Heard {
        std::string method;
        std::string target;
        std::string head;  // request line and header lines
        std::string body;
        int connection = 0;  // 1, 2, … in the order in which they were accepted
    };
    struct Answer {
        std::string bytes;
        bool close = false;
        bool hold = false;  // nothing yet: `bytes` are sent by release()
    };
    using Script = std::function<Answer(const Heard&)>;

    explicit ScriptedServer(Script script);
    ~ScriptedServer();
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer(ScriptedServer&&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;
    ScriptedServer& operator=(ScriptedServer&&) = delete;

    [[nodiscard]] std::string url(const std::string& target = "/") const;
    [[nodiscard]] std::vector<Heard> heard();
    [[nodiscard]] std::size_t held();
    [[nodiscard]] std::size_t open_connections();
    // Sends what was held back.
    void release();
    // Closes all connections.
    void hang_up();

    // A 200 with that body.
    [[nodiscard]] static std::string ok(const std::string& body, const std::string& headers = "");

  private:
    struct Connection {
        int number = 0;
        std::string in;
        std::string out;
        std::string held;
        bool holds = false;
        bool close_when_sent = false;
    };

    void run();
    void accept_one();
    bool read(int fd, Connection& connection);   // false: it is over
    bool write(int fd, Connection& connection);  // false: it is over
    void answer(Connection& connection);

    Script script_;
    int listen_fd_ = -1;
    int wake_[2] = {-1, -1};
    int port_ = 0;
    std::atomic<bool> stopping_ = false;
    std::mutex mutex_;
    std::vector<Heard> heard_;
    std::map<int, Connection> connections_;
    int accepted_ = 0;
    bool release_ = false;
    bool hang_up_ = false;
    std::thread thread_;
};

}  // namespace koshelf::test
