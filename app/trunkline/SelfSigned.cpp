// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/SelfSigned.h"

#include <QHostAddress>

#ifdef TRUNKLINE_HAS_OPENSSL
#  include <openssl/ec.h>
#  include <openssl/err.h>
#  include <openssl/evp.h>
#  include <openssl/pem.h>
#  include <openssl/rand.h>
#  include <openssl/x509v3.h>

#  include <memory>
#endif

namespace trunkline {

#ifdef TRUNKLINE_HAS_OPENSSL

namespace {

struct Free
{
    void operator()(BIO *bio) const { BIO_free(bio); }
    void operator()(EVP_PKEY *key) const { EVP_PKEY_free(key); }
    void operator()(X509 *certificate) const { X509_free(certificate); }
    void operator()(X509_EXTENSION *extension) const { X509_EXTENSION_free(extension); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

constexpr long kHour = 3600;
constexpr long kDay = 24 * kHour;

/// `DNS:localhost,IP:127.0.0.1`
QByteArray alternativeNames(const QStringList &names)
{
    QByteArrayList entries;
    for (const QString &name : names) {
        const bool isAddress = !QHostAddress(name).isNull();
        entries.append((isAddress ? "IP:" : "DNS:") + name.toLatin1());
    }
    return entries.join(',');
}

bool addExtension(X509 *certificate, int kind, const QByteArray &value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const Owned<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.constData()));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool fill(X509 *certificate, EVP_PKEY *key, const QStringList &names, int days)
{
    unsigned char serial[16];
    if (RAND_bytes(serial, sizeof serial) != 1)
        return false;
    serial[0] &= 0x7f;      // a positive number (RFC 5280 §4.1.2.2)
    BIGNUM *number = BN_bin2bn(serial, sizeof serial, nullptr);
    const bool numbered = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
    BN_free(number);
    X509_NAME *subject = X509_get_subject_name(certificate);
    const QByteArray commonName = names.first().toLatin1().left(64);
    return numbered && X509_set_version(certificate, X509_VERSION_3) == 1
        && X509_gmtime_adj(X509_getm_notBefore(certificate), -kHour) && X509_gmtime_adj(X509_getm_notAfter(certificate), days * kDay)
        && X509_set_pubkey(certificate, key) == 1
        && X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char *>(commonName.constData()), -1, -1, 0) == 1
        && X509_set_issuer_name(certificate, subject) == 1
        && addExtension(certificate, NID_basic_constraints, "critical,CA:FALSE")
        && addExtension(certificate, NID_key_usage, "critical,digitalSignature")
        && addExtension(certificate, NID_ext_key_usage, "serverAuth")
        && addExtension(certificate, NID_subject_key_identifier, "hash")
        && addExtension(certificate, NID_subject_alt_name, alternativeNames(names))
        && X509_sign(certificate, key, EVP_sha256()) > 0;
}

QByteArray contentOf(BIO *bio)
{
    char *bytes = nullptr;
    const long size = BIO_get_mem_data(bio, &bytes);
    return {bytes, qsizetype(size)};
}

} // namespace

Result<SelfSignedPair> makeSelfSigned(const QStringList &names, int days)
{
    const Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
    const Owned<X509> certificate(X509_new());
    const Owned<BIO> certificatePem(BIO_new(BIO_s_mem()));
    const Owned<BIO> keyPem(BIO_new(BIO_s_mem()));
    const bool made = key && certificate && certificatePem && keyPem && fill(certificate.get(), key.get(), names, days)
        && PEM_write_bio_X509(certificatePem.get(), certificate.get()) == 1
        && PEM_write_bio_PrivateKey(keyPem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1;
    if (!made) {
        char text[256];
        ERR_error_string_n(ERR_get_error(), text, sizeof text);
        ERR_clear_error();
        return failure(ErrorCode::BadCertificate, QStringLiteral("OpenSSL could not make the certificate: %1").arg(QString::fromLatin1(text)));
    }
    return SelfSignedPair{contentOf(certificatePem.get()), contentOf(keyPem.get())};
}

#else

Result<SelfSignedPair> makeSelfSigned(const QStringList &, int)
{
    return failure(ErrorCode::BadCertificate, QStringLiteral("this program was built without OpenSSL; its command makes one as well: "
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem -subj /CN=localhost "
        "-addext subjectAltName=DNS:localhost,IP:127.0.0.1"));
}

#endif

} // namespace trunkline
