#include "core/doctor/server.h"

namespace koshelf::core::doctor {
namespace {

constexpr std::string_view kHealthy = R"({"state":"OK"})";

bool is_koshelf_error(const AnswerFacts& answer) {
    return answer.body.starts_with("{\"code\":");
}

Finding judge_health(const PortFacts& facts) {
    const std::string name = "port." + facts.name;
    if (!facts.health.failure.empty()) {
        return {
            name, State::kFailed, "Nothing answers at " + facts.address + ": " + facts.health.failure + ".",
            facts.ours ? "Is the server running, and is " + facts.name +
                             " its port? (make run; systemctl status 'koshelf-*'; docker ps) Behind a web "
                             "server of your own: HTTPS_PORT=off, HTTP_PORT=off, and --url."
                       : "Is the web server running, and is that its address?"};
    }
    if (facts.health.status == 200 && facts.health.body == kHealthy)
        return {name, State::kOk, "The server answers at " + facts.address + "."};
    if (facts.health.status == 404 && is_koshelf_error(facts.health)) {
        return {name, State::kFailed, "A Koshelf answers at " + facts.address + ", but not below that path.",
                "BASE_PATH of nginx and KOSHELF_BASE_PATH of the pools must be the same, and a proxy must "
                "pass the path "
                "on unchanged."};
    }
    if (facts.health.status == 502 || facts.health.status == 503 || facts.health.status == 504) {
        return {name, State::kFailed,
                "nginx answers at " + facts.address + ", the workers behind it do not (" +
                    std::to_string(facts.health.status) + ").",
                "The log of the pool says why: STATE_DIR/logs/koshelf.log, journalctl -u koshelf-device, "
                "docker logs."};
    }
    return {name, State::kFailed,
            "Something else answers at " + facts.address + " (status " + std::to_string(facts.health.status) +
                ").",
            facts.ours ? "Another program has that port. Stop it, or set " + facts.name + "."
                       : "Does the web server pass that path on to the pools?"};
}

}  // namespace

Findings judge_port(const PortFacts& facts) {
    Findings findings = {judge_health(facts)};
    if (findings.front().state != State::kOk) return findings;
    if (facts.ready.status == 200) {
        findings.push_back({"pool.device", State::kOk, "The workers for devices reach Redis."});
    } else {
        findings.push_back({"pool.device", State::kFailed,
                            "The workers for devices do not reach Redis: " +
                                (facts.ready.failure.empty() ? facts.ready.body : facts.ready.failure) + ".",
                            "Which REDIS_URL do they have? It need not be the one that koshelf-ctl has."});
    }
    if (facts.admin.status == 200) {
        findings.push_back({"pool.admin", State::kOk, "The workers of the console answer."});
    } else {
        findings.push_back({"pool.admin", State::kFailed,
                            "The workers of the console do not answer (" +
                                (facts.admin.failure.empty() ? "status " + std::to_string(facts.admin.status)
                                                             : facts.admin.failure) +
                                "). Devices notice nothing.",
                            "Is the second pool running (koshelf-fcgi --pool admin)? Its log says why not."});
    }
    return findings;
}

Findings judge_proxy(const ProxyFacts& facts) {
    if (!facts.failure.empty()) {
        return {{"proxy", State::kFailed,
                 "Nothing of this server answers at " + facts.url + ": " + facts.failure + ".",
                 "Is the name that of this server, does the proxy pass the path on unchanged, and is the "
                 "firewall "
                 "open?"}};
    }
    Findings findings = {{"proxy", State::kOk, "This server answers at " + facts.url + "."}};
    if (facts.trusted_certificate == false) {
        findings.push_back({"proxy.certificate", State::kWarning,
                            "This machine does not trust the certificate of " + facts.url + ".",
                            "KOReader accepts it; a browser warns, unless it is told to trust it."});
    }
    const bool by_https = facts.url.starts_with("https://");
    // Who asks from the proxy's own address is taken at its word.
    const bool from_the_proxy = facts.plain.remote_address == facts.plain.peer;
    if (facts.plain.forwarded && !facts.plain.trusted) {
        findings.push_back({"proxy.trusted", State::kSkipped,
                            "A proxy stands in between; the web server does not say whether it is trusted.",
                            "See that the log has the addresses of devices, and not that of the proxy."});
    } else if (facts.plain.forwarded && !*facts.plain.trusted) {
        findings.push_back(
            {"proxy.trusted", State::kWarning,
             "The proxy at " + facts.plain.peer +
                 " is not trusted: all devices count as that one address, also for the limits on wrong "
                 "passwords.",
             "Set TRUSTED_PROXIES=" + facts.plain.peer + " and restart."});
    } else if (facts.forged.remote_address == facts.made_up && !from_the_proxy) {
        findings.push_back(
            {"proxy.trusted", State::kFailed,
             "Whoever writes an X-Forwarded-For is believed: the limits on wrong passwords are no limits.",
             "The proxy must set the header itself (proxy_set_header X-Forwarded-For "
             "$proxy_add_x_forwarded_for), and "
             "TRUSTED_PROXIES must name proxies only."});
    } else if (by_https && facts.plain.scheme == "http") {
        findings.push_back(
            {"proxy.scheme", State::kWarning, "A proxy speaks TLS for this server, and does not say so.",
             "Have it send X-Forwarded-For and X-Forwarded-Proto, and set TRUSTED_PROXIES to its address."});
    } else {
        findings.push_back({"proxy.trusted", State::kOk,
                            facts.plain.forwarded ? "The proxy is trusted, and tells whom it speaks for."
                                                  : "No proxy stands in between."});
    }
    return findings;
}

}  // namespace koshelf::core::doctor
