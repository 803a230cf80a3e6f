#include "platform/certificate.h"

#include <array>
#include <cstdio>
#include <ctime>
#include <memory>

#include <arpa/inet.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace koshelf::platform {
namespace {

struct CloseCertificateFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
struct FreeCertificate {
    void operator()(X509* certificate) const { X509_free(certificate); }
};
struct FreeKey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeNames {
    void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};

std::unique_ptr<std::FILE, CloseCertificateFile> open_file(const std::string& path) {
    return std::unique_ptr<std::FILE, CloseCertificateFile>(std::fopen(path.c_str(), "re"));
}

std::unique_ptr<X509, FreeCertificate> load_certificate(const std::string& path) {
    const auto file = open_file(path);
    return std::unique_ptr<X509, FreeCertificate>(file ? PEM_read_X509(file.get(), nullptr, nullptr, nullptr)
                                                       : nullptr);
}

core::EpochSeconds seconds_of(const ASN1_TIME* time) {
    std::tm parts{};
    return ASN1_TIME_to_tm(time, &parts) == 1 ? timegm(&parts) : 0;
}

// A key with a passphrase cannot be read: nobody is to be asked for it.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) {
    return -1;
}

std::string text_of(const ASN1_STRING* text) {
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
            static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string address_of(const ASN1_OCTET_STRING* bytes) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int family = ASN1_STRING_length(bytes) == 4 ? AF_INET : AF_INET6;
    const bool known = ASN1_STRING_length(bytes) == 4 || ASN1_STRING_length(bytes) == 16;
    if (!known || inet_ntop(family, ASN1_STRING_get0_data(bytes), text.data(), text.size()) == nullptr)
        return {};
    return text.data();
}

std::string common_name(X509* certificate) {
    X509_NAME* subject = X509_get_subject_name(certificate);
    const int index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (index < 0) return {};
    return text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index)));
}

std::vector<std::string> names_of(X509* certificate) {
    std::vector<std::string> names;
    const std::unique_ptr<GENERAL_NAMES, FreeNames> found(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    for (int i = 0; found && i < sk_GENERAL_NAME_num(found.get()); ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(found.get(), i);
        if (name->type == GEN_DNS) names.push_back(text_of(name->d.dNSName));
        if (name->type == GEN_IPADD) names.push_back(address_of(name->d.iPAddress));
    }
    if (names.empty()) names.push_back(common_name(certificate));
    return names;
}

}  // namespace

tl::expected<Certificate, std::string> read_certificate(const std::string& file) {
    if (!open_file(file)) return tl::unexpected(std::string("is not there, or cannot be read by you"));
    const auto certificate = load_certificate(file);
    if (!certificate) return tl::unexpected(std::string("is no certificate"));
    return Certificate{.not_before = seconds_of(X509_get0_notBefore(certificate.get())),
                       .not_after = seconds_of(X509_get0_notAfter(certificate.get())),
                       .names = names_of(certificate.get()),
                       .self_signed = X509_NAME_cmp(X509_get_subject_name(certificate.get()),
                                                    X509_get_issuer_name(certificate.get())) == 0};
}

std::optional<bool> key_fits(const std::string& certificate_file, const std::string& key_file) {
    const auto certificate = load_certificate(certificate_file);
    const auto file = open_file(key_file);
    const std::unique_ptr<EVP_PKEY, FreeKey> key(
        file ? PEM_read_PrivateKey(file.get(), nullptr, no_passphrase, nullptr) : nullptr);
    if (!certificate || !key) return std::nullopt;
    return X509_check_private_key(certificate.get(), key.get()) == 1;
}

}  // namespace koshelf::platform
