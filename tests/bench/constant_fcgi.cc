// The least that a libfcgi program can do: read the request, answer a constant. It is the ceiling that the
// benchmark measures koshelf-fcgi against, with the same number of processes behind the same nginx.
//
//   constant_fcgi SOCKET PROCESSES

#include <array>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string_view>

#include <fcgiapp.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

constexpr std::string_view kAnswer =
    "Status: 200\r\n"
    "Content-Type: application/json\r\n"
    "Content-Length: 67\r\n"
    "\r\n"
    R"({"document":"0123456789abcdef0123456789abcdef","timestamp":1700000})";

constexpr int kBacklog = 1024;

void read_body(const FCGX_Request& request) {
    std::array<char, 4096> buffer{};
    while (FCGX_GetStr(buffer.data(), static_cast<int>(buffer.size()), request.in) > 0) {
    }
}

[[noreturn]] void serve(int listen_socket) {
    FCGX_Request request;
    if (FCGX_Init() != 0 || FCGX_InitRequest(&request, listen_socket, 0) != 0) {
        std::_Exit(EXIT_FAILURE);
    }
    while (FCGX_Accept_r(&request) == 0) {
        read_body(request);
        FCGX_PutStr(kAnswer.data(), static_cast<int>(kAnswer.size()), request.out);
        FCGX_Finish_r(&request);
    }
    std::_Exit(EXIT_SUCCESS);
}

}  // namespace

int main(int argc, char** argv) {
    const int processes = argc == 3 ? std::atoi(argv[2]) : 0;
    if (processes < 1) {
        std::cerr << "usage: constant_fcgi SOCKET PROCESSES\n";
        return EXIT_FAILURE;
    }
    if (FCGX_Init() != 0) {
        return EXIT_FAILURE;
    }
    const int listen_socket = FCGX_OpenSocket(argv[1], kBacklog);
    if (listen_socket < 0) {
        std::cerr << "constant_fcgi: cannot listen on " << argv[1] << '\n';
        return EXIT_FAILURE;
    }
    for (int started = 0; started < processes; ++started) {
        const pid_t child = fork();
        if (child < 0) {
            std::cerr << "constant_fcgi: cannot fork\n";
            return EXIT_FAILURE;
        }
        if (child == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);  // the benchmark ends its master, and no child may stay
            serve(listen_socket);
        }
    }
    while (wait(nullptr) > 0) {
    }
    return EXIT_SUCCESS;
}
